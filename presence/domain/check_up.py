"""What is wrong, or worth knowing, about a company's forwarding rules as they stand: every rule of every status, its
own or from a template, asked whether it leads somewhere.

| finding                 | a rule ...                                                                |
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
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from presence.domain.call_routing import TargetFacts
from presence.domain.extension_settings import RuleSetting
from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.loops import find_loops
from presence.domain.vocabulary import DestinationKind, Origin, Status


class FindingKind(StrEnum):
    """In the order in which they are shown: what fails first, what is only worth knowing last."""

    NO_MOBILE_NUMBER = "no_mobile_number"
    LOOP = "loop"
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
    mobile). `path` is the circle of a loop.
    """

    kind: FindingKind
    extension: str
    rules: tuple[RuleSetting, ...]
    about: str = ""
    path: tuple[str, ...] = ()


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
class CompanyFacts:
    """What is known of the numbers that rules point at, inside and outside."""

    targets: Mapping[str, TargetFacts]
    absent: frozenset[str] = frozenset()  # extensions that have not taken calls for days
    has_trunk: bool = False
    is_allowed_outside: Callable[[str], bool] = lambda number: True


Trouble = tuple[FindingKind, str]  # and what it is about


def findings(subjects: Iterable[Subject], facts: CompanyFacts) -> list[Finding]:
    """Everything that is found, by kind and then in the order of `subjects`."""
    subjects = list(subjects)
    found = [*loop_findings(subjects)]
    for subject in subjects:
        found += findings_of(subject, facts)
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


def _troubles(subject: Subject, to: Destination, facts: CompanyFacts) -> list[Trouble]:
    match to.kind:
        case DestinationKind.VOICEMAIL:
            return [(FindingKind.VOICEMAIL_OFF, "")]
        case DestinationKind.MOBILE if not subject.mobile_number:
            return [(FindingKind.NO_MOBILE_NUMBER, "")]
        case DestinationKind.MOBILE:
            return _troubles_outside(subject, subject.mobile_number, facts)
        case DestinationKind.EXTERNAL_NUMBER:
            return _troubles_outside(subject, to.value, facts)
    trouble = _trouble_inside(to, facts)
    return [(trouble, to.value)] if trouble else []


def _troubles_outside(subject: Subject, number: str, facts: CompanyFacts) -> list[Trouble]:
    kinds = [FindingKind.OUTSIDE]
    if not facts.has_trunk:
        kinds.append(FindingKind.NO_TRUNK)
    if not (subject.may_forward_outside and facts.is_allowed_outside(number)):
        kinds.append(FindingKind.OUTSIDE_NOT_ALLOWED)
    return [(kind, number) for kind in kinds]


def _trouble_inside(to: Destination, facts: CompanyFacts) -> FindingKind | None:
    target = facts.targets.get(to.value)
    if target is None or (target.is_system and to.kind is not DestinationKind.SYSTEM_EXTENSION):
        return FindingKind.DESTINATION_UNKNOWN
    if not target.is_enabled:
        return FindingKind.DESTINATION_DISABLED
    if to.kind is DestinationKind.EXTENSION_VOICEMAIL:
        return None if target.voicemail_on else FindingKind.VOICEMAIL_OFF
    is_absent = to.kind is DestinationKind.EXTENSION and to.value in facts.absent
    return FindingKind.FORWARDS_TO_ABSENT if is_absent else None


def loop_findings(subjects: Iterable[Subject]) -> list[Finding]:
    """The circles that the rules in force make, each once, at the extension that comes first in it.

    Rules of statuses that nobody has now make none: two deputies who forward to each other at lunch are not at fault
    as long as one of them is there.
    """
    in_force = {subject.number: subject.profiles[subject.status] for subject in subjects}
    found: dict[tuple[str, ...], Finding] = {}
    for origin in Origin:
        for path in find_loops(_forwards(in_force, origin)):
            rules = _rules_towards(in_force[path[0]], path[1], origin)
            if path in found:
                rules = (*found[path].rules, *rules)
            found[path] = Finding(FindingKind.LOOP, path[0], rules, path[1], path)
    return list(found.values())


def _forwards(in_force: Mapping[str, StatusProfile], origin: Origin) -> dict[str, list[str]]:
    forwards: dict[str, list[str]] = {}
    for number, profile in in_force.items():
        for (_, rule_origin), to in profile.destinations.items():
            if to.kind is DestinationKind.EXTENSION and rule_origin is origin:
                forwards.setdefault(number, []).append(to.value)
    return forwards


def _rules_towards(profile: StatusProfile, number: str, origin: Origin) -> tuple[RuleSetting, ...]:
    return tuple(
        RuleSetting(profile.status, condition, rule_origin)
        for (condition, rule_origin), to in profile.destinations.items()
        if rule_origin is origin and to == Destination(DestinationKind.EXTENSION, number)
    )
