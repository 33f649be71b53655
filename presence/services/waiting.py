"""A call that waits no more leaves its queue, its digital receptionist and its parking slot: whatever answers, ends or
sends on a call says so here, in its own transaction. The members are told, and the callers whose place has changed.
"""

from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import SystemExtensionKind
from presence.models import Call, CallLeg, ParkedCall, QueueEntry, ReceptionistTurn
from presence.services.queue_news import publish_line


def is_waiting(call: str) -> Q:
    """Whether the call that this name leads to stands in a line, listens to a menu or is parked; for `annotate`."""
    return (
        Q(Exists(QueueEntry.objects.filter(call=OuterRef(call), left_at=None)))
        | Q(Exists(ReceptionistTurn.objects.filter(call=OuterRef(call))))
        | Q(Exists(ParkedCall.objects.filter(call=OuterRef(call))))
    )


def stop_waiting(call: Call) -> None:
    """`call`, which is locked, leaves the line it stands in, the menu it listens to and its parking slot, if any."""
    ReceptionistTurn.objects.filter(call=call).delete()
    if ParkedCall.objects.filter(call=call).delete()[0]:
        hub.publish_parked()
    for entry in QueueEntry.objects.filter(call=call, left_at=None).select_related("queue"):
        QueueEntry.objects.filter(pk=entry.pk).update(left_at=timezone.now())
        publish_line(entry.queue)
        # After the commit: two calls that leave at once would wait for each other's rows.
        transaction.on_commit(partial(_tell_those_behind, entry), robust=True)


def tell_ring_groups(legs: list[CallLeg]) -> None:
    """These legs of a call, which were rung, ring no more: the members of their ring group see fewer callers."""
    for group in {leg.rung_for for leg in legs if leg.rung_for is not None}:
        if group.kind == SystemExtensionKind.RING_GROUP:
            publish_line(group)


def _tell_those_behind(left: QueueEntry) -> None:
    line = QueueEntry.objects.filter(queue=left.queue_id, left_at=None)
    behind = line.filter(Q(joined_at__gt=left.joined_at) | Q(joined_at=left.joined_at, pk__gt=left.pk))
    for call_id in behind.values_list("call_id", flat=True):
        Call.objects.filter(pk=call_id).update(version=F("version") + 1)
        hub.publish_call(str(call_id))
