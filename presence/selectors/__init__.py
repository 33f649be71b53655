"""Reads: rows -> domain values. Nothing here writes or decides."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from presence.domain.call_facts import CalleeFacts, TargetFacts, VoicemailBox
from presence.domain.forwarding import KINDS_WITH_NUMBER, Destination, StatusProfile, overlay
from presence.domain.lamps import lamp_of
from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import CallState, Condition, DestinationKind, Lamp, Origin, RuleKind, Status
from presence.models import (
    CallLeg,
    Extension,
    ForwardingRule,
    Registration,
    StatusProfileRow,
    SystemExtension,
    Voicemail,
)
from presence.models.sole import sole
from presence.selectors.outside import outside_facts
from presence.selectors.prepared import Prepared
from presence.selectors.rights import audiences as audiences  # the hub's directory is this module
from presence.selectors.settings import templates


@dataclass(frozen=True, slots=True)
class _Part:
    """An open leg, as far as it shows."""

    state: CallState
    since: datetime
    is_callee: bool


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the person chose, with its end and note."""

    status: Status
    since: datetime
    until: datetime | None
    note: str


_ROW = ("number", "version", "department_id", "status", "status_since", "status_until", "status_note", "is_registered")
_LEG = tuple(f"open_leg__{field}" for field in ("state", "started_at", "answered_at", "role"))


def _rows(*numbers: str) -> QuerySet[Extension, Any]:
    """One row for each open leg of an enabled extension, and one for whoever has none. No numbers: of everybody."""
    wanted = Extension.objects.filter(is_enabled=True)
    if numbers:
        wanted = wanted.filter(number__in=numbers)
    return wanted.annotate(
        open_leg=FilteredRelation("legs", condition=~Q(legs__state=CallState.ENDED)),
        is_registered=Exists(Registration.objects.filter(extension=OuterRef("pk"))),
    ).values_list(*_ROW, *_LEG)


# Of a call that changes; what follows fast upon it comes in larger batches.
_FEW = 4
_ROWS_OF_FEW: Prepared[Any] = Prepared(_rows, *[str] * _FEW)
_NOBODY = ""


def presence_rows(numbers: Collection[str] | None = None) -> list[PresenceRow]:
    """The enabled extensions among `numbers` (None: all) as colleagues see them now.

    One query: a version must never be newer than the facts read with it.
    """
    if numbers is not None and len(numbers) <= _FEW:
        rows = _ROWS_OF_FEW.rows(*numbers, *[_NOBODY] * (_FEW - len(numbers)))
    else:
        rows = list(_rows(*numbers or ()))
    extensions: dict[str, tuple[int, int | None, _Chosen, bool]] = {}
    parts: dict[str, list[_Part]] = {}
    for number, version, department, status, since, until, note, is_registered, *leg in rows:
        extensions[number] = version, department, _Chosen(Status(status), since, until, note), is_registered
        state, started_at, answered_at, role = leg
        if state is not None:
            part = _Part(CallState(state), answered_at or started_at, role == CallLeg.Role.CALLEE)
            parts.setdefault(number, []).append(part)
    return [
        _presence_row(number, version, department, chosen, parts.get(number, ()), is_registered)
        for number, (version, department, chosen, is_registered) in extensions.items()
    ]


def _presence_row(
    number: str, version: int, department: int | None, chosen: _Chosen, legs: Iterable[_Part], is_registered: bool
) -> PresenceRow:
    legs = list(legs)
    lamp = lamp_of(chosen.status, [leg.state for leg in legs])
    shown = [leg for leg in legs if (leg.state is CallState.RINGING) == (lamp is Lamp.RINGING)]
    return PresenceRow(
        number=number,
        version=version,
        lamp=lamp,
        registered=is_registered,
        since=max((leg.since for leg in shown), default=chosen.since),
        status=chosen.status,
        status_since=chosen.since,
        is_rung=lamp is Lamp.RINGING and any(leg.is_callee for leg in shown),
        until=chosen.until,
        note=chosen.note,
        department=department,
    )


def directory_versions() -> dict[str, int]:
    """number -> version of every enabled extension: what a replica compares itself with."""
    return dict(Extension.objects.filter(is_enabled=True).values_list("number", "version"))


def effective_profile(extension: Extension, status: Status) -> StatusProfile:
    """What `status` does with calls for `extension`: its own values over those it was given; three queries."""
    return effective_profiles(extension, [status])[status]


def effective_profiles(extension: Extension, statuses: Iterable[Status] = tuple(Status)) -> dict[Status, StatusProfile]:
    """The profiles of several statuses of one extension; three queries."""
    statuses = list(statuses)
    rows = StatusProfileRow.objects.filter(extension=extension, status__in=statuses)
    rules = ForwardingRule.objects.filter(extension=extension, status__in=statuses)
    own_rows = {Status(row.status): row for row in rows}
    own_rules: dict[Status, list[ForwardingRule]] = {}
    for rule in rules:
        own_rules.setdefault(Status(rule.status), []).append(rule)
    given = templates()
    return {
        status: _profile(
            given.profile(status, extension.department_id), own_rows.get(status), own_rules.get(status, ())
        )
        for status in statuses
    }


def active_profiles(numbers: Collection[str] | None) -> dict[str, StatusProfile]:
    """The profile of the present status of each enabled extension among `numbers`; four queries."""
    wanted = Extension.objects.filter(is_enabled=True)
    if numbers is not None:
        wanted = wanted.filter(number__in=numbers)
    extensions = {e.pk: e for e in wanted}
    rows = {(row.extension_id, row.status): row for row in StatusProfileRow.objects.filter(extension__in=wanted)}
    rules: dict[tuple[int, str], list[ForwardingRule]] = {}
    for rule in ForwardingRule.objects.filter(extension__in=wanted):
        rules.setdefault((rule.extension_id, rule.status), []).append(rule)
    given = templates()
    return {
        e.number: _profile(
            given.profile(Status(e.status), e.department_id), rows.get((pk, e.status)), rules.get((pk, e.status), ())
        )
        for pk, e in extensions.items()
    }


def _profile(given: StatusProfile, row: StatusProfileRow | None, rules: Iterable[ForwardingRule]) -> StatusProfile:
    seconds = {
        Origin.INTERNAL: row.internal_ring_seconds if row else None,
        Origin.EXTERNAL: row.external_ring_seconds if row else None,
    }
    return overlay(
        given,
        kind=RuleKind(row.rule_kind) if row and row.rule_kind else None,
        destinations={(Condition(rule.condition), Origin(rule.origin)): destination_of(rule) for rule in rules},
        ring_seconds={origin: value for origin, value in seconds.items() if value is not None},
        takes_second_call=row.takes_second_call if row else None,
        rings_mobile_too=row.rings_mobile_too if row else None,
        stays_in_queues=row.stays_in_queues if row else None,
    )


def destination_of(rule: ForwardingRule) -> Destination:
    return Destination(DestinationKind(rule.destination_kind), rule.destination_value)


def profile_version(extension: Extension, status: Status) -> int:
    """What an editor must have seen to be allowed to save; 0 before the first save."""
    row = sole(StatusProfileRow.objects.filter(extension=extension, status=status).only("version"))
    return row.version if row else 0


def profile_versions(extension: Extension) -> dict[str, int]:
    """`profile_version` of every status; one query."""
    rows = dict(StatusProfileRow.objects.filter(extension=extension).values_list("status", "version"))
    return {status.value: rows.get(status, 0) for status in Status}


def _person(number: str) -> QuerySet[Extension]:
    """An extension with what is asked of it when it is called."""
    messages = _kept(box=OuterRef("pk")).values("box").annotate(count=Count("pk"))
    people = Extension.objects.order_by().filter(number=number)
    return people.annotate(
        own_profile=FilteredRelation("profiles", condition=Q(profiles__status=F("status"))),
        is_registered=Exists(Registration.objects.filter(extension=OuterRef("pk"))),
        has_call=Exists(CallLeg.objects.filter(extension=OuterRef("pk")).exclude(state=CallState.ENDED)),
        messages=Subquery(messages.values("count")),
    ).select_related("own_profile")  # type: ignore[misc] # mypy knows no filtered relations


_PERSON: Prepared[Any] = Prepared(_person, str)
_RULES: Prepared[ForwardingRule] = Prepared(
    lambda extension, status: ForwardingRule.objects.filter(extension=extension, status=status), int, str
)


def person_facts(number: str) -> CalleeFacts | None:
    """All that `decide` may ask about the extension `number` now; None when there is none.

    Three queries, and a few more where its rules lead to numbers.
    """
    found = _PERSON.first(number)
    if found is None:
        return None
    status = Status(found.status)
    rules = _RULES.rows(found.pk, status.value)
    profile = _profile(templates().profile(status, found.department_id), getattr(found, "own_profile", None), rules)
    return CalleeFacts(
        extension=found.number,
        name=found.name,
        profile=profile,
        is_enabled=found.is_enabled,
        is_registered=found.is_registered,
        has_call=found.has_call,
        voicemail_on=found.voicemail_on,
        voicemail_full=(found.messages or 0) >= found.voicemail_messages_max,
        mobile_number=found.mobile_number,
        outside=outside_facts(outside_numbers(profile, found), found),
        targets=target_facts(
            destination.value
            for destination in profile.destinations.values()
            if destination.kind in KINDS_WITH_NUMBER and destination.kind is not DestinationKind.EXTERNAL_NUMBER
        ),
    )


def outside_numbers(profile: StatusProfile, extension: Extension) -> set[str]:
    """The numbers outside that these rules of `extension` lead to."""
    to = set(profile.destinations.values())
    numbers = {each.value for each in to if each.kind is DestinationKind.EXTERNAL_NUMBER}
    needs_mobile = profile.rings_mobile_too or any(each.kind is DestinationKind.MOBILE for each in to)
    return numbers | ({extension.mobile_number} if needs_mobile else set())


def target_facts(numbers: Iterable[str]) -> dict[str, TargetFacts]:
    """What is known of the numbers that rules point at; unknown ones are absent; at most three queries."""
    wanted = set(numbers)
    if not wanted:
        return {}
    extensions = list(Extension.objects.filter(number__in=wanted))
    full = full_boxes(extensions)
    facts = {
        e.number: TargetFacts(is_enabled=e.is_enabled, voicemail_on=e.voicemail_on, voicemail_full=e.pk in full)
        for e in extensions
    }
    system = SystemExtension.objects.filter(number__in=wanted - facts.keys()).values_list("number", flat=True)
    return facts | {number: TargetFacts(is_system=True, voicemail_on=False) for number in system}


def voicemail_box(number: str) -> VoicemailBox | None:
    """The voicemail of the extension first called: where a call goes that cannot go on (SPEC.md 3.5).

    That of a disabled extension is off: nobody could listen to it. A full one takes nothing either.
    """
    extension = sole(Extension.objects.filter(number=number))
    if extension is None:
        return None
    is_on = extension.voicemail_on and extension.is_enabled and not full_boxes([extension])
    return VoicemailBox(extension.number, is_on=is_on)


def full_boxes(extensions: Collection[Extension]) -> frozenset[int]:
    """The ids of those whose voicemail holds as many messages as it may; one query."""
    messages = dict(_kept(box__in=[e.pk for e in extensions]).values_list("box").annotate(Count("pk")))
    return frozenset(e.pk for e in extensions if messages.get(e.pk, 0) >= e.voicemail_messages_max)


def _kept(**of: Any) -> QuerySet[Voicemail]:
    """The messages of these boxes, as far as they count."""
    return Voicemail.objects.filter(deleted_at=None, **of).exclude(state=Voicemail.State.RECORDING).order_by()


def names_of(numbers: Collection[str]) -> dict[str, str]:
    """number -> name, of extensions and system extensions; two queries."""
    names = dict(SystemExtension.objects.filter(number__in=numbers).values_list("number", "name"))
    return names | dict(Extension.objects.filter(number__in=numbers).values_list("number", "name"))
