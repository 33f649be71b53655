"""The members of queues and ring groups are told how many callers wait, and whether they themselves are logged in.

Called by whatever changes a line or a member: it reads after the commit, so that the last news is never the older one.
"""

import time
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from presence import hub
from presence.models import Extension, Membership, SystemExtension
from presence.selectors.queue_lines import QueueLine, lines_of_members
from presence.services.settings_news import with_open_windows


def publish_line(queue: SystemExtension) -> None:
    """Callers have come to this queue or ring group, or have gone: every member's windows are told."""
    pk = queue.pk
    transaction.on_commit(lambda: _tell(_members_of(pk)), robust=True)


def publish_member(extension: Extension) -> None:
    """What decides whether this extension is logged in has changed; nothing to tell to who is in no queue."""
    publish_members([extension.pk])


def publish_members(extension_ids: Iterable[int]) -> None:
    """The same for many, with as many queries as for one."""
    pks = set(extension_ids)
    if pks:
        transaction.on_commit(lambda: _tell(pks), robust=True)


def publish_leavers(extension_ids: Iterable[int]) -> None:
    """The same for those who are no longer members: who is left in no queue or ring group is told so, too."""
    pks = set(extension_ids)
    if pks:
        transaction.on_commit(lambda: _tell(pks, everybody=True), robust=True)


def queues_of(extension: Extension) -> list[dict[str, Any]]:
    """The queues and ring groups of one member as the windows get them."""
    lines = lines_of_members([extension.pk]).get(extension.number, [])
    return [line.to_wire() for line in lines]


def _members_of(queue_id: int) -> Collection[int]:
    return set(Membership.objects.filter(system_extension=queue_id).values_list("extension_id", flat=True))


def _tell(extension_ids: Collection[int], *, everybody: bool = False) -> None:
    members = Membership.objects.filter(extension__in=extension_ids).values_list("extension_id", flat=True)
    told = with_open_windows(extension_ids if everybody else members)
    if not told:
        return
    # Two who read at once may speak in the other order: a window passes over what was read earlier.
    read_at = time.time_ns() // 1_000_000
    found: dict[str, list[QueueLine]] = lines_of_members(told)
    if everybody:
        numbers = Extension.objects.filter(pk__in=told).values_list("number", flat=True)
        found = {number: [] for number in numbers} | found
    for number, lines in found.items():
        message = {"type": "queues", "queues": [line.to_wire() for line in lines], "read_at": read_at}
        hub.publish_to_windows(number, message)
