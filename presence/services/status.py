"""Somebody says whether a person can be called: the person, or an operator for one or many; or a status ends by itself.

A status may have an end. What follows then is the last status before it that had none, so that one status with an end
after another leads back to where they began; or one that was chosen. Whoever ends it, it ends once: `end_due_statuses`
locks what is due, and what it has ended has no end any more.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Extension, User
from presence.selectors.status import StatusBefore, following, last_status_change
from presence.services.queue_news import publish_members
from presence.services.settings_news import BATCH
from presence.services.status_news import tell_windows

_FIELDS = (
    *("status", "status_since", "status_note", "status_set_by", "status_set_on", "status_set_at"),
    *("status_until", "status_after", "status_after_note", "version"),
)


class BackRefusedError(Exception):
    """The status was changed again meanwhile, so there is something else to go back to."""


def set_status(
    *,
    extension: Extension,
    status: Status,
    by: User | None,
    surface: Surface,
    note: str = "",
    until: datetime | None = None,
    after: Status | None = None,
) -> None:
    """Give `extension` the status `status`; a repetition changes nothing. `extension` is refreshed in place.

    `by` is None where nobody has a login: the desk phone of such an extension.
    """
    set_statuses(extensions=[extension], status=status, by=by, surface=surface, note=note, until=until, after=after)
    extension.refresh_from_db(fields=_FIELDS)


@transaction.atomic
def set_statuses(
    *,
    extensions: Collection[Extension],
    status: Status,
    by: User | None,
    surface: Surface,
    note: str = "",
    until: datetime | None = None,
    after: Status | None = None,
    after_note: str = "",
) -> int:
    """Give many the same status and return how many of them it changed.

    Without `until` it has no end, whatever the one before had; `after`: what follows the end, else what was before.
    Set by somebody else than the holder, it is shown to the holder with who set it and the note.
    """
    wanted = {extension.pk for extension in extensions}
    changed = [
        extension
        for extension in Extension.objects.select_for_update().filter(pk__in=wanted)
        if _shown(extension) != (status, note, until, _setter(extension, by))
        or (after is not None and until is not None and extension.status_after != after)
    ]
    for mine in (True, False):
        ours = [extension.pk for extension in changed if _is_holder(extension, by) is mine]
        remembered = _remembered(status) if after is None else {"status_after": after, "status_after_note": after_note}
        _write(
            ours,
            status,
            timezone.now(),
            status_note=note,
            status_until=until,
            status_set_by=None if mine else by,
            status_set_on=surface,
            **remembered,
        )
    _tell(changed, by=by, surface=surface)
    return len(changed)


@transaction.atomic
def go_back(*, extension: Extension, record: int, by: User, surface: Surface) -> None:
    """Undo the last change of the status, which must still be `record`: the status before, with its note and its end.

    An end that has passed meanwhile does not come back. `extension` is refreshed in place.
    """
    locked = Extension.objects.select_for_update().get(pk=extension.pk)
    last = last_status_change(locked)
    if last is None or last.pk != record:
        raise BackRefusedError
    before = StatusBefore.of(last, timezone.now())
    set_statuses(
        extensions=[locked],
        status=before.status,
        by=by,
        surface=surface,
        note=before.note,
        until=before.until,
        after=before.after if before.until else None,
        after_note=before.after_note,
    )
    extension.refresh_from_db(fields=_FIELDS)


def end_due_statuses(moment: datetime | None = None) -> int:
    """End what is due by `moment` (now) and return how many; at most `BATCH` at a time, the longest due first."""
    moment = moment or timezone.now()
    due = Extension.objects.filter(status_until__lte=moment)
    if not due.exists():  # nearly always: looking takes no lock
        return 0
    with transaction.atomic():
        ending = list(due.select_for_update().order_by("status_until", "pk")[:BATCH])
        by_next: dict[tuple[Status, str], list[int]] = {}
        for extension in ending:
            by_next.setdefault(following(extension), []).append(extension.pk)
        for (status, note), pks in by_next.items():
            _write(
                pks,
                status,
                timezone.now(),
                status_note=note,
                status_until=None,
                status_set_by=None,
                status_set_on="",
                status_after="",  # what has ended must not come back as what was before
                status_after_note="",
            )
        _tell(ending, by=None, surface="")
    return len(ending)


def _shown(extension: Extension) -> tuple[str, str, datetime | None, int | None]:
    return extension.status, extension.status_note, extension.status_until, extension.status_set_by_id


def _setter(extension: Extension, by: User | None) -> int | None:
    return None if by is None or _is_holder(extension, by) else by.pk


def _is_holder(extension: Extension, by: User | None) -> bool:
    return extension.user_id == (by.pk if by is not None else None)


def _remembered(status: Status) -> dict[str, Any]:
    """What follows `status`, from each row as it was: the status before, unless that had an end or is the same."""
    stays = Q(status=status) | Q(status_until__isnull=False)
    return {
        "status_after": Case(When(stays, then=F("status_after")), default=F("status")),
        "status_after_note": Case(When(stays, then=F("status_after_note")), default=F("status_note")),
    }


def _write(pks: Collection[int], status: Status, now: datetime, **fields: Any) -> None:
    Extension.objects.filter(pk__in=pks).update(
        status=status,
        status_since=Case(When(status=status, then=F("status_since")), default=Value(now)),
        status_set_at=now,
        version=F("version") + 1,
        **fields,
    )


def _tell(before: Collection[Extension], *, by: User | None, surface: str) -> None:
    """Keep each change with what it replaced, and say it to everybody; `before`: the rows as they were read."""
    if not before:
        return
    pks = [extension.pk for extension in before]
    now = Extension.objects.in_bulk(pks)
    what = ChangeRecord.What.STATUS
    records = [
        ChangeRecord(by=by, extension=each, surface=surface, what=what, before=_kept(each), after=_kept(now[each.pk]))
        for each in before
    ]
    tell_windows(ChangeRecord.objects.bulk_create(records, batch_size=BATCH))
    hub.publish_presence([extension.number for extension in before])
    publish_members(pks)


def _kept(extension: Extension) -> dict[str, str]:
    """A status as its change record keeps it: only what there is."""
    kept = {"status": str(extension.status)}
    if extension.status_note:
        kept["note"] = extension.status_note
    if extension.status_until is not None:
        after, after_note = following(extension)
        kept |= {"until": extension.status_until.isoformat(), "after": str(after)}
        kept |= {"after_note": after_note} if after_note else {}
    return kept
