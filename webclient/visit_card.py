"""A call card as a visitor may see it: that it rings, waits, talks or is over; no name, no number, and never why."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from presence.domain.vocabulary import Reason

Card = dict[str, Any]

UNAVAILABLE = "unavailable"

_TOLD = ("call", "version", "state", "role", "here", "origin", "started", "answered", "ended", "backend")
_TOLD_AS_IT_IS = {Reason.LOST, Reason.CANCELLED, Reason.VOICEMAIL_LEFT, Reason.VOICEMAIL_LIMIT}
# Of the last three, the call goes on as another one.
_TOLD_AS_COMPLETED = {Reason.COMPLETED, Reason.TRANSFERRED, Reason.PICKED_UP, Reason.PARKED}


@dataclass(frozen=True, slots=True)
class VisitorsView:
    """`number` and `name`: whom the visitor asked for, which is all they know. `token`: what opens their sounds."""

    number: str
    name: str
    token: str

    def of(self, card: Card) -> Card:
        asked = {"number": self.number, "name": self.name}
        return {
            **{key: card[key] for key in _TOLD},
            "held": card["held"],
            "other": asked,
            "end_reason": told_reason(card["end_reason"]),
            "voicemail": self._voicemail(card["voicemail"], asked),
            "waiting": card["waiting"] and {**card["waiting"], "queue": asked},
            "menu": self._menu(card["menu"], asked),
            "about": None,
            "steps": [],
            "unverified": False,
            "via": None,
            "sent_by": None,
            "parked": card["parked"] and {**card["parked"], "by": asked},
        }

    def _voicemail(self, voicemail: Card | None, asked: Card) -> Card | None:
        if voicemail is None:
            return None
        greeting = reverse("visit-greeting", args=[self.token])
        return {"box": asked, "max_seconds": voicemail["max_seconds"], "greeting": greeting}

    def _menu(self, menu: Card | None, asked: Card) -> Card | None:
        if menu is None:
            return None
        told = {key: menu[key] for key in ("turn", "open", "was_wrong", "keys")}
        return {**told, "receptionist": asked, "greeting": reverse("visit-menu-sound", args=[self.token])}


def told_reason(reason: str | None) -> str | None:
    if not reason:
        return None
    if reason in _TOLD_AS_IT_IS:
        return str(reason)
    return str(Reason.COMPLETED) if reason in _TOLD_AS_COMPLETED else UNAVAILABLE
