"""Keeps with a call how its sound arrived, as the window that carries a leg reports it now and then."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from presence.domain.call_quality import Sample, Summary
from presence.models import CallLeg, CallQuality, Extension
from presence.models.sole import sole
from presence.services.call_rows import CallGoneError, locked_call

# The last report follows the end of the call.
_LATE = timedelta(seconds=60)


@transaction.atomic
def keep_quality(*, call_id: UUID, extension: Extension, window: str, samples: Sequence[Sample]) -> None:
    """Add what this window has heard since its last report. CallGoneError when it carries no leg of the call."""
    locked_call(call_id)
    is_fresh = Q(ended_at=None) | Q(ended_at__gt=timezone.now() - _LATE)
    leg = CallLeg.objects.filter(is_fresh, call_id=call_id, extension=extension, window=window).last()
    if leg is None or leg.answered_at is None:
        raise CallGoneError
    kept = sole(CallQuality.objects.filter(leg=leg))
    summary = (summary_of(kept) if kept is not None else Summary()).with_samples(samples)
    CallQuality.objects.update_or_create(leg=leg, defaults=asdict(summary))


def summary_of(kept: CallQuality) -> Summary:
    figures = {field.name: getattr(kept, field.name) for field in fields(Summary)}
    return Summary(**{**figures, "course": tuple(kept.course)})
