"""An operator makes, changes and deletes ring groups, queues and digital receptionists, each time with a line of
history. One that others send calls to, or that has callers now, is neither deleted nor given another number.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from presence.domain.forwarding import Destination
from presence.domain.system_settings import (
    PREFIX,
    Flat,
    ReceptionistSettings,
    SystemSettings,
    changed_values,
    flat_settings,
)
from presence.domain.vocabulary import Surface, SystemExtensionKind
from presence.models import (
    ChangeRecord,
    Extension,
    Membership,
    Receptionist,
    ReceptionistOption,
    SystemExtension,
    User,
)
from presence.models.sole import sole
from presence.selectors.system_settings import Pointers, has_callers, pointers_to, settings_of
from presence.services import queue_news
from presence.services.people import NumberTakenError, holder_of_number, lock_numbers


class SystemChangedError(Exception):
    """Somebody else saved or deleted it since the editor read it."""


class StillPointedAtError(Exception):
    """Rules or other system extensions send calls there; `pointers` says which."""

    def __init__(self, pointers: Pointers) -> None:
        super().__init__(pointers)
        self.pointers = pointers


class HasCallersError(Exception):
    """Calls wait or ring there now."""


@transaction.atomic
def create_system(*, kind: SystemExtensionKind, settings: SystemSettings, by: User) -> SystemExtension:
    """A new one; the caller has checked the destinations. Raises NumberTakenError."""
    lock_numbers()
    if holder := holder_of_number(settings.number):
        raise NumberTakenError(holder)
    system = SystemExtension(kind=kind)
    _write(system, settings)
    _keep(system, {}, {PREFIX + "kind": kind.value, **flat_settings(kind, settings)}, by)
    return system


@transaction.atomic
def save_system(*, system: SystemExtension, settings: SystemSettings, expected: int, by: User) -> None:
    """Write what an editor saw as `expected` and changed.

    Raises SystemChangedError, and with another number NumberTakenError, StillPointedAtError and HasCallersError.
    """
    lock_numbers()
    locked = _locked(system, expected)
    kind = SystemExtensionKind(locked.kind)
    before = settings_of(locked)
    if settings.number != before.number:
        _refuse_to_leave(locked)
        if holder := holder_of_number(settings.number):
            raise NumberTakenError(holder)
    if settings == before:
        return
    locked.version += 1
    _write(locked, settings, former_members=before.members)
    changes = changed_values(flat_settings(kind, before), flat_settings(kind, settings))
    if changes != ({}, {}):  # hours that are not in force may be kept for later
        _keep(locked, *changes, by)


@transaction.atomic
def delete_system(*, system: SystemExtension, expected: int, by: User) -> None:
    """Raises SystemChangedError, StillPointedAtError and HasCallersError."""
    locked = _locked(system, expected)
    _refuse_to_leave(locked)
    kind = SystemExtensionKind(locked.kind)
    before = {PREFIX + "kind": kind.value, **flat_settings(kind, settings_of(locked))}
    _keep(locked, before, {PREFIX + "deleted": True}, by)
    members = list(locked.memberships.values_list("extension_id", flat=True))
    receptionist = sole(Receptionist.objects.filter(system_extension=locked))
    sounds = [receptionist.greeting.name, receptionist.closed_greeting.name] if receptionist else []
    locked.delete()
    for name in filter(None, sounds):
        # The file goes only once nobody can be told of it any more.
        transaction.on_commit(partial(default_storage.delete, name))
    queue_news.publish_leavers(members)


def _locked(system: SystemExtension, expected: int) -> SystemExtension:
    locked = sole(SystemExtension.objects.select_for_update().filter(pk=system.pk))
    if locked is None or locked.version != expected:
        raise SystemChangedError
    return locked


def _refuse_to_leave(system: SystemExtension) -> None:
    if pointers := pointers_to(system.number):
        raise StillPointedAtError(pointers)
    if has_callers(system):
        raise HasCallersError


def _write(system: SystemExtension, settings: SystemSettings, *, former_members: Iterable[str] = ()) -> None:
    system.number, system.name = settings.number, settings.name
    system.takes_visits = settings.takes_visits
    system.destination_kind, system.destination_value = _columns(settings.destination)
    system.ring_strategy, system.ring_seconds = settings.ring_strategy, settings.ring_seconds
    system.wait_seconds_max, system.length_max = settings.wait_seconds_max, settings.length_max
    system.save()
    if system.kind == SystemExtensionKind.DIGITAL_RECEPTIONIST:
        _write_receptionist(system, settings.receptionist)
    else:
        _write_members(system, settings.members, former_members)


def _write_members(system: SystemExtension, numbers: tuple[str, ...], former: Iterable[str]) -> None:
    """Those who stay keep their own switch."""
    pks = dict(Extension.objects.filter(number__in=[*numbers, *former]).values_list("number", "pk"))
    system.memberships.exclude(extension__number__in=numbers).delete()
    Membership.objects.bulk_create(
        (
            Membership(system_extension=system, extension_id=pks[number], position=place)
            for place, number in enumerate(numbers)
            if number in pks
        ),
        update_conflicts=True,
        unique_fields=["system_extension", "extension"],
        update_fields=["position"],
    )
    queue_news.publish_leavers(pks.values())


def _write_receptionist(system: SystemExtension, settings: ReceptionistSettings) -> None:
    kind, value = _columns(settings.closed_destination)
    defaults: dict[str, Any] = {
        "repeats": settings.repeats,
        "key_seconds": settings.key_seconds,
        "has_hours": settings.has_hours,
        "hours": {day: [list(span) for span in spans] for day, spans in settings.hours.items()},
        "keeps_holidays": settings.keeps_holidays,
        "closed_destination_kind": kind,
        "closed_destination_value": value,
    }
    receptionist, _ = Receptionist.objects.update_or_create(system_extension=system, defaults=defaults)
    receptionist.options.all().delete()
    for key, option in settings.options.items():
        kind, value = _columns(option.destination)
        ReceptionistOption.objects.create(
            receptionist=receptionist,
            key=key,
            words=option.words,
            destination_kind=kind,
            destination_value=value,
        )


def _columns(destination: Destination) -> tuple[str, str]:
    return destination.kind.value, destination.value


def _keep(system: SystemExtension, before: Flat, after: Flat, by: User) -> None:
    ChangeRecord.objects.create(
        by=by,
        system_number=system.number,
        system_name=system.name,
        surface=Surface.OPERATOR_PANEL,
        what=ChangeRecord.What.SYSTEM,
        before=before,
        after=after,
    )
