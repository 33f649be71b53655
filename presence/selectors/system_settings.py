"""Reads of what operators edit: a system extension's settings, who points at it, and where calls go on from it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from presence import selectors
from presence.domain.forwarding import Destination
from presence.domain.loops import WaysOn
from presence.domain.system_settings import Hours, KeyOption, ReceptionistSettings, SystemSettings
from presence.domain.vocabulary import CallState, DestinationKind, RingStrategy, Status, SystemExtensionKind
from presence.models import (
    CallLeg,
    Department,
    Extension,
    ForwardingRule,
    QueueEntry,
    Receptionist,
    ReceptionistOption,
    ReceptionistTurn,
    SystemExtension,
    TemplateSetting,
)
from presence.models.sole import sole


def settings_of(system: SystemExtension) -> SystemSettings:
    """What is saved; four queries at most."""
    members = system.memberships.select_related("extension").order_by("position", "pk")
    is_receptionist = system.kind == SystemExtensionKind.DIGITAL_RECEPTIONIST
    return SystemSettings(
        number=system.number,
        name=system.name,
        destination=Destination(DestinationKind(system.destination_kind), system.destination_value),
        takes_visits=system.takes_visits,
        members=tuple(each.extension.number for each in members),
        ring_strategy=RingStrategy(system.ring_strategy),
        ring_seconds=system.ring_seconds,
        wait_seconds_max=system.wait_seconds_max,
        length_max=system.length_max,
        receptionist=receptionist_settings(system) if is_receptionist else ReceptionistSettings(),
    )


def receptionist_settings(system: SystemExtension) -> ReceptionistSettings:
    row = sole(Receptionist.objects.filter(system_extension=system))
    if row is None:
        return ReceptionistSettings()
    return ReceptionistSettings(
        options={
            option.key: KeyOption(
                option.words, Destination(DestinationKind(option.destination_kind), option.destination_value)
            )
            for option in row.options.all()
        },
        repeats=row.repeats,
        key_seconds=row.key_seconds,
        has_hours=row.has_hours,
        hours=_hours(row.hours),
        keeps_holidays=row.keeps_holidays,
        closed_destination=Destination(DestinationKind(row.closed_destination_kind), row.closed_destination_value),
    )


def _hours(saved: Mapping[str, list[list[str]]]) -> Hours:
    return {day: tuple((start, end) for start, end in spans) for day, spans in saved.items()}


def ways_in_force(numbers: Collection[str]) -> dict[str, WaysOn]:
    """Where calls go on from these numbers as things stand, for `find_loop`; at most seven queries."""
    return {**system_ways(numbers), **selectors.active_profiles(numbers)}


def system_ways(numbers: Collection[str] | None = None) -> dict[str, tuple[Destination, ...]]:
    """Every destination of these system extensions (None: of all); one query where there are none, else three."""
    systems = SystemExtension.objects.all() if numbers is None else SystemExtension.objects.filter(number__in=numbers)
    found = list(systems.values_list("number", "destination_kind", "destination_value"))
    ways = {number: [Destination(DestinationKind(kind), value)] for number, kind, value in found}
    if not ways:
        return {}
    closed = Receptionist.objects.filter(system_extension__in=systems, has_hours=True)
    options = ReceptionistOption.objects.filter(receptionist__system_extension__in=systems)
    for number, kind, value in [
        *closed.values_list("system_extension__number", "closed_destination_kind", "closed_destination_value"),
        *options.values_list("receptionist__system_extension__number", "destination_kind", "destination_value"),
    ]:
        ways[number].append(Destination(DestinationKind(kind), value))
    return {number: tuple(each) for number, each in ways.items()}


@dataclass(frozen=True, slots=True)
class Pointers:
    """Who sends calls to a system extension: extensions by the statuses whose rules do, templates, systems."""

    extensions: Mapping[Extension, tuple[Status, ...]]
    departments: tuple[Department | None, ...]  # whose templates; None is the company's
    systems: tuple[SystemExtension, ...]

    def __bool__(self) -> bool:
        return bool(self.extensions or self.departments or self.systems)


def pointers_to(number: str) -> Pointers:
    """Every rule (of whatever status), template and other system extension that sends calls to `number`."""
    to = {"destination_kind": DestinationKind.SYSTEM_EXTENSION, "destination_value": number}
    extensions: dict[Extension, list[Status]] = {}
    rules = ForwardingRule.objects.filter(**to).select_related("extension").order_by("extension__number", "pk")
    for rule in rules:
        statuses = extensions.setdefault(rule.extension, [])
        if rule.status not in statuses:
            statuses.append(Status(rule.status))
    templates = TemplateSetting.objects.filter(value=f"{DestinationKind.SYSTEM_EXTENSION}:{number}")
    departments = {setting.department for setting in templates.select_related("department")}
    systems = SystemExtension.objects.filter(
        pk__in=[
            *SystemExtension.objects.filter(**to).values_list("pk", flat=True),
            *ReceptionistOption.objects.filter(**to).values_list("receptionist__system_extension", flat=True),
            *Receptionist.objects.filter(
                closed_destination_kind=DestinationKind.SYSTEM_EXTENSION, closed_destination_value=number
            ).values_list("system_extension", flat=True),
        ]
    )
    return Pointers(
        {extension: tuple(statuses) for extension, statuses in extensions.items()},
        tuple(departments),
        tuple(system for system in systems if system.number != number),
    )


def has_callers(system: SystemExtension) -> bool:
    """Whether a call is at this system extension now: in the line, at the greeting, or ringing its members."""
    return (
        QueueEntry.objects.filter(queue=system, left_at=None).exists()
        or ReceptionistTurn.objects.filter(receptionist=system).exists()
        or CallLeg.objects.filter(rung_for=system, state=CallState.RINGING).exists()
    )


def extensions_by_number(numbers: Iterable[str]) -> dict[str, Extension]:
    return {extension.number: extension for extension in Extension.objects.filter(number__in=list(numbers))}
