"""The leases of call legs: a window that has a part in a call and lives says so every few seconds."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from presence.models import CallLeg
from presence.services.call_rows import open_legs

Part = tuple[UUID, int | None, str]  # the call, the extension's id (None: a leg without one), the window


@transaction.atomic
def renew_leases(parts: Collection[Part]) -> None:
    """These windows live. Two queries, however many they are.

    A window renews the leg that it carries and, while the callee rings in all their windows, the callee's.
    """
    carried, rung = set(parts), {(call_id, extension_id) for call_id, extension_id, _ in parts}
    legs = without_waiting(open_legs().filter(call__in={call_id for call_id, _ in rung}))
    alive = [
        pk
        for pk, call_id, extension_id, window in legs.values_list("pk", "call_id", "extension_id", "window")
        if (call_id, extension_id, window) in carried or (not window and (call_id, extension_id) in rung)
    ]
    if alive:
        open_legs().filter(pk__in=alive).update(alive_at=timezone.now())


def without_waiting(legs: QuerySet[CallLeg]) -> QuerySet[CallLeg]:
    """These legs, locked, but those that somebody is changing just now: their turn is the next time.

    They are legs of many calls, whose locks are not held: who waited for one could be waited for because of another.
    """
    return legs.select_for_update(skip_locked=True)
