"""The one writer of everything that can be edited about extensions: forms, bulk edits, imports and undo end here."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from presence import hub
from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    RuleSetting,
    SwitchSetting,
    Value,
    Values,
    parse_key,
    text_destination,
)
from presence.domain.vocabulary import Surface
from presence.models import (
    BulkEdit,
    ChangeRecord,
    Department,
    Extension,
    ForwardingRule,
    StatusProfileRow,
    User,
)
from presence.models.sole import sole
from presence.selectors.settings import own_values
from presence.services import outside_notice
from presence.services.queue_news import publish_members
from presence.services.settings_news import (
    BATCH,
    Changes,
    raise_profile_versions,
    tell_open_windows,
    tell_operators,
    touched_statuses,
)

LOG_IN_AGAIN = 4401  # how a socket of a person who may no longer use it is closed
_SEEN_BY_COLLEAGUES = frozenset({Field.NAME, Field.DEPARTMENT, Field.IS_ENABLED})
_LOGS_OUT_OF_QUEUES = frozenset({Field.DEPARTMENT, Field.IS_ENABLED})  # a department has a template


class SettingsChangedError(Exception):
    """Some of the extensions were changed since the editor saw them; `extension_ids` says which."""

    def __init__(self, extension_ids: Collection[int]) -> None:
        super().__init__(f"{len(extension_ids)} extensions changed meanwhile")
        self.extension_ids = frozenset(extension_ids)


@transaction.atomic
def write_settings(
    changes: Changes,
    *,
    by: User | None,
    surface: Surface,
    expected: Mapping[int, int] | None = None,
    edit: BulkEdit | None = None,
) -> int:
    """Write new values of many extensions at once and return how many extensions really changed.

    `expected` (extension id -> settings_version) raises SettingsChangedError where somebody was faster; nothing is
    written then. Whether the values make sense was asked before (`presence.services.bulk_edit`).
    """
    expected = expected or {}
    # Always in the same order: two who lock the same extensions in different orders would wait for each other.
    locked = {
        extension.pk: extension
        for extension in Extension.objects.select_for_update(of=("self",))
        .select_related("department")
        .filter(pk__in=[*changes, *(expected.keys() - changes.keys())])
        .by_number()
    }
    if stale := [pk for pk, version in expected.items() if _version(locked, pk) != version]:
        raise SettingsChangedError(stale)
    before = own_values([locked[pk] for pk in changes if pk in locked])
    real = {pk: _different(changes[pk], before[pk]) for pk in before}
    real = {pk: values for pk, values in real.items() if values}
    if not real:
        return 0
    by_value = _grouped(real)
    _write_fields(by_value)
    _write_rules(real, surface)
    _write_profiles(by_value)
    Extension.objects.filter(pk__in=real).update(settings_version=F("settings_version") + 1)
    _keep_records(real, before, locked, by=by, surface=surface, edit=edit)
    _tell(real, locked, by=by, surface=surface)
    numbers = {locked[pk]: outside_notice.new_numbers(before[pk], values) for pk, values in real.items()}
    outside_notice.tell(numbers, by=by, by_name=name_of(by), surface=surface)
    return len(real)


def _version(locked: Mapping[int, Extension], pk: int) -> int | None:
    return locked[pk].settings_version if pk in locked else None


def _different(new: Values, old: Values) -> dict[str, Value]:
    return {key: value for key, value in new.items() if old.get(key) != value}


def _grouped(changes: Changes) -> dict[tuple[str, Value], list[int]]:
    """(key, value) -> the extensions that get it: one statement writes what many have in common."""
    grouped: dict[tuple[str, Value], list[int]] = {}
    for pk, values in changes.items():
        for key, value in values.items():
            grouped.setdefault((key, value), []).append(pk)
    return grouped


def _write_fields(by_value: Mapping[tuple[str, Value], list[int]]) -> None:
    departments = dict(Department.objects.values_list("name", "pk"))
    for (key, value), pks in by_value.items():
        if not isinstance(parse_key(key), Field):
            continue
        changed: dict[str, Any] = {"department_id": departments.get(str(value))} if key == Field.DEPARTMENT else {}
        changed = changed or {key: value}
        if key in _SEEN_BY_COLLEAGUES:
            changed["version"] = F("version") + 1
        Extension.objects.filter(pk__in=pks).update(**changed)


def _write_rules(changes: Changes, surface: Surface) -> None:
    rules: list[ForwardingRule] = []
    dropped: dict[RuleSetting, list[int]] = {}
    for pk, values in changes.items():
        for key, value in values.items():
            setting = parse_key(key)
            if not isinstance(setting, RuleSetting):
                continue
            if value is None:
                dropped.setdefault(setting, []).append(pk)
                continue
            to = text_destination(str(value))
            rules.append(
                ForwardingRule(
                    extension_id=pk,
                    status=setting.status,
                    condition=setting.condition,
                    origin=setting.origin,
                    destination_kind=to.kind,
                    destination_value=to.value,
                    set_on=surface,
                )
            )
    ForwardingRule.objects.bulk_create(
        rules,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["extension", "status", "condition", "origin"],
        update_fields=["destination_kind", "destination_value", "set_on"],
    )
    for setting, pks in dropped.items():
        rule = {"status": setting.status, "condition": setting.condition, "origin": setting.origin}
        ForwardingRule.objects.filter(extension__in=pks, **rule).delete()
    raise_profile_versions(changes)


def _write_profiles(by_value: Mapping[tuple[str, Value], list[int]]) -> None:
    """Ring times and switches, into the profile rows, which are all there once the versions are raised."""
    for (key, value), pks in by_value.items():
        match parse_key(key):
            case RingSecondsSetting(status, origin):
                column = f"{origin.value}_ring_seconds"
            case SwitchSetting(status, switch):
                column = switch.value
            case _:
                continue
        StatusProfileRow.objects.filter(extension__in=pks, status=status).update(**{column: value})


def _keep_records(
    real: Changes,
    before: Mapping[int, Values],
    locked: Mapping[int, Extension],
    *,
    by: User | None,
    surface: Surface,
    edit: BulkEdit | None,
) -> None:
    ChangeRecord.objects.bulk_create(
        (
            ChangeRecord(
                by=by,
                extension_id=pk,
                surface=surface,
                what=ChangeRecord.What.SETTINGS,
                subject=_subject(values),
                edit=edit,
                before={key: before[pk].get(key) for key in values},
                after=values,
                settings_version=locked[pk].settings_version + 1,
            )
            for pk, values in real.items()
        ),
        batch_size=BATCH,
    )


def _subject(values: Values) -> str:
    """The status whose rules changed, when it is one."""
    statuses = touched_statuses(values)
    return next(iter(statuses)) if len(statuses) == 1 else ""


def _tell(real: Changes, locked: Mapping[int, Extension], *, by: User | None, surface: Surface) -> None:
    """Colleagues see names and departments; the holder's open windows learn whose settings changed where."""
    seen = [pk for pk, values in real.items() if _SEEN_BY_COLLEAGUES & values.keys()]
    numbers = {pk: locked[pk].number for pk in real}
    if seen:
        hub.publish_presence([numbers[pk] for pk in seen])
    if any(Field.DEPARTMENT in values for values in real.values()):
        hub.publish_audiences()
    publish_members(pk for pk, values in real.items() if may_log_out(values))
    tell_operators(numbers.values())
    tell_open_windows(real, numbers, by_name=name_of(by), surface=surface)
    for pk, values in real.items():
        holder = locked[pk].user_id
        if values.get(Field.IS_ENABLED) is False and holder is not None:
            hub.publish_close(user_id=holder, session=None, code=LOG_IN_AGAIN)


def may_log_out(values: Values) -> bool:
    """Whether such a change can decide about being logged in to queues."""
    return any(key in _LOGS_OUT_OF_QUEUES or isinstance(parse_key(key), SwitchSetting) for key in values)


def name_of(user: User | None) -> str:
    """How a person is named to others: the extension's holder, else the login."""
    if user is None:
        return ""
    extension = sole(Extension.objects.filter(user=user).only("name"))
    return extension.name if extension else user.get_username()
