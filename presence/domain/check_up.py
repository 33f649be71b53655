"""What is wrong, or worth knowing, about a company's forwarding rules as they stand: every rule of every status, its
own or from a template, and every destination of a queue, ring group or digital receptionist, asked whether it leads
somewhere.

| finding                 | a rule or destination ...                                                 |
|-------------------------|---------------------------------------------------------------------------|
| no_mobile_number        | switches to the mobile of somebody who has none                           |
| loop                    | in force now sends calls round in a circle with others in force           |
| destination_unknown     | points at a number that nobody has, or at a queue as if it were a person  |
| destination_disabled    | points at an extension that is switched off                               |
| no_trunk                | leaves the company, which has no line to the outside                      |
| voicemail_off           | records into a voicemail that is switched off                             |
| forwards_to_absent      | forwards to somebody who has not taken calls for days                     |
| outside_not_allowed     | leaves the company although it may not                                    |
| outside                 | leaves the company                                                        |
| no_members              | (a queue or ring group) has nobody to ring                                |
| nobody_logged_in        | (a queue) has members, and none of them gets calls now                    |
| no_options              | (a digital receptionist) has no key that leads anywhere                   |
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from presence.domain.call_facts import TargetFacts
from presence.domain.extension_settings import RuleSetting
from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.loops import KINDS_WITHIN, WaysOn, find_loops, forwards_from
from presence.domain.vocabulary import DestinationKind, Origin, Status, SystemExtensionKind


class FindingKind(StrEnum):
    """In the order in which they are shown: what fails first, what is only worth knowing last."""

    NO_MOBILE_NUMBER = "no_mobile_number"
    LOOP = "loop"
    NO_MEMBERS = "no_members"
    NO_OPTIONS = "no_options"
    NOBODY_LOGGED_IN = "nobody_logged_in"
    DESTINATION_UNKNOWN = "destination_unknown"
    DESTINATION_DISABLED = "destination_disabled"
    NO_TRUNK = "no_trunk"
    VOICEMAIL_OFF = "voicemail_off"
    FORWARDS_TO_ABSENT = "forwards_to_absent"
    OUTSIDE_NOT_ALLOWED = "outside_not_allowed"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Finding:
    """One extension's rules that have the same trouble with the same number (`about`; empty: its own voicemail or
    mobile), or the `places` of a system extension that have. `path` is the circle of a loop.
    """

    kind: FindingKind
    extension: str
    rules: tuple[RuleSetting, ...]
    about: str = ""
    path: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """An enabled extension: what its rules need, and the profile of each status."""

    number: str
    status: Status
    profiles: Mapping[Status, StatusProfile]
    voicemail_on: bool = True
    mobile_number: str = ""
    may_forward_outside: bool = True


@dataclass(frozen=True, slots=True)
class SystemSubject:
    """A queue, ring group or digital receptionist: its destinations by their place (destination, closed, key-0 ...),
    and how many members it has, and how many of them get a queue's calls now.
    """

    number: str
    kind: SystemExtensionKind
    destinations: Mapping[str, Destination]
    members: int = 0
    logged_in: int = 0


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of the numbers that rules point at, inside and outside."""

    targets: Mapping[str, TargetFacts]
    absent: frozenset[str] = frozenset()  # extensions that have not taken calls for days
    has_trunk: bool = False
    is_allowed_outside: Callable[[str], bool] = lambda number: True


Trouble = tuple[FindingKind, str]  # and what it is about


def findings(subjects: Iterable[Subject], facts: CompanyFacts, systems: Iterable[SystemSubject] = ()) -> list[Finding]:
    """Everything that is found, by kind and then in the order of `subjects`, system extensions last."""
    subjects, systems = list(subjects), list(systems)
    found = [*loop_findings(subjects, systems)]
    for subject in subjects:
        found += findings_of(subject, facts)
    for system in systems:
        found += system_findings(system, facts)
    order = {kind: place for place, kind in enumerate(FindingKind)}
    return sorted(found, key=lambda finding: order[finding.kind])


def findings_of(subject: Subject, facts: CompanyFacts) -> list[Finding]:
    """What is found about one extension, loops apart."""
    rules_of: dict[Trouble, list[RuleSetting]] = {}
    for status, profile in subject.profiles.items():
        for (condition, origin), to in profile.destinations.items():
            # Nearly all rules are one of these, and in a large company there are hundreds of thousands.
            if to.kind is DestinationKind.END_CALL or (to.kind is DestinationKind.VOICEMAIL and subject.voicemail_on):
                continue
            for trouble in _troubles(subject, to, facts):
                rules_of.setdefault(trouble, []).append(RuleSetting(status, condition, origin))
    return [Finding(kind, subject.number, tuple(rules), about) for (kind, about), rules in rules_of.items()]


def system_findings(system: SystemSubject, facts: CompanyFacts) -> list[Finding]:
    """What is found about one system extension, loops apart."""
    places_of: dict[Trouble, list[str]] = {}
    for place, to in system.destinations.items():
        for trouble in _troubles_of_system(to, facts):
            places_of.setdefault(trouble, []).append(place)
    found = [Finding(kind, system.number, (), about, places=tuple(each)) for (kind, about), each in places_of.items()]
    if empty := _emptiness(system):
        found.append(Finding(empty, system.number, ()))
    return found


def _emptiness(system: SystemSubject) -> FindingKind | None:
    if system.kind is SystemExtensionKind.DIGITAL_RECEPTIONIST:
        return None if any(place.startswith("key-") for place in system.destinations) else FindingKind.NO_OPTIONS
    if not system.members:
        return FindingKind.NO_MEMBERS
    is_deserted = system.kind is SystemExtensionKind.QUEUE and not system.logged_in
    return FindingKind.NOBODY_LOGGED_IN if is_deserted else None


def _troubles_of_system(to: Destination, facts: CompanyFacts) -> list[Trouble]:
    if to.kind is DestinationKind.END_CALL:
        return []
    if to.kind is DestinationKind.EXTERNAL_NUMBER:
        return _troubles_outside(to.value, facts)
    trouble = _trouble_inside(to, facts)
    return [(trouble, to.value)] if trouble else []


def _troubles(subject: Subject, to: Destination, facts: CompanyFacts) -> list[Trouble]:
    match to.kind:
        case DestinationKind.VOICEMAIL:
            return [(FindingKind.VOICEMAIL_OFF, "")]
        case DestinationKind.MOBILE if not subject.mobile_number:
            return [(FindingKind.NO_MOBILE_NUMBER, "")]
        case DestinationKind.MOBILE:
            return _troubles_outside(subject.mobile_number, facts, is_allowed=subject.may_forward_outside)
        case DestinationKind.EXTERNAL_NUMBER:
            return _troubles_outside(to.value, facts, is_allowed=subject.may_forward_outside)
    trouble = _trouble_inside(to, facts)
    return [(trouble, to.value)] if trouble else []


def _troubles_outside(number: str, facts: CompanyFacts, *, is_allowed: bool = True) -> list[Trouble]:
    kinds = [FindingKind.OUTSIDE]
    if not facts.has_trunk:
        kinds.append(FindingKind.NO_TRUNK)
    if not (is_allowed and facts.is_allowed_outside(number)):
        kinds.append(FindingKind.OUTSIDE_NOT_ALLOWED)
    return [(kind, number) for kind in kinds]


def _trouble_inside(to: Destination, facts: CompanyFacts) -> FindingKind | None:
    target = facts.targets.get(to.value)
    if target is None or target.is_system != (to.kind is DestinationKind.SYSTEM_EXTENSION):
        return FindingKind.DESTINATION_UNKNOWN
    if not target.is_enabled:
        return FindingKind.DESTINATION_DISABLED
    if to.kind is DestinationKind.EXTENSION_VOICEMAIL:
        return None if target.voicemail_on else FindingKind.VOICEMAIL_OFF
    is_absent = to.kind is DestinationKind.EXTENSION and to.value in facts.absent
    return FindingKind.FORWARDS_TO_ABSENT if is_absent else None


def loop_findings(subjects: Iterable[Subject], systems: Iterable[SystemSubject] = ()) -> list[Finding]:
    """The circles that the rules in force and the system extensions make, each once, at whoever comes first in it.

    Rules of statuses that nobody has now make none: two deputies who forward to each other at lunch are not at fault
    as long as one of them is there.
    """
    in_force: dict[str, WaysOn] = {subject.number: subject.profiles[subject.status] for subject in subjects}
    places = {system.number: system.destinations for system in systems}
    in_force |= {number: tuple(destinations.values()) for number, destinations in places.items()}
    found: dict[tuple[str, ...], Finding] = {}
    for origin in Origin:
        forwards = {number: each for number, ways in in_force.items() if (each := forwards_from(ways, origin))}
        for path in find_loops(forwards):
            first, second = path[:2]
            rules = _rules_towards(in_force[first], second, origin)
            if path in found:
                rules = (*found[path].rules, *rules)
            leading = [place for place, to in places.get(first, {}).items() if _leads_to(to, second)]
            found[path] = Finding(FindingKind.LOOP, first, rules, second, path, tuple(leading))
    return list(found.values())


def _leads_to(to: Destination, number: str) -> bool:
    return to.kind in KINDS_WITHIN and to.value == number


def _rules_towards(ways: WaysOn, number: str, origin: Origin) -> tuple[RuleSetting, ...]:
    if not isinstance(ways, StatusProfile):
        return ()
    return tuple(
        RuleSetting(ways.status, condition, rule_origin)
        for (condition, rule_origin), to in ways.destinations.items()
        if rule_origin is origin and _leads_to(to, number)
    )
