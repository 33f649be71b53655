"""An operator changes what the company, or a department, gives to its extensions."""

import json
from collections.abc import Mapping
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from presence.domain.extension_settings import Value, Values, kept_text, profile_values
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Company, Department, Extension, TemplateSetting, User
from presence.models.sole import sole
from presence.selectors.settings import Templates, own_values, templates
from presence.services.extension_settings import may_log_out, name_of
from presence.services.queue_news import publish_members
from presence.services.settings_news import (
    BATCH,
    raise_profile_versions,
    tell_open_windows,
    tell_operators,
    touched_statuses,
    with_open_windows,
)


class TemplateChangedError(Exception):
    """Somebody else saved this template since the editor read it."""


def template_version(values: Values) -> str:
    """What an editor must have seen to be allowed to save."""
    given = {key: value for key, value in values.items() if value is not None}
    return sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def save_template(*, department: Department | None, values: Values, expected: str, by: User) -> int:
    """Write a template's values (None: as the next layer says) and return how many extensions it changed.

    Keys that are absent stay as they are. Raises TemplateChangedError when the template is no longer what the editor
    saw. The caller has checked the destinations (`webclient.operator.template_form`).
    """
    _lock()
    before = templates()
    saved = before.company if department is None else before.of_department(department.pk)
    if template_version(saved) != expected:
        raise TemplateChangedError
    changes = {key: value for key, value in values.items() if saved.get(key) != value}
    if not changes:
        return 0
    _write(department, changes)
    return _hand_on(department, before, templates(), by)


def _lock() -> None:
    """One template at a time: departments stand over the company's, and each reader must see both as one."""
    company = sole(Company.objects.all()) or Company.objects.create()
    Company.objects.select_for_update().get(pk=company.pk)


def _write(department: Department | None, changes: Values) -> None:
    rows = TemplateSetting.objects.filter(department=department)
    rows.filter(key__in=changes).delete()
    TemplateSetting.objects.bulk_create(
        TemplateSetting(department=department, key=key, value=kept_text(value))
        for key, value in changes.items()
        if value is not None
    )


def _hand_on(department: Department | None, before: Templates, after: Templates, by: User) -> int:
    """Keep what changed for each extension, and tell those whose windows are open."""
    members = list(_members(department))
    own = own_values(members)
    given = {each: _given_change(each, before, after) for each in {member.department_id for member in members}}
    real: dict[int, tuple[Values, Values]] = {}
    for member in members:
        old, new = given[member.department_id]
        felt = {key for key in new if own[member.pk].get(key) is None}
        if felt:
            real[member.pk] = {key: old[key] for key in felt}, {key: new[key] for key in felt}
    ChangeRecord.objects.bulk_create((_record(pk, *both, by) for pk, both in real.items()), batch_size=BATCH)
    _tell({member.pk: member for member in members}, {pk: new for pk, (_, new) in real.items()}, by)
    return len(real)


def _members(department: Department | None) -> QuerySet[Extension]:
    everyone = Extension.objects.select_related("department")
    return everyone if department is None else everyone.filter(department=department)


def _given_change(department_id: int | None, before: Templates, after: Templates) -> tuple[Values, Values]:
    """What extensions of this department were given and are given now, as far as it differs."""
    old, new = (_given(layers, department_id) for layers in (before, after))
    keys = {key for key in new if old.get(key) != new[key]}
    return {key: old.get(key) for key in keys}, {key: new[key] for key in keys}


def _given(layers: Templates, department_id: int | None) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for status in Status:
        values |= profile_values(layers.profile(status, department_id))
    return values


def _record(pk: int, before: Values, after: Values, by: User) -> ChangeRecord:
    statuses = touched_statuses(after)
    return ChangeRecord(
        by=by,
        extension_id=pk,
        surface=Surface.OPERATOR_PANEL,
        what=ChangeRecord.What.SETTINGS,
        subject=next(iter(statuses)) if len(statuses) == 1 else "",
        before=before,
        after=after,
    )


def _tell(members: Mapping[int, Extension], real: Mapping[int, Values], by: User) -> None:
    """Only who has a window open can have rules open that are no longer so; operators may have anybody's."""
    tell_operators(members[pk].number for pk in real)
    changes = {pk: real[pk] for pk in with_open_windows(real)}
    publish_members(pk for pk, values in changes.items() if may_log_out(values))
    raise_profile_versions(changes)
    numbers = {pk: members[pk].number for pk in changes}
    tell_open_windows(changes, numbers, by_name=name_of(by), surface=Surface.OPERATOR_PANEL)
