"""Asterisk's words become ours here; nothing above this module has heard of ARI. Pure: values in, values out.

Every table is total for what it translates. A message of a kind that we act upon in no way is None; one that we should
understand and cannot is an UnreadableMessageError, and is logged by whoever reads the socket, not guessed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from presence.domain.vocabulary import CallOutcome, Reason

Message = Mapping[str, Any]

APP_CHANNELS = "lf-"  # what the ids of channels and bridges begin with that are made by us


class UnreadableMessageError(ValueError):
    """A message of a kind that we know, without what it has to say."""


@dataclass(frozen=True, slots=True)
class ChannelEntered:
    """A channel is ours to command: a caller's, or one that we called and that has answered."""

    channel_id: str
    endpoint: str
    dialled: str
    caller_number: str
    caller_name: str
    is_up: bool  # answered


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """Hung up, refused, or never answered; `cause` as in ITU-T Q.850."""

    channel_id: str
    cause: int


@dataclass(frozen=True, slots=True)
class ChannelHeld:
    """The person at the phone put the call on hold, or took it back."""

    channel_id: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class KeyPressed:
    channel_id: str
    key: str


@dataclass(frozen=True, slots=True)
class ChannelSentOn:
    """The person at the phone transferred the call: `channel_id` is theirs, `number` where the other side is to go."""

    channel_id: str
    number: str


@dataclass(frozen=True, slots=True)
class ChannelsJoined:
    """The person at the phone connected the other sides of their two calls."""

    channel_id: str
    other_channel_id: str


@dataclass(frozen=True, slots=True)
class SoundFinished:
    """What was played is over; `has_failed`: it could not be played, or its hearer left in the middle."""

    playback_id: str
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """A recording is complete; `has_failed`: there is nothing to fetch."""

    name: str
    has_failed: bool


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A device of an endpoint came, went or stopped answering."""

    endpoint: str
    uri: str
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class LinkTaken:
    """Another client connected with the same application's name."""


Event = (
    ChannelEntered
    | ChannelGone
    | ChannelHeld
    | KeyPressed
    | ChannelSentOn
    | ChannelsJoined
    | SoundFinished
    | RecordingFinished
    | ContactChanged
    | LinkTaken
)


def event_of(message: Message) -> Event | None:
    """What happened, in our words; None: nothing that concerns us. Raises UnreadableMessageError."""
    read = _READERS.get(str(message.get("type")))
    if read is None:
        return None
    try:
        return read(message)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableMessageError(f"{message.get('type')}: {error!r}") from error


def endpoint_of(channel_name: str) -> str:
    """`PJSIP/101-kitchen-0000002a` -> `101-kitchen`; what is no PJSIP channel has no endpoint of ours."""
    technology, _, rest = channel_name.partition("/")
    return rest.rpartition("-")[0] if technology == "PJSIP" else ""


def _entered(message: Message) -> ChannelEntered:
    channel = message["channel"]
    caller, dialplan = channel["caller"], channel["dialplan"]
    return ChannelEntered(
        _text(channel["id"]), endpoint_of(_text(channel["name"])), _text(dialplan["exten"]), _text(caller["number"]),
        _text(caller["name"]), channel["state"] == "Up",
    )  # fmt: skip


def _gone(message: Message) -> ChannelGone:
    return ChannelGone(_text(message["channel"]["id"]), int(message["cause"]))


def _held(message: Message) -> ChannelHeld:
    return ChannelHeld(_text(message["channel"]["id"]), message["type"] == "ChannelHold")


def _key(message: Message) -> KeyPressed:
    return KeyPressed(_text(message["channel"]["id"]), _text(message["digit"]))


def _transfer(message: Message) -> ChannelSentOn | ChannelsJoined | None:
    if message.get("state"):
        return None  # what we told the phone of its transfer comes round to us
    source, target = message["referred_by"]["source_channel"], message["refer_to"]
    if other := target.get("destination_channel"):
        return ChannelsJoined(_text(source["id"]), _text(other["id"]))
    return ChannelSentOn(_text(source["id"]), _text(target["requested_destination"]["destination"]))


def _sound_finished(message: Message) -> SoundFinished:
    playback = message["playback"]
    return SoundFinished(_text(playback["id"]), playback.get("state") == "failed")


def _recording_finished(message: Message) -> RecordingFinished:
    return RecordingFinished(_text(message["recording"]["name"]), message["type"] == "RecordingFailed")


def _contact_changed(message: Message) -> ContactChanged:
    contact = message["contact_info"]
    return ContactChanged(
        _text(message["endpoint"]["resource"]), _text(contact["uri"]), contact_is_reachable(contact["contact_status"])
    )


def contact_is_reachable(status: object) -> bool:
    """One that is not asked (qualify_frequency=0) counts until its registration ends."""
    return status in {"Reachable", "NonQualified", "Created", "Updated"}


def _link_taken(message: Message) -> LinkTaken:
    return LinkTaken()


_READERS: Mapping[str, Callable[[Message], Event | None]] = {
    "StasisStart": _entered,
    "ChannelDestroyed": _gone,
    "ChannelHold": _held,
    "ChannelUnhold": _held,
    "ChannelDtmfReceived": _key,
    "ChannelTransfer": _transfer,
    "PlaybackFinished": _sound_finished,
    "RecordingFinished": _recording_finished,
    "RecordingFailed": _recording_finished,
    "ContactStatusChange": _contact_changed,
    "ApplicationReplaced": _link_taken,
}

KINDS = tuple(_READERS)  # of the messages that say anything to us


def _text(value: object) -> str:
    """Without what cannot be printed: no name or number has it, and no database takes all of it."""
    if not isinstance(value, str):
        raise TypeError(f"a text, but {type(value).__name__}")
    return "".join(letter for letter in value if letter.isprintable())


# Q.850 causes, as PJSIP's channel driver makes them of SIP's final answers.
_NORMAL_CLEARING = 16
_OUTCOME_OF_CAUSE: Mapping[int, CallOutcome] = {
    _NORMAL_CLEARING: CallOutcome.REJECTED,  # before an answer
    17: CallOutcome.BUSY,
    18: CallOutcome.NO_ANSWER,
    19: CallOutcome.NO_ANSWER,
    20: CallOutcome.NOT_REGISTERED,
    21: CallOutcome.REJECTED,
    23: CallOutcome.REJECTED,  # the phone would forward by itself (302): our rules decide, not its own
    26: CallOutcome.CANCELLED,
    127: CallOutcome.NO_ANSWER,
}


def outcome_of_cause(cause: int) -> CallOutcome:
    """What became of ringing a channel that ended with `cause` before it was answered."""
    return _OUTCOME_OF_CAUSE.get(cause, CallOutcome.FAILED)


# What a caller's phone is told before an answer, as Asterisk 22 makes it of the cause: 486 busy, 603 declined, 480
# unavailable, 404 unknown, 403 refused (RFC 3261).
_BUSY, _NO_ANSWER, _UNAVAILABLE, _REFUSED, _UNKNOWN, _ELSEWHERE = 17, 19, 20, 21, 1, 26
_CAUSE_OF_REASON: Mapping[Reason, int] = {
    Reason.AVAILABLE: _UNAVAILABLE,
    Reason.AWAY: _UNAVAILABLE,
    Reason.DND: _UNAVAILABLE,
    Reason.LUNCH: _UNAVAILABLE,
    Reason.BUSINESS_TRIP: _UNAVAILABLE,
    Reason.BUSY: _BUSY,
    Reason.QUEUE_FULL: _BUSY,
    Reason.DECLINED: _NORMAL_CLEARING,
    Reason.LOOP: _REFUSED,
    Reason.UNKNOWN_NUMBER: _UNKNOWN,
    Reason.DISABLED: _UNKNOWN,
    Reason.NO_ANSWER: _NO_ANSWER,
    Reason.ANSWERED_ELSEWHERE: _ELSEWHERE,
    Reason.PICKED_UP: _ELSEWHERE,
    Reason.COMPLETED: _NORMAL_CLEARING,
    Reason.CANCELLED: _NORMAL_CLEARING,
    Reason.TRANSFERRED: _NORMAL_CLEARING,
    Reason.PARKED: _NORMAL_CLEARING,
    Reason.VOICEMAIL_LEFT: _NORMAL_CLEARING,
    Reason.VOICEMAIL_LIMIT: _NORMAL_CLEARING,
}


def cause_of_reason(reason: str) -> int:
    """The cause that a channel is hung up with when its call, or its part in it, ended for `reason`."""
    return _CAUSE_OF_REASON.get(Reason(reason), _UNAVAILABLE) if reason else _NORMAL_CLEARING
