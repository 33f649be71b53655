"""`manage.py explain_call`: the path of a call in words and as JSON, and its refusals."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, SystemExtensionKind
from presence.models import Extension, SystemExtension
from tests.cast import register, rule

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


def test_a_queue_without_members_goes_where_it_says(adam: Extension) -> None:
    SystemExtension.objects.create(number="800", name="Sales", kind=SystemExtensionKind.QUEUE)
    path = as_json("--caller", "101", "--callee", "800")
    assert path["steps"] == [
        {"extension": "800", "decision": "end_call", "destination": None, "reason": "nobody_logged_in"}
    ]


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
