"""A person changes what one status does with calls, on the page of that status."""

from collections.abc import Mapping

from django.db import transaction

from presence import selectors
from presence.domain.extension_settings import (
    Switch,
    Value,
    destination_text,
    rule_key,
    seconds_key,
    switch_key,
    switches_of,
)
from presence.domain.forwarding import Destination, RuleKey
from presence.domain.vocabulary import Origin, Status, Surface
from presence.models import Extension, StatusProfileRow, User
from presence.services.extension_settings import write_settings


class ProfileChangedError(Exception):
    """Somebody else saved this profile since the editor read it."""


@transaction.atomic
def save_profile(
    *,
    extension: Extension,
    status: Status,
    destinations: Mapping[RuleKey, Destination],
    ring_seconds: Mapping[Origin, int],
    switches: Mapping[Switch, bool] | None = None,
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
    changes: dict[str, Value] = {
        rule_key(status, *key): destination_text(to)
        for key, to in destinations.items()
        if before.destinations.get(key) != to
    }
    changes |= {
        seconds_key(status, origin): n for origin, n in ring_seconds.items() if before.ring_seconds.get(origin) != n
    }
    present = switches_of(before)
    changes |= {
        switch_key(status, switch): is_on
        for switch, is_on in (switches or {}).items()
        if switch in present and present[switch] is not is_on
    }
    if changes:
        write_settings({extension.pk: changes}, by=by, surface=surface)
    return selectors.profile_version(extension, status)
