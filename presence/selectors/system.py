"""Reads of queues, ring groups and digital receptionists: what `decide` and the queue's line ask about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Max
from django.utils import timezone
from holidays import country_holidays

from presence import selectors
from presence.domain.call_facts import Member, QueueFacts, ReceptionistFacts, RingGroupFacts, SystemFacts, TargetFacts
from presence.domain.forwarding import KINDS_WITH_NUMBER, Destination
from presence.domain.opening_hours import OpeningHours
from presence.domain.queues import MemberFacts, queue_absence
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import (
    CallState,
    DestinationKind,
    QueueAbsence,
    RingStrategy,
    RuleKind,
    Status,
    SystemExtensionKind,
)
from presence.models import (
    CallLeg,
    Company,
    Extension,
    Membership,
    QueueEntry,
    Receptionist,
    Registration,
    SystemExtension,
)
from presence.models.sole import sole
from presence.selectors.outside import outside_facts
from presence.selectors.settings import company

LINES_MAX = 2  # calls that one person may have at once, where the profile allows a second


@dataclass(frozen=True, slots=True)
class MemberState:
    """A member as the extension stands now."""

    extension: str
    name: str
    absence: QueueAbsence | None  # of queues: why they are logged out
    can_ring: bool  # their status rings, a device is there, and no call is in the way
    has_call: bool
    idle_since: datetime


def system_facts(number: str) -> SystemFacts | None:
    """All that `decide` may ask about the system extension `number` now; None when there is none."""
    system = sole(SystemExtension.objects.select_related("receptionist").filter(number=number))
    if system is None:
        return None
    destination = Destination(DestinationKind(system.destination_kind), system.destination_value)
    match SystemExtensionKind(system.kind):
        case SystemExtensionKind.RING_GROUP:
            return RingGroupFacts(
                extension=system.number,
                name=system.name,
                destination=destination,
                members=tuple(Member(each.extension, each.can_ring) for each in member_states(system)),
                strategy=RingStrategy(system.ring_strategy),
                ring_seconds=system.ring_seconds,
                outside=_outside([destination]),
                targets=_targets([destination]),
            )
        case SystemExtensionKind.QUEUE:
            return QueueFacts(
                extension=system.number,
                name=system.name,
                destination=destination,
                logged_in=sum(each.absence is None for each in member_states(system)),
                waiting=QueueEntry.objects.filter(queue=system, left_at=None).count(),
                length_max=system.length_max,
                wait_seconds_max=system.wait_seconds_max,
                outside=_outside([destination]),
                targets=_targets([destination]),
            )
        case SystemExtensionKind.DIGITAL_RECEPTIONIST:
            return _receptionist_facts(system, destination)


def _receptionist_facts(system: SystemExtension, destination: Destination) -> ReceptionistFacts:
    receptionist = getattr(system, "receptionist", None) or Receptionist(system_extension=system)
    options = {
        option.key: Destination(DestinationKind(option.destination_kind), option.destination_value)
        for option in (receptionist.options.all() if receptionist.pk else ())
    }
    closed = Destination(DestinationKind(receptionist.closed_destination_kind), receptionist.closed_destination_value)
    return ReceptionistFacts(
        extension=system.number,
        name=system.name,
        destination=destination,
        options=options,
        closed_destination=closed,
        hours=opening_hours(receptionist, company()),
        outside=_outside([destination, closed, *options.values()]),
        targets=_targets([destination, closed, *options.values()]),
    )


def opening_hours(receptionist: Receptionist, of: Company) -> OpeningHours | None:
    """When it is open, by the company's clock and calendar; None: always."""
    if not receptionist.has_hours:
        return None
    weekdays = {
        int(day): tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans)
        for day, spans in receptionist.hours.items()
    }
    closed_days = holidays_of(of) if receptionist.keeps_holidays else frozenset()
    return OpeningHours(weekdays, of.time_zone, closed_days)


def holidays_of(of: Company) -> frozenset[date]:
    """The public holidays of last, this and next year in the company's country."""
    if not of.holidays_of:
        return frozenset()
    year = timezone.now().year
    return frozenset(country_holidays(of.holidays_of, years=[year - 1, year, year + 1]))


def member_states(system: SystemExtension) -> list[MemberState]:
    """The members in their order, as they stand now; eight queries, whatever their number."""
    memberships = list(Membership.objects.filter(system_extension=system).select_related("extension"))
    pks = [each.extension_id for each in memberships]
    profiles = selectors.active_profiles([each.extension.number for each in memberships])
    registered = set(Registration.objects.filter(extension__in=pks).values_list("extension_id", flat=True))
    open_legs: dict[int | None, int] = {}
    for pk in CallLeg.objects.filter(extension__in=pks).exclude(state=CallState.ENDED).values_list("extension_id"):
        open_legs[pk[0]] = open_legs.get(pk[0], 0) + 1
    idle = _idle_since(pks)
    states = []
    for each in memberships:
        extension = each.extension
        profile = profiles.get(extension.number)
        absence: QueueAbsence | None = QueueAbsence.DISABLED
        can_ring = False
        if profile is not None:
            is_registered = extension.pk in registered
            absence = queue_absence(MemberFacts(profile, extension.is_enabled, each.is_logged_in, is_registered))
            lines = LINES_MAX if profile.takes_second_call else 1
            is_free = open_legs.get(extension.pk, 0) < lines
            can_ring = profile.kind is RuleKind.RINGS_FIRST and is_registered and is_free
        since = idle.get(extension.pk, extension.status_since)
        has_call = extension.pk in open_legs
        states.append(MemberState(extension.number, extension.name, absence, can_ring, has_call, since))
    return states


def lines_of(extension: Extension) -> int:
    """How many calls the extension may have at once, in the status it has now."""
    profile = selectors.effective_profile(extension, Status(extension.status))
    return LINES_MAX if profile.takes_second_call else 1


def _idle_since(pks: Iterable[int]) -> Mapping[int, datetime]:
    """extension id -> when the last call it answered ended."""
    answered = CallLeg.objects.filter(extension__in=pks, answered_at__isnull=False, ended_at__isnull=False)
    rows = answered.order_by().values("extension_id").annotate(last=Max("ended_at"))
    return {row["extension_id"]: row["last"] for row in rows if row["extension_id"] is not None}


def _outside(destinations: Iterable[Destination]) -> OutsideFacts | None:
    return outside_facts(each.value for each in destinations if each.kind is DestinationKind.EXTERNAL_NUMBER)


def _targets(destinations: Iterable[Destination]) -> dict[str, TargetFacts]:
    kinds = KINDS_WITH_NUMBER - {DestinationKind.EXTERNAL_NUMBER}
    return selectors.target_facts(each.value for each in destinations if each.kind in kinds)
