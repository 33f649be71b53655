"""`manage.py explain_call`: the path of a call in words and as JSON, and its refusals."""

import json
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from pytest_django import Settings

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status
from presence.models import Call, CallLeg, Company, Extension, StatusProfileRow
from tests.cast import register, rule
from tests.line_cast import dial, make_group, make_queue, make_receptionist, trail, voicemail_of
from tests.outside_cast import open_line
from tests.phones import phone

EXTERNAL = Origin.EXTERNAL


def explained(*arguments: str) -> str:
    output = StringIO()
    call_command("explain_call", *arguments, stdout=output)
    return output.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    path: dict[str, Any] = json.loads(explained(*arguments, "--json"))
    return path


def set_status(extension: Extension, status: Status) -> None:
    extension.status = status
    extension.save()


def test_a_status_that_ends_calls_is_one_step(adam: Extension, piotr: Extension) -> None:
    set_status(piotr, Status.AWAY)
    assert as_json("--caller", "101", "--callee", "102") == {
        "steps": [{"extension": "102", "decision": "end_call", "destination": None, "reason": "away"}],
        "result": "end_call",
    }


def test_a_chain_is_told_hop_by_hop_as_the_router_would_go(adam: Extension, piotr: Extension, anna: Extension) -> None:
    set_status(piotr, Status.AWAY)
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTENSION, "103")
    register(anna)
    assert as_json("--caller", "101", "--callee", "102")["steps"] == [
        {"extension": "102", "decision": "forward", "destination": "103", "reason": "away"},
        {"extension": "103", "decision": "ring", "destination": None, "reason": "available"},
        {"extension": "103", "decision": "record_voicemail", "destination": "103", "reason": "no_answer"},
    ]
    assert explained("--caller", "101", "--callee", "102").splitlines() == [
        "1. 102 Piotr Adamiak forwards to 103 (away)",
        "2. 103 Anna Kowalska rings for 20 s (available)",
        "3. 103 Anna Kowalska takes a message in the voicemail of 103 (no_answer)",
        "Result: record_voicemail",
    ]


def test_the_origin_chooses_the_rule(adam: Extension, piotr: Extension) -> None:
    set_status(piotr, Status.AWAY)
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL, origin=EXTERNAL)
    results = [
        as_json("--caller", "101", "--callee", "102", "--origin", origin)["result"]
        for origin in ("internal", "external")
    ]
    assert results == ["end_call", "record_voicemail"]


def test_a_dead_end_and_its_reason_are_told(adam: Extension, piotr: Extension) -> None:
    set_status(piotr, Status.AWAY)
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48221234567")
    assert as_json("--caller", "101", "--callee", "102")["steps"] == [
        {"extension": "102", "decision": "record_voicemail", "destination": "102", "reason": "no_trunk"}
    ]


def steps_of(*arguments: str) -> list[tuple[str, str, str]]:
    return [(step["extension"], step["decision"], step["reason"]) for step in as_json(*arguments)["steps"]]


def test_a_ring_group_tells_whom_it_rings(adam: Extension, piotr: Extension, anna: Extension) -> None:
    make_group("810", piotr, anna, to=voicemail_of("101"))
    for member in (piotr, anna):
        register(member, window=f"window-of-{member.number}")
    assert explained("--caller", "101", "--callee", "810").splitlines() == [
        "1. 810 Sales team rings 102, 103 for 20 s (ring_group)",
        "2. 810 Sales team takes a message in the voicemail of 101 (no_answer)",
        "Result: record_voicemail",
    ]
    assert as_json("--caller", "101", "--callee", "810")["steps"][0]["members"] == ["102", "103"]


def test_a_queue_without_members_goes_where_it_says(adam: Extension) -> None:
    make_queue("800")
    assert steps_of("--caller", "101", "--callee", "800") == [("800", "end_call", "nobody_logged_in")]


@pytest.mark.parametrize(("is_busy", "reason"), [(False, "no_answer"), (True, "queue_timeout")])
def test_in_a_queue_everybody_has_a_turn_or_the_wait_ends(
    adam: Extension, piotr: Extension, is_busy: bool, reason: str
) -> None:
    make_queue("800", piotr)
    register(piotr)
    if is_busy:
        call = Call.objects.create(caller_number="102", called_number="103", origin=Origin.INTERNAL)
        CallLeg.objects.create(call=call, extension=piotr, role="caller")
    steps = [("800", "wait_in_queue", "queue"), ("800", "end_call", reason)]
    assert steps_of("--caller", "101", "--callee", "800") == steps
    assert explained("--caller", "101", "--callee", "800").startswith(
        "1. 800 Support lets the caller wait for up to 300 s"
    )


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("", [("850", "end_call", "no_choice")]),
        ("9", [("850", "end_call", "no_choice")]),
        ("2", [("850", "forward", "key_pressed"), ("102", "record_voicemail", "not_registered")]),
        (
            "1",
            [
                ("850", "forward", "key_pressed"),
                ("851", "ask_for_key", "digital_receptionist"),
                ("851", "end_call", "no_choice"),
            ],
        ),
        (
            "12",
            [
                ("850", "forward", "key_pressed"),
                ("851", "ask_for_key", "digital_receptionist"),
                ("851", "end_call", "loop"),
            ],
        ),
    ],
)
def test_what_the_caller_would_press_may_be_supposed(
    adam: Extension, piotr: Extension, keys: str, steps: list[tuple[str, str, str]]
) -> None:
    piotrs = Destination(DestinationKind.EXTENSION, "102")
    first, second = (Destination(DestinationKind.SYSTEM_EXTENSION, number) for number in ("850", "851"))
    make_receptionist("850", {"1": second, "2": piotrs})
    make_receptionist("851", {"2": first})
    asked = ("850", "ask_for_key", "digital_receptionist")
    arguments = ("--keys", keys) if keys else ()
    assert steps_of("--caller", "101", "--callee", "850", *arguments) == [asked, *steps]


@pytest.mark.django_db(transaction=True)
async def test_a_real_call_goes_the_way_that_was_explained(adam: Extension, piotr: Extension, anna: Extension) -> None:
    group = Destination(DestinationKind.SYSTEM_EXTENSION, "810")
    await sync_to_async(make_receptionist)("850", {"1": Destination(DestinationKind.SYSTEM_EXTENSION, "800")})
    await sync_to_async(make_queue)("800", piotr, to=group)
    await sync_to_async(make_group)("810", piotr, anna, to=voicemail_of("103"))
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        explained_steps = await sync_to_async(steps_of)("--caller", "101", "--callee", "850", "--keys", "1")
        call = await dial(adams, "850")
        if not adams.card["menu"]:
            await adams.until(lambda message: bool(message.get("menu")))
        await adams.say(type="key", call=call, key="1")
        for member in (piotrs, annas):
            await member.until_card("ringing")
            await member.say(type="decline", call=call)
        await adams.until_card("talking")
        assert await trail(call) == explained_steps
        assert len(explained_steps) == 6


@pytest.mark.parametrize("at", ["2026-11-23T12:30", "2026-11-23T12:30:00+01:00", "2026-11-23", "2026-11-23T12:30Z"])
def test_a_moment_may_be_named(adam: Extension, piotr: Extension, at: str) -> None:
    assert as_json("--caller", "101", "--callee", "102", "--at", at)["steps"]


def test_an_outside_caller_may_show_any_number(piotr: Extension) -> None:
    assert as_json("--caller", "+48600100200", "--callee", "102", "--origin", "external")["steps"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--caller", "101", "--callee", "999"), "unknown_number"),
        (("--caller", "101", "--callee", ""), "unknown_number"),
        (("--caller", "999", "--callee", "101"), "unknown_number: no extension 999 can call"),
        (("--caller", "101", "--callee", "102", "--at", "noon"), "'noon' is no ISO time"),
        (("--caller", "101", "--callee", "102", "--origin", "abroad"), "invalid choice: 'abroad'"),
        (("--callee", "102"), "--caller"),
        (("--caller", "101", "--callee", "102", "--keys", "2x"), "'2x' are no keys"),
    ],
)
def test_bad_input_is_an_error_that_says_what_is_wrong(
    adam: Extension, piotr: Extension, arguments: tuple[str, ...], error: str
) -> None:
    with pytest.raises(CommandError, match=error):
        explained(*arguments)


def test_an_unknown_number_is_told_in_json_too(adam: Extension, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        call_command("explain_call", "--caller", "101", "--callee", "999", "--json")
    assert json.loads(capsys.readouterr().out) == {"steps": [], "result": "unknown_number"}


def test_a_number_outside_is_dialled_where_there_is_a_line(settings: Settings, adam: Extension) -> None:
    open_line(settings)
    assert as_json("--caller", "101", "--callee", "22 123 45 67") == {
        "steps": [
            {"extension": "22 123 45 67", "decision": "dial_out", "destination": "+48221234567", "reason": "dialled"}
        ],
        "result": "dial_out",
    }


@pytest.mark.parametrize("number", ["221234567", "+48221234567", "0048221234567", "022221234567"])
def test_without_a_line_nobody_has_a_number_of_the_outside(adam: Extension, number: str) -> None:
    with pytest.raises(CommandError, match="unknown_number"):
        explained("--caller", "101", "--callee", number)


@pytest.mark.parametrize("number", ["999", "112", "12345"])
def test_what_is_too_short_for_the_outside_is_nobodys_number(settings: Settings, adam: Extension, number: str) -> None:
    open_line(settings)
    with pytest.raises(CommandError, match="unknown_number"):
        explained("--caller", "101", "--callee", number)


def test_a_caller_from_outside_is_never_sent_straight_outside(settings: Settings, adam: Extension) -> None:
    open_line(settings)
    with pytest.raises(CommandError, match="unknown_number"):
        explained("--caller", "101", "--callee", "+48221234567", "--origin", "external")


@pytest.mark.parametrize("number", ["+48700123456", "+4930123456", "0700123456"])
def test_what_the_policy_forbids_is_told_of_a_dialled_number(settings: Settings, adam: Extension, number: str) -> None:
    open_line(settings)
    step = as_json("--caller", "101", "--callee", number)["steps"][0]
    assert (step["decision"], step["reason"]) == ("end_call", "outside_not_allowed")


def test_mobile_and_external_number_are_real_where_there_is_a_line(
    settings: Settings, adam: Extension, piotr: Extension
) -> None:
    set_status(piotr, Status.AWAY)
    Extension.objects.filter(pk=piotr.pk).update(mobile_number="+48600100200")
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.MOBILE)
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48221234567", origin=EXTERNAL)
    without = as_json("--caller", "101", "--callee", "102")["steps"][0]
    assert (without["decision"], without["reason"]) == ("record_voicemail", "no_trunk")
    open_line(settings)
    internal = as_json("--caller", "101", "--callee", "102")["steps"][0]
    assert (internal["decision"], internal["destination"], internal["reason"]) == ("dial_out", "mobile", "away")
    external = as_json("--caller", "+48601234567", "--callee", "102", "--origin", "external")["steps"][0]
    assert (external["decision"], external["destination"]) == ("dial_out", "+48221234567")


def test_a_rule_that_the_guard_refuses_ends_in_the_first_voicemail(
    settings: Settings, adam: Extension, piotr: Extension
) -> None:
    open_line(settings)
    set_status(piotr, Status.AWAY)
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48700123456")
    step = as_json("--caller", "101", "--callee", "102")["steps"][0]
    assert (step["decision"], step["destination"], step["reason"]) == ("record_voicemail", "102", "outside_not_allowed")
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48221234567")
    Company.objects.create(outside_minutes_per_day=0)
    assert as_json("--caller", "101", "--callee", "102")["steps"][0]["reason"] == "outside_minutes_used"


def test_a_mobile_that_rings_beside_the_phones_is_told_and_why_it_does_not(
    settings: Settings, adam: Extension, piotr: Extension
) -> None:
    open_line(settings)
    register(piotr)
    Extension.objects.filter(pk=piotr.pk).update(mobile_number="+48600100200")
    StatusProfileRow.objects.create(extension=piotr, status=Status.AVAILABLE, rings_mobile_too=True)
    first = as_json("--caller", "101", "--callee", "102")["steps"][0]
    assert (first["decision"], first["destination"]) == ("ring", "mobile")
    words = explained("--caller", "101", "--callee", "102")
    assert "1. 102 Piotr Adamiak rings for 20 s, its mobile too (available)" in words
    Company.objects.create(outside_calls_max=0)
    words = explained("--caller", "101", "--callee", "102")
    assert "1. 102 Piotr Adamiak rings without its mobile (outside_calls_max)" in words
    assert "2. 102 Piotr Adamiak rings for 20 s (available)" in words
