"""What the card of a call that waits says beyond the call: its place in a queue, a receptionist's keys, its slot."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from presence.domain.vocabulary import CallState
from presence.models import Call, ParkedCall, QueueEntry, ReceptionistOption, ReceptionistTurn
from presence.models.sole import sole


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a call waits; nothing of it for one that does not."""

    entry: QueueEntry | None = None
    place: int = 0
    turn: ReceptionistTurn | None = None
    options: tuple[ReceptionistOption, ...] = ()
    parking: ParkedCall | None = None

    def shown(self) -> dict[str, Any]:
        return {"waiting": self._queue(), "menu": self._menu(), "parked": self._slot()}

    def _queue(self) -> dict[str, Any] | None:
        if self.entry is None:
            return None
        queue = self.entry.queue
        return {
            "queue": {"number": queue.number, "name": queue.name},
            "place": self.place,
            "since": int(self.entry.joined_at.timestamp()),
        }

    def _menu(self) -> dict[str, Any] | None:
        """Without the address of its greeting: sounds are served by the edge."""
        if self.turn is None:
            return None
        receptionist = self.turn.receptionist
        return {
            "receptionist": {"number": receptionist.number, "name": receptionist.name},
            "turn": self.turn.turn,
            "open": self.turn.is_open,
            "was_wrong": self.turn.was_wrong,
            # Closed, there is nothing to choose.
            "keys": [{"key": option.key, "words": option.words} for option in self.options if self.turn.is_open],
        }

    def _slot(self) -> dict[str, Any] | None:
        if self.parking is None:
            return None
        by = self.parking.parked_by
        return {"slot": self.parking.slot, "by": {"number": by.number, "name": by.name}}


def waiting_of(call: Call) -> Waiting:
    """Three queries and more, for a call of which `services.waiting.is_waiting` says so."""
    entry = sole(QueueEntry.objects.filter(call=call, left_at=None).select_related("queue"))
    turn = sole(ReceptionistTurn.objects.filter(call=call).select_related("receptionist"))
    options = ReceptionistOption.objects.filter(receptionist__system_extension=turn.receptionist) if turn else ()
    parking = sole(ParkedCall.objects.filter(call=call).select_related("parked_by"))
    return Waiting(entry, _place(entry) if entry else 0, turn, tuple(options), parking)


def _place(entry: QueueEntry) -> int:
    """1 is the first in the line."""
    is_ahead = Q(joined_at__lt=entry.joined_at) | Q(joined_at=entry.joined_at, pk__lt=entry.pk)
    return QueueEntry.objects.filter(is_ahead, queue=entry.queue_id, left_at=None).count() + 1


def parked_calls() -> list[dict[str, Any]]:
    """Who can be fetched, by slot; for everybody in the company."""
    parked = ParkedCall.objects.select_related("call", "parked_by").exclude(call__state=CallState.ENDED)
    return [
        {
            "slot": each.slot,
            "name": each.call.caller_name,
            "number": each.call.caller_number,
            "origin": each.call.origin,
            "by": {"number": each.parked_by.number, "name": each.parked_by.name},
            "since": int(each.since.timestamp()),
        }
        for each in parked
    ]
