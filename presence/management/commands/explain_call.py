"""`manage.py explain_call`: the path of a call, hop by hop, from the real router with the present facts."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from presence.calls.explain import Explanation, explain
from presence.calls.trail import TrailStep
from presence.domain.call_facts import CallerId
from presence.domain.vocabulary import DestinationKind, Origin, Reason
from presence.models import Extension
from presence.models.sole import sole
from presence.selectors.callees import callee_facts

_DECISION_WORDS = {
    "ring": "rings for {seconds} s",
    "skip_mobile": "rings without its mobile",
    "ring_members": "rings {members} for {seconds} s",
    "wait_in_queue": "lets the caller wait for up to {seconds} s",
    "ask_for_key": "asks for a key",
    "forward": "forwards to {destination}",
    "record_voicemail": "takes a message in the voicemail of {destination}",
    "dial_out": "dials {destination}",
    "end_call": "ends the call",
}


class Command(BaseCommand):
    help = "Say what would become of a call that nobody on its way answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--caller", required=True, help="number of the extension that calls, or an outside number")
        parser.add_argument("--callee", required=True, help="number that is called")
        parser.add_argument("--origin", choices=[origin.value for origin in Origin], help="default: by the caller")
        parser.add_argument("--at", type=_moment, help="ISO time, in the company's time zone unless it names another")
        parser.add_argument("--keys", type=_keys, help="what the caller presses, one key at each digital receptionist")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        name = _caller_name(options["caller"], options["origin"])
        dialled_by = options["caller"] if options["origin"] != Origin.EXTERNAL else ""
        if callee_facts(options["callee"], dialled_by) is None:
            self._refuse(options["callee"], as_json=options["json"])
        explanation = explain(
            caller=CallerId(options["caller"], name or ""),
            callee=options["callee"],
            origin=Origin(options["origin"] or Origin.INTERNAL),
            moment=options["at"] or timezone.now(),
            keys=options["keys"] or "",
        )
        self.stdout.write(_as_json(explanation) if options["json"] else _in_words(explanation))

    def _refuse(self, callee: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"steps": [], "result": Reason.UNKNOWN_NUMBER.value}))
        raise CommandError(f"{Reason.UNKNOWN_NUMBER}: nobody has the number {callee}")


def _caller_name(number: str, origin: str | None) -> str:
    """The caller's name. An internal caller is an extension; an external one may show any number."""
    extension = sole(Extension.objects.filter(number=number))
    if extension is not None:
        return extension.name
    if origin == Origin.EXTERNAL:
        return ""
    raise CommandError(
        f"{Reason.UNKNOWN_NUMBER}: no extension {number} can call; for a caller outside add --origin external"
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text!r} is no ISO time such as 2026-11-23T12:30 or 2026-11-23T12:30+01:00"
        ) from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _keys(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text!r} are no keys such as 2 or 21")
    return text


def _as_json(explanation: Explanation) -> str:
    steps = [
        {
            "extension": step.number,
            "decision": step.decision,
            "destination": _destination(step) or None,
            "reason": step.reason.value,
            **({"members": list(step.members)} if step.members else {}),
        }
        for step in explanation.steps
    ]
    return json.dumps({"steps": steps, "result": explanation.result})


def _destination(step: TrailStep) -> str:
    """A number; of a mobile only that it is one."""
    return "mobile" if step.destination_kind == DestinationKind.MOBILE else step.destination_value


def _in_words(explanation: Explanation) -> str:
    lines = [f"{count}. {_step_in_words(step)}" for count, step in enumerate(explanation.steps, start=1)]
    return "\n".join([*lines, f"Result: {explanation.result}"])


def _step_in_words(step: TrailStep) -> str:
    words = _DECISION_WORDS[step.decision].format(
        seconds=step.ring_seconds, destination=_destination(step), members=", ".join(step.members)
    )
    if step.decision == "ring" and step.destination_kind == DestinationKind.MOBILE:
        words += ", its mobile too"
    return f"{step.number} {step.name} {words} ({step.reason})".replace("  ", " ")
