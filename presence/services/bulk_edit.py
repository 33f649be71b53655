"""An operator's edit of one or many: planned, previewed, confirmed in one transaction, undone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db import transaction

from presence import selectors
from presence.domain.call_facts import TargetFacts
from presence.domain.extension_settings import (
    Field,
    RuleSetting,
    Values,
    in_order,
    parse_key,
    profile_with,
    text_destination,
)
from presence.domain.forwarding import KINDS_OVER_TRUNK, Destination, StatusProfile
from presence.domain.loops import HOPS_MAX, KINDS_WITHIN, WaysOn, find_loop
from presence.domain.vocabulary import DestinationKind, Origin, Status, Surface
from presence.models import BulkEdit, ChangeRecord, EditDraft, Extension, User
from presence.selectors.settings import company, own_values, templates
from presence.selectors.system_settings import ways_in_force
from presence.services.extension_settings import SettingsChangedError, write_settings


class Skip(StrEnum):
    """Why an extension is left out of an edit."""

    NO_MOBILE_NUMBER = "no_mobile_number"
    WOULD_LOOP = "would_loop"
    DESTINATION_DISABLED = "destination_disabled"
    DESTINATION_UNKNOWN = "destination_unknown"
    OWN_NUMBER = "own_number"
    MAY_NOT_FORWARD_OUTSIDE = "may_not_forward_outside"
    OUTSIDE_FORWARDING_OFF = "outside_forwarding_off"
    VOICEMAIL_OFF = "voicemail_off"
    CHANGED_SINCE = "changed_since"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an edit does to one extension. `before` and `after` hold only what differs; `detail` explains a skip."""

    extension: Extension
    before: Values
    after: Values
    skip: Skip | None = None
    detail: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return self.skip is None and bool(self.after)


class AlreadyUndoneError(Exception):
    """An edit is undone once; undoing the undoing does it again."""


class Planner:
    """Asks for each extension whether an edit can be done to it; all facts are read once for all."""

    def __init__(self, extensions: Collection[Extension], requests: Mapping[int, Values]) -> None:
        self._own = own_values(extensions)
        self._requests = requests
        self._company = company()
        self._templates = templates()
        self._targets = self._targets_after(extensions)
        self._ways = self._ways_after(extensions)

    def plan(self, extension: Extension) -> Plan:
        own, request = self._own[extension.pk], self._requests[extension.pk]
        after = {key: value for key, value in in_order(request).items() if own.get(key) != value}
        before = {key: own.get(key) for key in after}
        for to, origin in self._rules(extension, after):
            skip, detail = self._skip(extension, {**own, **after}, to, origin)
            if skip is not None:
                return Plan(extension, before, after, skip, detail)
        return Plan(extension, before, after)

    def is_on_the_way(self, extension: Extension) -> bool:
        """Whether a call can come to this extension from where the edit sends calls."""
        return extension.number in self._ways

    def _rules(self, extension: Extension, values: Values) -> list[tuple[Destination, Origin]]:
        """Where the rules among `values` send calls; where one is given up, what the template says."""
        rules = []
        for key, value in values.items():
            setting = parse_key(key)
            if not isinstance(setting, RuleSetting):
                continue
            if value is not None:
                rules.append((text_destination(str(value)), setting.origin))
                continue
            given = self._templates.profile(setting.status, extension.department_id)
            if to := given.destinations.get((setting.condition, setting.origin)):
                rules.append((to, setting.origin))
        return rules

    def _skip(
        self, extension: Extension, values: Values, to: Destination, origin: Origin
    ) -> tuple[Skip | None, tuple[str, ...]]:
        if to.kind in KINDS_OVER_TRUNK:
            return self._skip_outside(values, to), ()
        if to.kind is DestinationKind.VOICEMAIL:
            return (None if values[Field.VOICEMAIL_ON] else Skip.VOICEMAIL_OFF), ()
        if to.kind is DestinationKind.END_CALL:
            return None, ()
        facts = self._targets.get(to.value)
        if facts is None or facts.is_system != (to.kind is DestinationKind.SYSTEM_EXTENSION):
            return Skip.DESTINATION_UNKNOWN, (to.value,)
        if not facts.is_enabled:
            return Skip.DESTINATION_DISABLED, (to.value,)
        if to.kind is DestinationKind.EXTENSION_VOICEMAIL:
            return (None, ()) if facts.voicemail_on else (Skip.VOICEMAIL_OFF, (to.value,))
        if to.value == extension.number:
            return Skip.OWN_NUMBER, ()
        loop = find_loop(extension.number, to.value, origin, lambda numbers: self._ways)
        return (Skip.WOULD_LOOP, loop) if loop else (None, ())

    def _skip_outside(self, values: Values, to: Destination) -> Skip | None:
        if not self._company.external_forwarding:
            return Skip.OUTSIDE_FORWARDING_OFF
        if not values[Field.EXTERNAL_FORWARDING]:
            return Skip.MAY_NOT_FORWARD_OUTSIDE
        if to.kind is DestinationKind.MOBILE and not values[Field.MOBILE_NUMBER]:
            return Skip.NO_MOBILE_NUMBER
        return None

    def _targets_after(self, extensions: Collection[Extension]) -> dict[str, TargetFacts]:
        """What the numbers that calls are sent to will be once the edit is done: some are being edited themselves."""
        numbers = {
            to.value
            for extension in extensions
            for to, _ in self._rules(extension, self._requests[extension.pk])
            if to.value and to.kind not in KINDS_OVER_TRUNK
        }
        facts = selectors.target_facts(numbers)
        for extension in extensions:
            if extension.number in numbers:  # an import may bring it only now
                values = {**self._own[extension.pk], **self._requests[extension.pk]}
                facts[extension.number] = replace(
                    facts.get(extension.number, TargetFacts()),
                    is_enabled=bool(values[Field.IS_ENABLED]),
                    voicemail_on=bool(values[Field.VOICEMAIL_ON]),
                )
        return facts

    def _ways_after(self, extensions: Collection[Extension]) -> dict[str, WaysOn]:
        """Where calls go on once the edit is done, from wherever its destinations lead: two edited extensions can
        close a loop together. Read level by level, so that the depth of the chains bounds the queries.
        """
        edited = {extension.number: extension for extension in extensions}
        ways: dict[str, WaysOn] = {}
        level = set(self._targets)
        asked: set[str] = set()
        for _ in range(HOPS_MAX):
            if not level:
                break
            asked |= level
            reached = ways_in_force(level)
            for number in reached.keys() & edited.keys():
                before = reached[number]
                if isinstance(before, StatusProfile):
                    reached[number] = self._profile_after(edited[number], before)
            ways |= reached
            level = {to.value for each in reached.values() for to in _destinations(each) if to.kind in KINDS_WITHIN}
            level -= asked
        return ways

    def _profile_after(self, extension: Extension, before: StatusProfile) -> StatusProfile:
        given = self._templates.profile(Status(extension.status), extension.department_id)
        values = {**self._own[extension.pk], **self._requests[extension.pk]}
        return profile_with(replace(given, kind=before.kind), values)


def _destinations(ways: WaysOn) -> Iterable[Destination]:
    return ways.destinations.values() if isinstance(ways, StatusProfile) else ways


def plan_edit(extensions: Collection[Extension], request: Values) -> list[Plan]:
    """What `request` (key -> new value) would do to each of `extensions`."""
    return plan_each(extensions, {extension.pk: request for extension in extensions})


def plan_each(extensions: Collection[Extension], requests: Mapping[int, Values]) -> list[Plan]:
    """The same with a request for each extension, as an import has.

    Who is skipped keeps the old rules, and with those a call may go round where it would not have: the others are then
    judged again. A skip is never taken back, so this ends.
    """
    skipped: dict[int, Plan] = {}
    while True:
        planner = Planner(extensions, {pk: {} if pk in skipped else request for pk, request in requests.items()})
        plans = [skipped.get(extension.pk) or planner.plan(extension) for extension in extensions]
        newly = {plan.extension.pk: plan for plan in plans if plan.skip and plan.extension.pk not in skipped}
        if not any(planner.is_on_the_way(plan.extension) for plan in newly.values()):
            return plans
        skipped |= newly


def draft_edit(extensions: Collection[Extension], request: Values, *, by: User) -> EditDraft:
    """Keep what was asked and what was seen, until it is confirmed."""
    seen = {str(extension.pk): extension.settings_version for extension in extensions}
    return EditDraft.objects.create(by=by, request=dict(request), seen=seen)


@transaction.atomic
def confirm_edit(draft: EditDraft, *, by: User, what: str = "edit") -> BulkEdit:
    """Do what the preview showed. SettingsChangedError when an extension in it changed since; nothing is done then."""
    seen = {int(pk): version for pk, version in draft.seen.items()}
    extensions = _locked(seen)
    now = {extension.pk: extension.settings_version for extension in extensions}
    if stale := [pk for pk, version in seen.items() if now.get(pk) != version]:
        raise SettingsChangedError(stale)
    edit = BulkEdit.objects.create(by=by, what=what, request=draft.request)
    _write(plan_edit(extensions, draft.request), by=by, edit=edit)
    draft.delete()
    return edit


def plan_undo(edit: BulkEdit) -> list[Plan]:
    """What undoing `edit` does to each extension it changed; refused for those that were changed since."""
    plans = []
    # A record without it, such as of a login's e-mail address, is of no setting.
    for record in edit.changes.exclude(settings_version=None).select_related("extension__department", "by"):
        extension = record.extension
        if extension is None:
            continue
        is_as_left = extension.settings_version == record.settings_version
        skip = None if is_as_left else Skip.CHANGED_SINCE
        plans.append(Plan(extension, record.after, record.before, skip))
    return plans


@transaction.atomic
def undo_edit(edit: BulkEdit, *, by: User) -> BulkEdit:
    """Give back what `edit` changed, where nobody changed it since. AlreadyUndoneError the second time."""
    # Of two who undo at once the second waits here, and then finds it done.
    edit = BulkEdit.objects.select_for_update().get(pk=edit.pk)
    if BulkEdit.objects.filter(undoes=edit).exists():
        raise AlreadyUndoneError
    _locked(edit.changes.values_list("extension_id", flat=True))
    undoing = BulkEdit.objects.create(by=by, what="undo", request={}, undoes=edit)
    _write(plan_undo(edit), by=by, edit=undoing)
    return undoing


def changed_since(plan: Plan) -> ChangeRecord | None:
    """Who changed an extension after the edit that cannot be undone for it."""
    settings = plan.extension.changes.filter(what=ChangeRecord.What.SETTINGS)
    return settings.select_related("by__extension").first()


def _locked(pks: Iterable[int]) -> list[Extension]:
    """Nobody else writes these extensions until the transaction ends."""
    extensions = Extension.objects.select_for_update(of=("self",)).select_related("department")
    return list(extensions.filter(pk__in=list(pks)).by_number())


def _write(plans: Iterable[Plan], *, by: User, edit: BulkEdit) -> None:
    changes = {plan.extension.pk: plan.after for plan in plans if plan.changes}
    write_settings(changes, by=by, surface=Surface.OPERATOR_PANEL, edit=edit)
