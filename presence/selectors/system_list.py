"""The list of system extensions as it stands now: members, who is logged in, who waits; a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from presence.domain.forwarding import Destination
from presence.domain.system_settings import ReceptionistSettings
from presence.domain.vocabulary import DestinationKind, SystemExtensionKind
from presence.models import Membership, QueueEntry, Receptionist, ReceptionistTurn, SystemExtension
from presence.selectors.queue_lines import lines_of_members


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One of the list. `logged_in` counts members of a queue; `hours` are those of a digital receptionist."""

    number: str
    name: str
    kind: SystemExtensionKind
    destination: Destination
    members: int
    logged_in: int
    waiting: int
    keys: int
    hours: ReceptionistSettings | None


def system_rows() -> list[SystemRow]:
    systems = list(SystemExtension.objects.annotate(member_count=Count("memberships")).order_by("number"))
    systems.sort(key=lambda system: (len(system.number), system.number))
    logged_in = _logged_in()
    at = Counter(QueueEntry.objects.filter(left_at=None).values_list("queue_id", flat=True))
    at += Counter(ReceptionistTurn.objects.values_list("receptionist_id", flat=True))
    receptionists = {
        each.system_extension_id: each for each in Receptionist.objects.annotate(key_count=Count("options"))
    }
    rows = []
    for system in systems:
        receptionist = receptionists.get(system.pk)
        rows.append(
            SystemRow(
                number=system.number,
                name=system.name,
                kind=SystemExtensionKind(system.kind),
                destination=Destination(DestinationKind(system.destination_kind), system.destination_value),
                members=system.member_count,
                logged_in=logged_in[system.number],
                waiting=at[system.pk],
                keys=receptionist.key_count if receptionist else 0,
                hours=_hours(receptionist) if receptionist else None,
            )
        )
    return rows


def _logged_in() -> Counter[str]:
    """queue -> how many of its members get calls now."""
    members = Membership.objects.values_list("extension_id", flat=True).distinct()
    lines = lines_of_members(set(members))
    return Counter(line.number for each in lines.values() for line in each if line.is_queue and line.absence is None)


def _hours(receptionist: Receptionist) -> ReceptionistSettings:
    hours = {day: tuple((start, end) for start, end in spans) for day, spans in receptionist.hours.items()}
    return ReceptionistSettings(
        has_hours=receptionist.has_hours, hours=hours, keeps_holidays=receptionist.keeps_holidays
    )
