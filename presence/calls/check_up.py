"""The check-up of the whole company: reads every extension, rule, template and system extension once and asks the
domain.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from django.conf import settings
from phonenumbers import NumberParseException, parse, region_code_for_number

from presence.domain.call_facts import TargetFacts
from presence.domain.check_up import CompanyFacts, Finding, FindingKind, Subject, SystemSubject, findings
from presence.domain.forwarding import Destination, RuleKey, overlay
from presence.domain.queues import MemberFacts, queue_absence
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status, SystemExtensionKind
from presence.models import (
    Company,
    Extension,
    ForwardingRule,
    Membership,
    Receptionist,
    ReceptionistOption,
    Registration,
    StatusProfileRow,
    SystemExtension,
)
from presence.selectors.asterisk import has_trunk
from presence.selectors.outbound_policy import RefusedNumberError, outside_number
from presence.selectors.settings import company, templates

LONG_ABSENT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class CheckUp:
    """What was found, and what is needed to say it in words."""

    findings: list[Finding]
    names: Mapping[str, str]  # of extensions and system extensions
    systems: frozenset[str]  # the system extensions among them
    absent: Mapping[str, tuple[Status, datetime]]  # who has not taken calls for days: in which status, since when


def check_up(moment: datetime) -> CheckUp:
    """Every finding about the company's rules and system extensions; eleven queries, whatever its size."""
    extensions = list(
        Extension.objects.by_number().only(
            *("number", "name", "department_id", "status", "status_since", "voicemail_on", "mobile_number"),
            *("external_forwarding", "is_enabled"),
        )
    )
    systems = list(SystemExtension.objects.order_by("number"))
    system_names = {system.number: system.name for system in systems}
    subjects = _subjects(extensions)
    absent = _absent(extensions, subjects, moment)
    facts = CompanyFacts(
        targets=_targets(extensions, system_names),
        absent=frozenset(absent),
        has_trunk=has_trunk(),
        is_allowed_outside=_allowed_by(company()),
    )
    found = findings(subjects.values(), facts, _system_subjects(systems, subjects))
    names = system_names | {e.number: e.name for e in extensions}
    return CheckUp(_by_country(found), names, frozenset(system_names), absent)


@lru_cache(maxsize=10_000)
def country_of(number: str) -> str:
    """The country of an outside number, as in ISO 3166; empty when none owns it."""
    try:
        return region_code_for_number(parse(number)) or ""
    except NumberParseException:
        return ""


def _subjects(extensions: Iterable[Extension]) -> dict[str, Subject]:
    kinds, rules, given = _own_kinds(), _own_rules(), templates()
    subjects = {}
    for extension in extensions:
        if not extension.is_enabled:
            continue
        profiles = {}
        for status in Status:
            key = extension.pk, status.value
            profile = given.profile(status, extension.department_id)
            if key in kinds or key in rules:
                kind, stays = kinds.get(key, (None, None))
                profile = overlay(
                    profile, kind=kind, destinations=rules.get(key, {}), ring_seconds={}, stays_in_queues=stays
                )
            profiles[status] = profile
        subjects[extension.number] = Subject(
            number=extension.number,
            status=Status(extension.status),
            profiles=profiles,
            voicemail_on=extension.voicemail_on,
            mobile_number=extension.mobile_number,
            may_forward_outside=extension.external_forwarding,
        )
    return subjects


def _system_subjects(systems: Iterable[SystemExtension], people: Mapping[str, Subject]) -> list[SystemSubject]:
    destinations: dict[int, dict[str, Destination]] = {}
    for system in systems:
        destinations[system.pk] = {"destination": _destination(system.destination_kind, system.destination_value)}
    for receptionist in Receptionist.objects.filter(has_hours=True):
        closed = _destination(receptionist.closed_destination_kind, receptionist.closed_destination_value)
        destinations[receptionist.system_extension_id]["closed"] = closed
    for pk, key, kind, value in ReceptionistOption.objects.values_list(
        "receptionist__system_extension", "key", "destination_kind", "destination_value"
    ):
        destinations[pk][f"key-{key}"] = _destination(kind, value)
    members: Counter[int] = Counter()
    logged_in: Counter[int] = Counter()
    registered = set(Registration.objects.values_list("extension_id", flat=True))
    for pk, number, extension_id, is_logged_in in Membership.objects.values_list(
        "system_extension", "extension__number", "extension", "is_logged_in"
    ):
        members[pk] += 1
        if (person := people.get(number)) is None:
            continue  # switched off
        profile = person.profiles[person.status]
        facts = MemberFacts(profile, is_logged_in=is_logged_in, is_registered=extension_id in registered)
        logged_in[pk] += queue_absence(facts) is None
    return [
        SystemSubject(
            number=system.number,
            kind=SystemExtensionKind(system.kind),
            destinations=destinations[system.pk],
            members=members[system.pk],
            logged_in=logged_in[system.pk],
        )
        for system in systems
    ]


def _destination(kind: str, value: str) -> Destination:
    return Destination(DestinationKind(kind), value)


def _own_kinds() -> dict[tuple[int, str], tuple[RuleKind | None, bool | None]]:
    """(extension id, status) -> its rule kind and whether it stays in queues, where one of them is not as given; for
    how long one rings leads nowhere else.
    """
    rows = StatusProfileRow.objects.exclude(rule_kind="", stays_in_queues=None)
    values = rows.values_list("extension_id", "status", "rule_kind", "stays_in_queues")
    return {(pk, status): (RuleKind(kind) if kind else None, stays) for pk, status, kind, stays in values}


def _own_rules() -> dict[tuple[int, str], dict[RuleKey, Destination]]:
    """(extension id, status) -> its own rules. Plain values: a large company has a hundred thousand of them."""
    destination, condition_of, origin_of = cache(Destination), cache(Condition), cache(Origin)
    kind_of = cache(DestinationKind)
    rules: dict[tuple[int, str], dict[RuleKey, Destination]] = {}
    rows = ForwardingRule.objects.values_list(
        "extension_id", "status", "condition", "origin", "destination_kind", "destination_value"
    )
    for pk, status, condition, origin, kind, value in rows.iterator(chunk_size=5_000):
        key = condition_of(condition), origin_of(origin)
        rules.setdefault((pk, status), {})[key] = destination(kind_of(kind), value)
    return rules


def _targets(extensions: Iterable[Extension], systems: Iterable[str]) -> dict[str, TargetFacts]:
    system = TargetFacts(is_system=True, voicemail_on=False)
    people = {e.number: TargetFacts(is_enabled=e.is_enabled, voicemail_on=e.voicemail_on) for e in extensions}
    return dict.fromkeys(systems, system) | people


def _absent(
    extensions: Iterable[Extension], subjects: Mapping[str, Subject], moment: datetime
) -> dict[str, tuple[Status, datetime]]:
    """Whoever has had a status that never rings for days."""
    absent = {}
    for extension in extensions:
        subject = subjects.get(extension.number)
        if subject is None or extension.status_since > moment - LONG_ABSENT:
            continue
        if subject.profiles[subject.status].kind is RuleKind.NEVER_RINGS:
            absent[extension.number] = subject.status, extension.status_since
    return absent


def _allowed_by(policy: Company) -> Callable[[str], bool]:
    """Whether the company's policy lets calls go to an outside number; each number is looked at once."""

    @cache
    def is_allowed(number: str) -> bool:
        if not policy.external_forwarding:
            return False
        try:
            outside_number(number, settings.PHONE_REGION, policy.countries)
        except RefusedNumberError:
            return False
        return True

    return is_allowed


def _by_country(found: list[Finding]) -> list[Finding]:
    """Forwards to the outside stand together by country; everything else stays by extension."""
    rest = [finding for finding in found if finding.kind is not FindingKind.OUTSIDE]
    outside = [finding for finding in found if finding.kind is FindingKind.OUTSIDE]
    return rest + sorted(outside, key=lambda finding: country_of(finding.about))
