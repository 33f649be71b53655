"""The leases of call legs: a window that has a part in a call and lives says so every few seconds."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from presence.services.call_rows import open_legs

Part = tuple[UUID, int | None, str]  # the call, the extension's id (None: a leg without one), the window


@transaction.atomic
def renew_leases(parts: Collection[Part]) -> None:
    """These windows live. Two queries, however many they are.

    A window renews the leg that it carries and, while the callee rings in all their windows, the callee's.
    """
    carried, rung = set(parts), {(call_id, extension_id) for call_id, extension_id, _ in parts}
    # These are legs of many calls, whose locks are not held: whoever changes one just now must not be waited for. That
    # leg is renewed the next time.
    legs = open_legs().select_for_update(skip_locked=True).filter(call__in={call_id for call_id, _ in rung})
    alive = [
        pk
        for pk, call_id, extension_id, window in legs.values_list("pk", "call_id", "extension_id", "window")
        if (call_id, extension_id, window) in carried or (not window and (call_id, extension_id) in rung)
    ]
    if alive:
        open_legs().filter(pk__in=alive).update(alive_at=timezone.now())
