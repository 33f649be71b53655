"""A person or an operator changes what one status does with calls."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from presence import selectors
from presence.domain.forwarding import Destination, RuleKey, StatusProfile
from presence.domain.vocabulary import Origin, Status, Surface
from presence.models import ChangeRecord, Extension, ForwardingRule, StatusProfileRow, User


class ProfileChangedError(Exception):
    """Somebody else saved this profile since the editor read it."""


@transaction.atomic
def save_profile(
    *,
    extension: Extension,
    status: Status,
    destinations: Mapping[RuleKey, Destination],
    ring_seconds: Mapping[Origin, int],
    expected_version: int,
    by: User,
    surface: Surface,
) -> int:
    """Write what differs from the present profile and return the profile's new version.

    Values that stay as they are keep where they come from. Raises ProfileChangedError when the profile's version is
    no longer `expected_version`. The caller has checked the destinations (`webclient.forms.status_settings`).
    """
    # The extension's row is the lock for all its profiles, of which the row may not exist yet.
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    row, _ = StatusProfileRow.objects.get_or_create(extension=extension, status=status)
    if row.version != expected_version:
        raise ProfileChangedError
    before = selectors.effective_profile(extension, status)
    changed_rules = {key: to for key, to in destinations.items() if before.destinations.get(key) != to}
    changed_seconds = {origin: n for origin, n in ring_seconds.items() if before.ring_seconds.get(origin) != n}
    if not changed_rules and not changed_seconds:
        return row.version
    for (condition, origin), to in changed_rules.items():
        ForwardingRule.objects.update_or_create(
            extension=extension,
            status=status,
            condition=condition,
            origin=origin,
            defaults={"destination_kind": to.kind, "destination_value": to.value, "set_on": surface},
        )
    for origin, seconds in changed_seconds.items():
        setattr(row, f"{origin.value}_ring_seconds", seconds)
    row.version += 1
    row.save()
    ChangeRecord.objects.create(
        by=by,
        extension=extension,
        surface=surface,
        what=ChangeRecord.What.RULES,
        subject=status,
        before=profile_as_json(before),
        after=profile_as_json(selectors.effective_profile(extension, status)),
    )
    return row.version


def profile_as_json(profile: StatusProfile) -> dict[str, Any]:
    """A profile for the record of changes: control names as in the form."""
    rules = {
        f"{condition}-{origin}": {"kind": to.kind, "value": to.value}
        for (condition, origin), to in profile.destinations.items()
    }
    seconds = {f"{origin}-seconds": n for origin, n in profile.ring_seconds.items()}
    return {"rule_kind": profile.kind, **rules, **seconds}
