"""The calls that somebody missed since they last looked at their call log: how many, and that they have looked."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import CallState, Reason
from presence.models import CallLeg, Extension

# Rang here, and nobody did anything about it.
MISSED_REASONS = (Reason.NO_ANSWER, Reason.CANCELLED)
_RINGS_AT_MOST = timedelta(hours=1)


def missed_count(extension: Extension) -> int:
    """A call of a queue or ring group that a colleague answered was missed by nobody."""
    legs = CallLeg.objects.filter(
        extension=extension,
        started_at__gt=extension.calls_seen_at - _RINGS_AT_MOST,  # what the index of an extension's legs goes by
        role=CallLeg.Role.CALLEE,
        state=CallState.ENDED,
        answered_at=None,
        end_reason__in=MISSED_REASONS,
        ended_at__gt=extension.calls_seen_at,
    )
    return legs.exclude(Q(rung_for__isnull=False) & Q(call__answered_at__isnull=False)).count()


@transaction.atomic
def see_calls(*, extension: Extension) -> None:
    """The holder has looked at the call log; their windows count anew. `extension` is refreshed in place."""
    if not missed_count(extension):
        return
    extension.calls_seen_at = timezone.now()
    extension.save(update_fields=["calls_seen_at"])
    hub.publish_to_windows(extension.number, {"type": "missed", "count": 0})
