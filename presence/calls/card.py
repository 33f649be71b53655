"""What each window shows of a call: read once per change, then cut to each window without the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from presence.calls.waiting_card import Waiting, waiting_of
from presence.domain.vocabulary import CallBackendKind, CallState, Reason
from presence.models import DESK_PHONE, Call, CallLeg, CallStep, Extension, SystemExtension, visitor_party
from presence.selectors import names_of
from presence.selectors.prepared import Prepared
from presence.services.call_rows import open_legs
from presence.services.pictures import picture_version
from presence.services.voicemail import seconds_max
from presence.services.waiting import is_waiting

Card = dict[str, Any]
ENDED_SHOWN_SECONDS = 60
_READS_MAX = 4
_CALLS_REMEMBERED = 1_000
_NOWHERE = Waiting()


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A call as it was at one version."""

    call: Call
    legs: tuple[CallLeg, ...]  # the caller's first, then the callees' as they were rung
    steps: tuple[CallStep, ...]
    box: Extension | None
    waiting: Waiting
    called_name: str = ""  # of the number called, while the caller has yet to pick up their own phone

    @property
    def parties(self) -> frozenset[str]:
        """The addresses in the hub whose windows have something to show."""
        return frozenset(leg.party for leg in self.legs)

    def card_for(self, party: str, window: str) -> Card | None:
        """What this window shows; None when the call does not concern it."""
        legs = [leg for leg in self.legs if leg.party == party]
        if not legs:
            return None
        leg = legs[-1]
        if leg.role == CallLeg.Role.CALLER:
            is_shown = leg.window == window or _is_on_desk_phone(leg)
            return self._callers_card(leg, window) if is_shown else None
        return self._callees_card(leg, window)

    def _callers_card(self, leg: CallLeg, window: str) -> Card:
        state = "dialling" if leg.state == CallState.RINGING else leg.state
        return {
            **self._common(leg, state, window),
            "role": "caller",
            "picking_up": _is_picking_up(leg),
            "other": self._callee(),
            "picture": _picture(self._reached()),
            "end_reason": self.call.end_reason or None,
            "about": _party(self.call.about_number, self.call.about_name) if self.call.about_number else None,
            "steps": [_step(step) for step in self.steps],
            "voicemail": self._voicemail(),
            "unverified": False,
            "via": None,
            **self.waiting.shown(),
        }

    def _callees_card(self, leg: CallLeg, window: str) -> Card:
        is_elsewhere = bool(leg.window) and leg.window != window and not _is_on_desk_phone(leg)
        return {
            **self._common(leg, CallState.ENDED if is_elsewhere else leg.state, window),
            "role": "callee",
            "picking_up": False,
            "other": _party(self.call.caller_number, self.call.caller_name),
            "picture": _picture(self._caller()),
            "end_reason": Reason.ANSWERED_ELSEWHERE if is_elsewhere else leg.end_reason or None,
            "about": None,
            "steps": [],
            "voicemail": None,
            # Nobody but their own words vouches for a visitor's name.
            "unverified": any(each.role == CallLeg.Role.CALLER and each.extension is None for each in self.legs),
            "via": _named(leg.rung_for),
            **_NOWHERE.shown(),
        }

    def _common(self, leg: CallLeg, state: str, window: str) -> Card:
        here = leg.window == window
        return {
            "call": str(self.call.pk),
            "version": self.call.version,
            "state": state,
            "here": here,
            # Every window of a person shows the call that their desk phone carries, and has its controls.
            "by": "desk_phone" if not here and _is_on_desk_phone(leg) else "",
            "origin": self.call.origin,
            "started": _seconds(leg.started_at),
            "answered": _seconds(leg.answered_at),
            "ended": _seconds(leg.ended_at),
            "held": any(each.state == CallState.ON_HOLD for each in self.legs if each.pk != leg.pk),
            "sent_by": _named(self.call.sent_by),
            "echo": self.call.is_echo_test,
            # The echo is this server's own, wherever other calls have their sound.
            "backend": CallBackendKind.BROWSER if self.call.is_echo_test else self.call.backend_kind,
        }

    def _callee(self) -> Card:
        """Whom the caller is talking to or trying to reach: who answered, the last one rung, else the number dialled.

        While the members of a group or queue ring, it is the group that the caller is trying to reach.
        """
        if reached := self._reached():
            return _named(reached) or {}
        if self.waiting.parking is not None:
            return _named(self.waiting.parking.parked_by) or {}
        name = self.steps[0].name if self.steps else self.called_name
        return _party(self.call.called_number, name)

    def _reached(self) -> Extension | SystemExtension | None:
        callees = [leg for leg in self.legs if leg.role == CallLeg.Role.CALLEE and leg.extension is not None]
        answered = [leg for leg in callees if leg.answered_at is not None]
        if answered:
            return answered[-1].extension
        return (callees[-1].rung_for or callees[-1].extension) if callees else None

    def _caller(self) -> Extension | None:
        """Whoever is in the call as its caller, if the call still goes by their number."""
        callers = (leg.extension for leg in self.legs if leg.role == CallLeg.Role.CALLER and leg.extension is not None)
        return next((each for each in callers if each.number == self.call.caller_number), None)

    def _voicemail(self) -> Card | None:
        if self.box is None or self.call.state == CallState.ENDED:
            return None
        return {
            "box": _party(self.box.number, self.box.name),
            "max_seconds": seconds_max(self.box),
        }


def load_card(call_id: str) -> LiveCard | None:
    """The call as it is now; None when there is no such call. One or two queries, a few more while it waits.

    The call and its legs are of one moment: a leg that has ended must not be shown with a call that has not.
    """
    for _ in range(_READS_MAX - 1):
        card = _read_card(call_id)
        # What it waits for is read after it: only there can it have changed meanwhile.
        if card is None or card.waiting is _NOWHERE or _is_still(card.call):
            return card
    return _read_card(call_id)


def _is_still(call: Call) -> bool:
    return Call.objects.filter(pk=call.pk, version=call.version).exists()


# Of a person a card shows number, name and picture: the rest of these wide rows would be read with every change.
_OF_EXTENSION = [
    "mobile_number",
    "status",
    "status_since",
    "status_set_by",
    "status_note",
    "status_set_on",
    "status_set_at",
    "status_until",
    "status_after",
    "status_after_note",
    "voicemail_on",
    "voicemail_messages_max",
    "voicemail_email",
    "external_forwarding",
    "takes_visits",
    "visit_code",
    "calls_seen_at",
    "is_enabled",
    "version",
    "settings_version",
    "department",
]
_OF_USER = [
    "password",
    "last_login",
    "is_superuser",
    "username",
    "first_name",
    "last_name",
    "email",
    "is_staff",
    "is_active",
    "date_joined",
    "language",
    "first_steps_at",
    "theme",
    "ringing_sound",
    "ringing_volume",
    "other_sounds",
]
_NOT_SHOWN = [
    *(f"{who}__{name}" for who in ("extension", "call__sent_by", "call__voicemail__box") for name in _OF_EXTENSION),
    *(f"extension__user__{name}" for name in _OF_USER),
]


def _legs_of(call_id: UUID) -> QuerySet[CallLeg]:
    """With all that a card says of the call and its parties but its steps and what it waits for."""
    steps = CallStep.objects.filter(call=OuterRef("call")).order_by().values("call").annotate(kept=Count("pk"))
    legs = CallLeg.objects.filter(call=call_id).annotate(
        steps_kept=Subquery(steps.values("kept")), waits=is_waiting("call")
    )
    legs = legs.select_related("call__voicemail__box", "call__sent_by", "extension__user", "rung_for")
    return legs.defer(*_NOT_SHOWN)


_LEGS: Prepared[Any] = Prepared(_legs_of, UUID)


def _read_card(call_id: str) -> LiveCard | None:
    legs = sorted(_LEGS.rows(UUID(call_id)), key=lambda leg: leg.pk)
    if not legs:
        return None
    call = legs[0].call
    box = call.voicemail.box if hasattr(call, "voicemail") else None
    waiting = waiting_of(call) if legs[0].waits else _NOWHERE
    name = names_of([call.called_number]).get(call.called_number, "") if _is_picking_up(legs[0]) else ""
    return LiveCard(call, tuple(legs), _steps(call.pk, legs[0].steps_kept or 0), box, waiting, name)


_STEPS = Prepared(lambda call: CallStep.objects.filter(call=call), UUID)


@lru_cache(maxsize=_CALLS_REMEMBERED)
def _steps(call_id: UUID, kept: int) -> tuple[CallStep, ...]:
    """The first `kept` steps of a call. They are written once and never changed, so they are read once."""
    return tuple(_STEPS.rows(call_id)[:kept]) if kept else ()


def open_cards(extension: Extension | None, window: str) -> list[Card]:
    """What a window that just opened has to show: its own calls, and those that ring for it, the oldest first.

    A call that ended while the window was away is shown a little longer, so that it learns why.
    """
    party = extension.number if extension is not None else visitor_party(window)
    legs = _of_window(open_legs(), extension, ("", window)).order_by("pk")
    call_ids = list(dict.fromkeys(legs.values_list("call_id", flat=True)))
    if not call_ids:
        lately = timezone.now() - timedelta(seconds=ENDED_SHOWN_SECONDS)
        ended = _of_window(CallLeg.objects.filter(ended_at__gt=lately), extension, (window,))
        call_ids = list(ended.order_by("-pk").values_list("call_id", flat=True)[:1])
    cards = (load_card(str(call_id)) for call_id in call_ids)
    shown = (card.card_for(party, window) for card in cards if card is not None)
    return [card for card in shown if card is not None]


def _of_window(legs: QuerySet[CallLeg], extension: Extension | None, windows: tuple[str, ...]) -> QuerySet[CallLeg]:
    shown = Q(window__in=windows)
    if extension is not None:
        shown |= Q(window__startswith=DESK_PHONE)
    return legs.filter(shown, extension=extension)


def _is_picking_up(leg: CallLeg) -> bool:
    """A click has begun this call, and waits for the caller's own phone."""
    return leg.window.startswith(DESK_PHONE) and not leg.ari_channel_id


def _is_on_desk_phone(leg: CallLeg) -> bool:
    return leg.extension is not None and leg.window.startswith(DESK_PHONE)


def other_window(call_id: UUID, extension: Extension | None, window: str) -> tuple[str, str] | None:
    """(party, window) at the other end of a conversation that `window` carries; where a signal goes."""
    legs = list(open_legs().filter(call_id=call_id).exclude(window="").select_related("extension"))
    own_pk = extension.pk if extension is not None else None
    if not any(leg.extension_id == own_pk and leg.window == window for leg in legs):
        return None
    others = [leg for leg in legs if leg.window != window]
    return (others[0].party, others[0].window) if others else None


def _named(who: Extension | SystemExtension | None) -> Card | None:
    return _party(who.number, who.name) if who is not None else None


def _picture(who: Extension | SystemExtension | None) -> str:
    """The version of their picture; empty: none. Legs are read with their extensions' users."""
    return picture_version(who.user) if isinstance(who, Extension) and who.user else ""


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
