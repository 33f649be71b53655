"""Which browser windows can ring. A registration is a lease of a server process and void when that stops beating."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from presence import hub
from presence.models import Extension, Registration, ServerProcess
from presence.models.sole import sole
from presence.services.queue_news import publish_members

Window = tuple[str, str]  # the extension's number, the window's id


def beat(epoch: str) -> None:
    """This process lives."""
    ServerProcess.objects.update_or_create(epoch=epoch, defaults={"beat_at": timezone.now()})


@transaction.atomic
def register(*, extension: Extension, window: str, epoch: str) -> None:
    """A window of `extension` opened its phone socket on the process `epoch`; a returning window keeps its place."""
    process, _ = ServerProcess.objects.get_or_create(epoch=epoch)
    locked = Extension.objects.select_for_update().get(pk=extension.pk)
    was_registered = Registration.objects.filter(extension=locked).exists()
    Registration.objects.update_or_create(
        extension=locked, window=window, defaults={"process": process, "connected_at": timezone.now()}
    )
    if not was_registered:
        _changed([locked.pk])


@transaction.atomic
def unregister(*, extension: Extension, window: str, epoch: str) -> None:
    """A window closed its socket. A window that has meanwhile registered on another process stays registered."""
    locked = Extension.objects.select_for_update().get(pk=extension.pk)
    gone, _ = Registration.objects.filter(extension=locked, window=window, process__epoch=epoch).delete()
    if gone and not Registration.objects.filter(extension=locked).exists():
        _changed([locked.pk])


def reconcile(*, epoch: str, open_windows: Collection[Window], closed_windows: Collection[Window]) -> None:
    """Let the registrations of the process `epoch` be what its sockets say.

    A process that slept too long was buried by the others although its sockets live; a socket whose end was never told
    left a ghost.
    """
    for number, window in set(open_windows) - windows_of(epoch):
        if extension := sole(Extension.objects.filter(number=number, is_enabled=True)):
            register(extension=extension, window=window, epoch=epoch)
    for number, window in closed_windows:
        unregister(extension=Extension.objects.get(number=number), window=window, epoch=epoch)


def windows_of(epoch: str) -> set[Window]:
    """Every window that the process `epoch` holds a registration of."""
    return set(Registration.objects.filter(process__epoch=epoch).values_list("extension__number", "window"))


@transaction.atomic
def drop_processes(epochs: Collection[str]) -> None:
    """These processes are dead, and with them every registration they held."""
    held = set(Registration.objects.filter(process__epoch__in=epochs).values_list("extension_id", flat=True))
    # In the order of a window that comes back just now: first the extension, then its registrations.
    list(Extension.objects.select_for_update().filter(pk__in=held).order_by("pk").values_list("pk"))
    ServerProcess.objects.filter(epoch__in=epochs).delete()
    still = set(Registration.objects.filter(extension__in=held).values_list("extension_id", flat=True))
    _changed(held - still)


def _changed(extension_ids: Collection[int]) -> None:
    changed = Extension.objects.filter(pk__in=extension_ids)
    changed.update(version=F("version") + 1)
    hub.publish_presence(list(changed.values_list("number", flat=True)))
    publish_members(extension_ids)
