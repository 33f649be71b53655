"""Whoever has the settings of an extension open is told that somebody changed them, and must see them before saving."""

from collections.abc import Iterable, Mapping

from django.db.models import F

from presence import hub
from presence.domain.extension_settings import Field, Values, parse_key
from presence.domain.vocabulary import Status, Surface
from presence.models import Registration, StatusProfileRow

BATCH = 500

Changes = Mapping[int, Values]  # extension id -> key -> new value


def touched_statuses(keys: Iterable[str]) -> set[Status]:
    """The statuses whose rules, ring times or switches are among `keys`."""
    settings = (parse_key(key) for key in keys)
    return {setting.status for setting in settings if not isinstance(setting, Field)}


def raise_profile_versions(changes: Changes) -> None:
    """Whoever has the rules of such a status open in the web client must see them anew before saving."""
    touched: dict[Status, list[int]] = {}
    for pk, values in changes.items():
        for status in touched_statuses(values):
            touched.setdefault(status, []).append(pk)
    StatusProfileRow.objects.bulk_create(
        (StatusProfileRow(extension_id=pk, status=status) for status, pks in touched.items() for pk in pks),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    for status, pks in touched.items():
        StatusProfileRow.objects.filter(extension__in=pks, status=status).update(version=F("version") + 1)


def with_open_windows(extension_ids: Iterable[int]) -> set[int]:
    registrations = Registration.objects.filter(extension__in=set(extension_ids))
    return set(registrations.values_list("extension_id", flat=True).distinct())


def tell_operators(numbers: Iterable[str]) -> None:
    """Whoever has one of these extensions open in the operator panel looks again."""
    hub.publish_edited(numbers)


def tell_open_windows(changes: Changes, numbers: Mapping[int, str], *, by_name: str, surface: Surface) -> None:
    """`versions`: what a page that shows these rules must have been drawn from to be up to date.

    `told`: how many people are told at once, so that their windows don't all ask at once.
    """
    open_windows = with_open_windows(changes)
    versions: dict[int, dict[str, int]] = {}
    rows = StatusProfileRow.objects.filter(extension__in=open_windows)
    for pk, status, version in rows.values_list("extension_id", "status", "version"):
        versions.setdefault(pk, {})[status] = version
    for pk in open_windows:
        statuses = sorted(touched_statuses(changes[pk]))
        message = {
            "type": "settings_changed",
            "statuses": statuses,
            "versions": {status: versions.get(pk, {}).get(status, 0) for status in statuses},
            "by": by_name,
            "surface": surface,
            "told": len(open_windows),
        }
        hub.publish_to_windows(numbers[pk], message)
