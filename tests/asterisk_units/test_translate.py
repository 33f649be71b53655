"""What each word of Asterisk means to us."""

from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from presence.calls.asterisk.translate import (
    ChannelEntered,
    ChannelGone,
    ChannelHeld,
    ChannelSentOn,
    ChannelsJoined,
    ContactChanged,
    Event,
    KeyPressed,
    LinkTaken,
    RecordingFinished,
    SoundFinished,
    UnreadableMessageError,
    cause_of_reason,
    contact_is_reachable,
    endpoint_of,
    event_of,
    outcome_of_cause,
)
from presence.domain.vocabulary import CallOutcome, Reason
from tests.asterisk_units.messages import MESSAGES, Message, message
from tests.asterisk_units.spoilt_messages import anything, invented_messages, spoilt_messages
from tests.soak_size import size

ADAMS_CONTACT = "sip:101@127.0.0.1:41969"
EVENTS: Mapping[str, Event] = {
    "a phone dials": ChannelEntered("1795903375.0", "101", "102", "101", "Adam Nowak", is_up=False),
    "a phone that we called answers": ChannelEntered(
        "lf-000000000002-07413214afc367ed", "102", "s", "101", "Adam Nowak", is_up=True
    ),
    "a channel is hung up by us": ChannelGone("1795903375.0", 16),
    "a party hangs up": ChannelGone("1795903386.14", 0),
    "a caller cancels": ChannelGone("1795903385.12", 127),
    "a phone declines": ChannelGone("lf-000000000006-8c9e157aa6710ef1", 21),
    "a phone is busy": ChannelGone("lf-000000000008-d05609bca0ace5eb", 17),
    "a phone is not there": ChannelGone("lf-000000000010-98b6fbdfb478109b", 19),
    "a phone does not exist": ChannelGone("1795903385.11", 1),
    "a phone is told that another answered": ChannelGone("lf-000000000004-8bcc9771d90b3975", 26),
    "a phone holds": ChannelHeld("1795903396.15", is_held=True),
    "a phone resumes": ChannelHeld("1795903396.15", is_held=False),
    "a key": KeyPressed("1795903399.0", "1"),
    "blind transfer": ChannelSentOn("lf-000000000018-b052a44f2f93a781", "103"),
    "attended transfer": ChannelsJoined("lf-000000000028-dbbcfd4eac09a053", "1795903406.7"),
    "a sound is over": SoundFinished("1795903386.14-00000001"),
    "a recording is over": RecordingFinished("lf-497b91a3-57de-4254-8693-03a02c5766b0", has_failed=False),
    "a contact is NonQualified": ContactChanged("101", ADAMS_CONTACT, is_reachable=True),
    "a contact is Reachable": ContactChanged("101", ADAMS_CONTACT, is_reachable=True),
    "a contact is Removed": ContactChanged("101", ADAMS_CONTACT, is_reachable=False),
    "another client connects": LinkTaken(),
}
IGNORED = frozenset(
    {
        "BridgeCreated",
        "BridgeDestroyed",
        "ChannelCallerId",
        "ChannelConnectedLine",
        "ChannelCreated",
        "ChannelDialplan",
        "ChannelEnteredBridge",
        "ChannelHangupRequest",
        "ChannelLeftBridge",
        "ChannelVarset",
        "DeviceStateChanged",
        "Dial",
        "PlaybackStarted",
        "RecordingStarted",
        "StasisEnd",
        "a channel is Ringing",  # nobody waits for it
        "a channel is Up",  # that it has answered is told by its entering
        "an endpoint is Reachable",  # each of its contacts tells
        "an endpoint is Unreachable",
        "blind transfer reported",  # what we told the phone comes round
        "attended transfer reported",
    }
)


@pytest.mark.parametrize(("situation", "expected"), EVENTS.items())
def test_a_message_becomes_an_event_of_ours(situation: str, expected: Event) -> None:
    assert event_of(message(situation)) == expected


@pytest.mark.parametrize("situation", sorted(IGNORED))
def test_what_concerns_nobody_is_no_event(situation: str) -> None:
    assert event_of(message(situation)) is None


def test_every_message_that_was_recorded_is_in_one_of_the_tables() -> None:
    assert EVENTS.keys() | IGNORED == MESSAGES.keys()
    assert EVENTS.keys() & IGNORED == set()


def test_a_recording_that_failed_has_nothing_to_fetch() -> None:
    name = MESSAGES["a recording is over"]["recording"]["name"]
    assert event_of(message("a recording is over", type="RecordingFailed")) == RecordingFinished(name, has_failed=True)


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("PJSIP/101-00000001", "101"),
        ("PJSIP/101-kitchen-0000002a", "101-kitchen"),
        ("PJSIP/lf-window-00000001-0000002a", "lf-window-00000001"),
        ("PJSIP/trunk-0000002a", "trunk"),
        ("Local/101@lampfield-00000001;1", ""),
        ("Local/PJSIP/101-00000001;2", ""),
        ("PJSIP/101", ""),
        ("", ""),
    ],
)
def test_a_channel_is_named_after_its_endpoint(name: str, endpoint: str) -> None:
    assert endpoint_of(name) == endpoint


@pytest.mark.parametrize(
    ("status", "reachable"),
    [
        ("Reachable", True),
        ("NonQualified", True),
        ("Created", True),
        ("Updated", True),
        ("Unreachable", False),
        ("Removed", False),
        ("Unknown", False),
    ],
)
def test_a_contact_is_reachable_unless_asterisk_says_that_it_is_not(status: str, reachable: bool) -> None:
    assert contact_is_reachable(status) is reachable


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (1, CallOutcome.FAILED),
        (16, CallOutcome.REJECTED),
        (17, CallOutcome.BUSY),
        (18, CallOutcome.NO_ANSWER),
        (19, CallOutcome.NO_ANSWER),
        (20, CallOutcome.NOT_REGISTERED),
        (21, CallOutcome.REJECTED),
        (23, CallOutcome.REJECTED),
        (26, CallOutcome.CANCELLED),
        (34, CallOutcome.FAILED),
        (127, CallOutcome.NO_ANSWER),
    ],
)
def test_the_cause_of_an_end_says_what_became_of_ringing(cause: int, outcome: CallOutcome) -> None:
    assert outcome_of_cause(cause) is outcome


@given(cause=st.integers())
def test_no_cause_of_an_end_counts_as_an_answer(cause: int) -> None:
    assert outcome_of_cause(cause) is not CallOutcome.ANSWERED


# What a caller's phone shows for a cause before an answer, as seen on Asterisk 22 (docs/asterisk.md).
SIP_STATUS_OF_CAUSE = {1: 404, 16: 603, 17: 486, 19: 480, 20: 480, 21: 403, 26: 603}
SIP_STATUS_OF_REASON = {
    Reason.AVAILABLE: 480,
    Reason.AWAY: 480,
    Reason.DND: 480,
    Reason.LUNCH: 480,
    Reason.BUSINESS_TRIP: 480,
    Reason.EXCEPTION: 480,
    Reason.NO_ANSWER: 480,
    Reason.BUSY: 486,
    Reason.DECLINED: 603,
    Reason.NOT_REGISTERED: 480,
    Reason.UNKNOWN_NUMBER: 404,
    Reason.DISABLED: 404,
    Reason.LOOP: 403,
    Reason.TOO_MANY_FORWARDS: 480,
    Reason.NO_MOBILE_NUMBER: 480,
    Reason.NO_TRUNK: 480,
    Reason.VOICEMAIL_OFF: 480,
    Reason.VOICEMAIL_FULL: 480,
    Reason.RING_GROUP: 480,
    Reason.QUEUE: 480,
    Reason.DIGITAL_RECEPTIONIST: 480,
    Reason.NOBODY_AVAILABLE: 480,
    Reason.NOBODY_LOGGED_IN: 480,
    Reason.QUEUE_FULL: 486,
    Reason.QUEUE_TIMEOUT: 480,
    Reason.CLOSED: 480,
    Reason.KEY_PRESSED: 480,
    Reason.NO_CHOICE: 480,
    Reason.TOO_MANY_LEGS: 480,
    Reason.DIALLED: 480,
    Reason.OUTSIDE_NOT_ALLOWED: 480,
    Reason.OUTSIDE_ALREADY: 480,
    Reason.OUTSIDE_CALLS_MAX: 480,
    Reason.OUTSIDE_MINUTES_USED: 480,
    Reason.COMPLETED: 603,
    Reason.CANCELLED: 603,
    Reason.ANSWERED_ELSEWHERE: 603,
    Reason.LOST: 480,
    Reason.FAILED: 480,
    Reason.VOICEMAIL_LEFT: 603,
    Reason.VOICEMAIL_LIMIT: 603,
    Reason.TRANSFERRED: 603,
    Reason.PICKED_UP: 603,
    Reason.PARKED: 603,
    Reason.NOT_FETCHED: 480,
    Reason.OWN_PHONE_NOT_ANSWERED: 480,
}


@pytest.mark.parametrize("reason", Reason)
def test_the_reason_of_an_end_says_what_a_phone_shows(reason: Reason) -> None:
    assert SIP_STATUS_OF_CAUSE[cause_of_reason(reason)] == SIP_STATUS_OF_REASON[reason]


def test_an_end_without_a_reason_is_an_ordinary_one() -> None:
    assert cause_of_reason("") == 16


MESSAGES_EACH = 20


@settings(max_examples=size(100, 500), deadline=None)
@given(messages=st.lists(spoilt_messages() | invented_messages, min_size=MESSAGES_EACH, max_size=MESSAGES_EACH))
@pytest.mark.slow
def test_a_message_of_any_shape_is_read_or_called_unreadable(messages: list[Message]) -> None:
    for each in messages:
        try:
            event = event_of(each)
        except UnreadableMessageError:
            continue
        assert event is None or isinstance(event, Event)


@given(message=st.dictionaries(st.text(max_size=8), anything, max_size=4))
@example(message={})
@example(message={"type": None})
@example(message={"type": ["StasisStart"]})
def test_a_message_of_a_kind_that_nobody_knows_is_no_event(message: Message) -> None:
    assert event_of(message) is None
