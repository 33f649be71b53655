"""An operator's edit of one or many: planned, previewed, confirmed in one transaction, undone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from presence import selectors
from presence.domain.call_routing import TargetFacts
from presence.domain.extension_settings import (
    Field,
    RuleSetting,
    Values,
    parse_key,
    profile_with,
    text_destination,
)
from presence.domain.forwarding import KINDS_OVER_TRUNK, Destination, StatusProfile
from presence.domain.loops import find_loop
from presence.domain.vocabulary import DestinationKind, Origin, Surface
from presence.models import BulkEdit, ChangeRecord, EditDraft, Extension, User
from presence.selectors.settings import company, own_values
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


class Planner:
    """Asks for each extension whether an edit can be done to it; all facts are read once for all."""

    def __init__(self, extensions: Collection[Extension], requests: Mapping[int, Values]) -> None:
        self._own = own_values(extensions)
        self._requests = requests
        self._company = company()
        numbers = {
            text_destination(str(value)).value
            for request in requests.values()
            for key, value in request.items()
            if value is not None and isinstance(parse_key(key), RuleSetting)
        }
        self._targets: Mapping[str, TargetFacts] = selectors.target_facts(numbers - {""})
        self._profiles = self._profiles_after(extensions)

    def plan(self, extension: Extension) -> Plan:
        own, request = self._own[extension.pk], self._requests[extension.pk]
        after = {key: value for key, value in request.items() if own.get(key) != value}
        before = {key: own.get(key) for key in after}
        for key, value in after.items():
            setting = parse_key(key)
            if isinstance(setting, RuleSetting) and value is not None:
                skip, detail = self._skip(extension, {**own, **after}, text_destination(str(value)), setting.origin)
                if skip is not None:
                    return Plan(extension, before, after, skip, detail)
        return Plan(extension, before, after)

    def _skip(
        self, extension: Extension, values: Values, to: Destination, origin: Origin
    ) -> tuple[Skip | None, tuple[str, ...]]:
        if to.kind in KINDS_OVER_TRUNK:
            return self._skip_outside(values, to), ()
        if to.kind is DestinationKind.VOICEMAIL:
            return (None if values[Field.VOICEMAIL_ON] else Skip.VOICEMAIL_OFF), ()
        if to.kind not in {DestinationKind.EXTENSION, DestinationKind.EXTENSION_VOICEMAIL}:
            return None, ()
        facts = self._targets.get(to.value)
        if facts is None or facts.is_system:
            return Skip.DESTINATION_UNKNOWN, (to.value,)
        if not facts.is_enabled:
            return Skip.DESTINATION_DISABLED, (to.value,)
        if to.kind is DestinationKind.EXTENSION_VOICEMAIL:
            return (None if facts.voicemail_on else Skip.VOICEMAIL_OFF), (to.value,)
        if to.value == extension.number:
            return Skip.OWN_NUMBER, ()
        loop = find_loop(extension.number, to.value, origin, lambda numbers: self._profiles)
        return (Skip.WOULD_LOOP, loop) if loop else (None, ())

    def _skip_outside(self, values: Values, to: Destination) -> Skip | None:
        if not self._company.external_forwarding:
            return Skip.OUTSIDE_FORWARDING_OFF
        if not values[Field.EXTERNAL_FORWARDING]:
            return Skip.MAY_NOT_FORWARD_OUTSIDE
        if to.kind is DestinationKind.MOBILE and not values[Field.MOBILE_NUMBER]:
            return Skip.NO_MOBILE_NUMBER
        return None

    def _profiles_after(self, extensions: Iterable[Extension]) -> dict[str, StatusProfile]:
        """The profiles in force once the edit is done: two edited extensions can close a loop together."""
        if not any(facts.takes_calls for facts in self._targets.values()):
            return {}
        profiles = selectors.active_profiles(None)
        for extension in extensions:
            if extension.number in profiles:
                profiles[extension.number] = profile_with(profiles[extension.number], self._requests[extension.pk])
        return profiles


def plan_edit(extensions: Collection[Extension], request: Values) -> list[Plan]:
    """What `request` (key -> new value) would do to each of `extensions`."""
    return plan_each(extensions, {extension.pk: request for extension in extensions})


def plan_each(extensions: Collection[Extension], requests: Mapping[int, Values]) -> list[Plan]:
    """The same with a request for each extension, as an import has."""
    planner = Planner(extensions, requests)
    return [planner.plan(extension) for extension in extensions]


def draft_edit(extensions: Collection[Extension], request: Values, *, by: User) -> EditDraft:
    """Keep what was asked and what was seen, until it is confirmed."""
    seen = {str(extension.pk): extension.settings_version for extension in extensions}
    return EditDraft.objects.create(by=by, request=dict(request), seen=seen)


@transaction.atomic
def confirm_edit(draft: EditDraft, *, by: User, what: str = "edit") -> BulkEdit:
    """Do what the preview showed. SettingsChangedError when an extension in it changed since; nothing is done then."""
    seen = {int(pk): version for pk, version in draft.seen.items()}
    extensions = _extensions(seen)
    if stale := [pk for pk in seen if pk not in {extension.pk for extension in extensions}]:
        raise SettingsChangedError(stale)
    plans = [plan for plan in plan_edit(extensions, draft.request) if plan.changes]
    edit = BulkEdit.objects.create(by=by, what=what, request=draft.request)
    write_settings(
        {plan.extension.pk: plan.after for plan in plans},
        by=by,
        surface=Surface.OPERATOR_PANEL,
        expected=seen,
        edit=edit,
    )
    draft.delete()
    return edit


def plan_undo(edit: BulkEdit) -> list[Plan]:
    """What undoing `edit` does to each extension it changed; refused for those that were changed since."""
    plans = []
    for record in edit.changes.select_related("extension__department", "by"):
        is_as_left = record.extension.settings_version == record.settings_version
        skip = None if is_as_left else Skip.CHANGED_SINCE
        plans.append(Plan(record.extension, record.after, record.before, skip))
    return plans


@transaction.atomic
def undo_edit(edit: BulkEdit, *, by: User) -> BulkEdit:
    """Give back what `edit` changed, where nobody changed it since."""
    plans = [plan for plan in plan_undo(edit) if plan.changes]
    undoing = BulkEdit.objects.create(by=by, what="undo", request={}, undoes=edit)
    write_settings(
        {plan.extension.pk: plan.after for plan in plans}, by=by, surface=Surface.OPERATOR_PANEL, edit=undoing
    )
    return undoing


def changed_since(plan: Plan) -> ChangeRecord | None:
    """Who changed an extension after the edit that cannot be undone for it."""
    return plan.extension.changes.select_related("by__extension").first()


def _extensions(pks: Collection[int]) -> list[Extension]:
    return list(Extension.objects.select_related("department").filter(pk__in=pks).by_number())
