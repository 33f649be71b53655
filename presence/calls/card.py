"""What each window shows of a call: read once per change, then cut to each window without the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from presence.domain.vocabulary import CallState, Reason
from presence.models import Call, CallLeg, CallStep, Extension
from presence.services.calls import open_legs
from presence.services.voicemail import seconds_max

Card = dict[str, Any]
ENDED_SHOWN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A call as it was at one version."""

    call: Call
    legs: tuple[CallLeg, ...]  # the caller's first, then the callees' as they were rung
    steps: tuple[CallStep, ...]
    box: Extension | None

    @property
    def extensions(self) -> frozenset[str]:
        """The numbers whose windows have something to show."""
        return frozenset(leg.extension.number for leg in self.legs if leg.extension is not None)

    def card_for(self, extension: str, window: str) -> Card | None:
        """What this window shows; None when the call does not concern it."""
        legs = [leg for leg in self.legs if leg.extension is not None and leg.extension.number == extension]
        if not legs:
            return None
        leg = legs[-1]
        if leg.role == CallLeg.Role.CALLER:
            return self._callers_card(leg) if leg.window == window else None
        return self._callees_card(leg, window)

    def _callers_card(self, leg: CallLeg) -> Card:
        state = "dialling" if leg.state == CallState.RINGING else leg.state
        return {
            **self._common(leg, state),
            "role": "caller",
            "here": True,
            "other": self._callee(),
            "end_reason": self.call.end_reason or None,
            "about": _party(self.call.about_number, self.call.about_name) if self.call.about_number else None,
            "steps": [_step(step) for step in self.steps],
            "voicemail": self._voicemail(),
        }

    def _callees_card(self, leg: CallLeg, window: str) -> Card:
        here = leg.window == window
        is_elsewhere = bool(leg.window) and not here
        return {
            **self._common(leg, CallState.ENDED if is_elsewhere else leg.state),
            "role": "callee",
            "here": here,
            "other": _party(self.call.caller_number, self.call.caller_name),
            "end_reason": Reason.ANSWERED_ELSEWHERE if is_elsewhere else leg.end_reason or None,
            "about": None,
            "steps": [],
            "voicemail": None,
        }

    def _common(self, leg: CallLeg, state: str) -> Card:
        return {
            "call": str(self.call.pk),
            "version": self.call.version,
            "state": state,
            "origin": self.call.origin,
            "started": _seconds(leg.started_at),
            "answered": _seconds(leg.answered_at),
            "ended": _seconds(leg.ended_at),
        }

    def _callee(self) -> Card:
        """Whom the caller is talking to or trying to reach: the last one rung, else the number dialled."""
        callees = [leg.extension for leg in self.legs if leg.role == CallLeg.Role.CALLEE and leg.extension is not None]
        if callees:
            return _party(callees[-1].number, callees[-1].name)
        name = self.steps[0].name if self.steps else ""
        return _party(self.call.called_number, name)

    def _voicemail(self) -> Card | None:
        if self.box is None or self.call.state == CallState.ENDED:
            return None
        return {
            "box": _party(self.box.number, self.box.name),
            "max_seconds": seconds_max(self.box),
        }


def load_card(call_id: str) -> LiveCard | None:
    """The call as it is now; None when there is no such call. Three queries."""
    try:
        call = Call.objects.select_related("voicemail__box").get(pk=call_id)
    except (Call.DoesNotExist, ValidationError):
        return None
    legs = call.legs.select_related("extension").order_by("pk")
    box = call.voicemail.box if hasattr(call, "voicemail") else None
    return LiveCard(call, tuple(legs), tuple(call.steps.all()), box)


def open_card(extension: Extension, window: str) -> Card | None:
    """What a window that just opened has to show: its own call, or one that rings for it.

    A call that ended while the window was away is shown a little longer, so that it learns why.
    """
    leg = open_legs().filter(extension=extension, window__in=("", window)).order_by("-pk").first()
    if leg is None:
        lately = timezone.now() - timedelta(seconds=ENDED_SHOWN_SECONDS)
        ended = CallLeg.objects.filter(extension=extension, window=window, ended_at__gt=lately)
        leg = ended.order_by("-pk").first()
    card = load_card(str(leg.call_id)) if leg else None
    return card.card_for(extension.number, window) if card else None


def other_window(call_id: UUID, extension: Extension, window: str) -> tuple[str, str] | None:
    """(extension, window) at the other end of a conversation that `window` carries; where a signal goes."""
    legs = list(open_legs().filter(call_id=call_id).exclude(window="").select_related("extension"))
    if not any(leg.extension_id == extension.pk and leg.window == window for leg in legs):
        return None
    others = [leg for leg in legs if leg.window != window and leg.extension is not None]
    return (others[0].extension.number, others[0].window) if others and others[0].extension else None


def _party(number: str, name: str) -> Card:
    return {"number": number, "name": name}


def _step(step: CallStep) -> Card:
    return {
        "number": step.number,
        "name": step.name,
        "decision": step.decision,
        "reason": step.reason,
        "destination_kind": step.destination_kind,
        "destination_value": step.destination_value,
        "destination_name": step.destination_name,
    }


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None
