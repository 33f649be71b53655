"""A confirmed import: everything the dry run showed, in one transaction, or nothing."""

import re
from collections.abc import Collection, Mapping

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from presence.domain.extension_settings import Values
from presence.domain.import_columns import EMAIL, FIRST_NAME, LAST_NAME, NUMBER
from presence.domain.vocabulary import Surface
from presence.models import BulkEdit, ChangeRecord, Department, Extension, ImportDraft, User
from presence.services.extension_settings import write_settings
from presence.services.import_plan import ImportPlan, plan_import
from presence.services.import_row import NormalNumber, Outcome, Row
from presence.services.people import lock_numbers

BATCH = 500
_NOT_IN_USERNAMES = re.compile(r"[^a-z0-9.@+_-]")
_USERNAME_LENGTH_MAX = 100


class ImportChangedError(Exception):
    """Something in the import is no longer as the dry run showed it."""


def confirm_import(draft: ImportDraft, *, by: User, normal_number: NormalNumber, digest: str) -> BulkEdit:
    """Do what the plan with this digest showed. ImportChangedError, and nothing done, when it would be another now."""
    try:
        return _confirm(draft, by, normal_number, digest)
    except IntegrityError as error:  # somebody else made the same number, login or department at this moment
        raise ImportChangedError from error


@transaction.atomic
def _confirm(draft: ImportDraft, by: User, normal_number: NormalNumber, digest: str) -> BulkEdit:
    if NUMBER not in draft.columns:
        raise ImportChangedError
    lock_numbers()
    at = draft.columns.index(NUMBER)
    numbers = {cells[at] for _, cells in draft.rows}
    list(Extension.objects.select_for_update(of=("self",)).filter(number__in=numbers))  # nobody else's until the end
    plan = plan_import(draft, by=by, normal_number=normal_number)
    if plan.digest != digest:
        raise ImportChangedError
    edit = BulkEdit.objects.create(by=by, what="import", request={"file": draft.file_name})
    Department.objects.bulk_create(Department(name=name) for name in plan.new_departments)
    created = _create(plan.of(Outcome.NEW))
    write_settings(
        {**_changes(plan), **{pk: row.plan.after for pk, row in created.items() if row.plan}},
        by=by,
        surface=Surface.OPERATOR_PANEL,
        edit=edit,
    )
    # Undoing gives values back; of a new extension there is nothing to give back, and it stays.
    ChangeRecord.objects.filter(edit=edit, extension__in=created).update(before={})
    _write_emails(plan.of(Outcome.CHANGED), edit)
    draft.delete()
    return edit


def _changes(plan: ImportPlan) -> dict[int, Values]:
    rows = plan.of(Outcome.CHANGED)
    return {row.extension.pk: row.plan.after for row in rows if row.extension and row.plan and row.plan.after}


def _create(rows: Collection[Row]) -> dict[int, Row]:
    """The new extensions by id, each with a login; their settings are written after, as anybody's."""
    users = _logins(rows)
    extensions = Extension.objects.bulk_create(
        (Extension(number=row.number, user=users[row.number]) for row in rows), batch_size=BATCH
    )
    return {extension.pk: row for extension, row in zip(extensions, rows, strict=True)}


def _logins(rows: Collection[Row]) -> Mapping[str, User]:
    """Logins nobody can use yet: an invitation lets their holders choose a password."""
    if not rows:
        return {}
    taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    users = [_login(row, taken) for row in rows]
    User.objects.bulk_create(users, batch_size=BATCH)
    return {row.number: user for row, user in zip(rows, users, strict=True)}


def _login(row: Row, taken: set[str]) -> User:
    return User(
        username=_username(row, taken),
        email=row.email or "",
        first_name=row.cells.get(FIRST_NAME, ""),
        last_name=row.cells.get(LAST_NAME, ""),
        password=make_password(None),
    )


def _username(row: Row, taken: set[str]) -> str:
    """The e-mail address before its @, else the extension number; with the number behind it where that is taken."""
    local = (row.email or "").partition("@")[0].casefold()
    base = _NOT_IN_USERNAMES.sub("", local)[:_USERNAME_LENGTH_MAX] or row.number
    name, count = base, 1
    while name in taken:
        name = f"{base}-{row.number}" if count == 1 else f"{base}-{row.number}-{count}"
        count += 1
    taken.add(name)
    return name


def _write_emails(rows: Collection[Row], edit: BulkEdit) -> None:
    """Of a login, not of an extension: its records have no settings_version, and undoing does not give it back."""
    changed = [row for row in rows if row.email is not None and row.extension is not None]
    before = {row.number: row.extension.user.email if row.extension and row.extension.user else "" for row in changed}
    without = [row for row in changed if row.extension and row.extension.user is None]
    logins = _logins(without)
    for row in changed:
        if row.extension and row.extension.user:
            row.extension.user.email = row.email or ""
        elif row.extension:
            row.extension.user = logins[row.number]
    kept = [row for row in changed if row not in without]
    User.objects.bulk_update(
        [row.extension.user for row in kept if row.extension and row.extension.user], [EMAIL], BATCH
    )
    Extension.objects.bulk_update([row.extension for row in without if row.extension], ["user"], BATCH)
    ChangeRecord.objects.bulk_create(
        (
            ChangeRecord(
                by=edit.by,
                edit=edit,
                extension=row.extension,
                surface=Surface.OPERATOR_PANEL,
                what=ChangeRecord.What.SETTINGS,
                before={EMAIL: before[row.number]},
                after={EMAIL: row.email},
            )
            for row in changed
        ),
        batch_size=BATCH,
    )
