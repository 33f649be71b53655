"""The lines of queues and ring groups as their members see them: who waits, since when, and who is logged in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from presence import selectors
from presence.domain.queues import MemberFacts, queue_absence
from presence.domain.vocabulary import CallState, QueueAbsence, Status, SystemExtensionKind
from presence.models import CallLeg, Extension, Membership, QueueEntry, Registration

KINDS_WITH_LINE = (SystemExtensionKind.QUEUE, SystemExtensionKind.RING_GROUP)

_Line = tuple[int, datetime | None]  # how many wait, and since when the first of them


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue or ring group of a member."""

    number: str
    name: str
    kind: SystemExtensionKind
    waiting: int
    oldest: datetime | None
    is_logged_in: bool
    absence: QueueAbsence | None
    status: Status  # the member's, which may be the reason

    @property
    def is_queue(self) -> bool:
        """A ring group has no line to log in to: whoever can ring is rung."""
        return self.kind is SystemExtensionKind.QUEUE

    def to_wire(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "name": self.name,
            "kind": self.kind,
            "waiting": self.waiting,
            "oldest": int(self.oldest.timestamp()) if self.oldest else None,
            "is_logged_in": self.is_logged_in,
            "absence": self.absence or "",
            "status": self.status,
        }


def lines_of_members(extension_ids: Collection[int]) -> dict[str, list[QueueLine]]:
    """extension number -> its queues and ring groups by number; of whoever is in none, nothing.

    One query when none of them is in any, else eight.
    """
    memberships = Membership.objects.filter(
        extension__in=extension_ids, system_extension__kind__in=KINDS_WITH_LINE
    ).select_related("extension", "system_extension")
    found = list(memberships.order_by("system_extension__number"))
    if not found:
        return {}
    lines = _lines({each.system_extension_id for each in found})
    absences = _Absences({each.extension for each in found})
    by_member: dict[str, list[QueueLine]] = {}
    for each in found:
        by_member.setdefault(each.extension.number, []).append(_line_of(each, lines, absences))
    return by_member


def _line_of(membership: Membership, lines: Mapping[int, _Line], absences: "_Absences") -> QueueLine:
    system = membership.system_extension
    kind = SystemExtensionKind(system.kind)
    waiting, oldest = lines.get(system.pk, (0, None))
    is_queue = kind is SystemExtensionKind.QUEUE
    return QueueLine(
        number=system.number,
        name=system.name,
        kind=kind,
        waiting=waiting,
        oldest=oldest,
        is_logged_in=membership.is_logged_in or not is_queue,
        absence=absences.of(membership) if is_queue else None,
        status=Status(membership.extension.status),
    )


def _lines(system_ids: Collection[int]) -> dict[int, _Line]:
    """Callers in the queues; of ring groups, the calls that ring their members."""
    entries = QueueEntry.objects.filter(queue__in=system_ids, left_at=None).order_by().values_list("queue")
    lines = {pk: (count, oldest) for pk, count, oldest in entries.annotate(Count("pk"), Min("joined_at"))}
    rung = CallLeg.objects.filter(
        rung_for__in=system_ids, rung_for__kind=SystemExtensionKind.RING_GROUP, state=CallState.RINGING
    )
    groups = rung.order_by().values_list("rung_for").annotate(Count("call", distinct=True), Min("started_at"))
    return lines | {pk: (count, oldest) for pk, count, oldest in groups if pk is not None}


class _Absences:
    """Why these extensions get no calls of their queues; read once for all of them."""

    def __init__(self, extensions: Collection[Extension]) -> None:
        self._profiles = selectors.active_profiles([each.number for each in extensions])
        pks = [each.pk for each in extensions]
        registrations = Registration.objects.filter(extension__in=pks)
        self._registered = set(registrations.values_list("extension_id", flat=True))

    def of(self, membership: Membership) -> QueueAbsence | None:
        extension = membership.extension
        profile = self._profiles.get(extension.number)
        if profile is None:
            return QueueAbsence.DISABLED
        is_registered = extension.pk in self._registered
        return queue_absence(MemberFacts(profile, extension.is_enabled, membership.is_logged_in, is_registered))
