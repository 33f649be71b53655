"""The call log's reads: the calls in which an extension took part, newest first, each with its legs and trail."""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q

from presence.models import Call, CallLeg, CallStep, Extension

PAGE_LENGTH = 50

# The last call of the page before: where the next one begins, however many calls came meanwhile.
Cursor = tuple[datetime, UUID]


def calls_of(extension: Extension, before: Cursor | None = None) -> tuple[list[Call], Cursor | None]:
    """A page of calls and where the next one begins (None: it was the last). Four queries.

    A call belongs to an extension that made it, was rung by it, or whose rules were asked about it.
    """
    # By key, not by EXISTS: the calls of one extension are few, those of the company may be millions.
    took_part = Q(pk__in=CallLeg.objects.filter(extension=extension).values("call"))
    was_asked = Q(pk__in=CallStep.objects.filter(number=extension.number).values("call"))
    calls = Call.objects.filter(took_part | was_asked).order_by("-started_at", "-pk")
    if before is not None:
        moment, pk = before
        calls = calls.filter(Q(started_at__lt=moment) | Q(started_at=moment, pk__lt=pk))
    calls = calls.select_related("voicemail", "sent_by", "continues").prefetch_related(
        "steps",
        Prefetch("legs", CallLeg.objects.select_related("extension", "rung_for", "quality", "charged_to")),
        Prefetch("continued_by", Call.objects.select_related("sent_by")),
    )
    page = list(calls[: PAGE_LENGTH + 1])
    if len(page) <= PAGE_LENGTH:
        return page, None
    last = page[PAGE_LENGTH - 1]
    return page[:PAGE_LENGTH], (last.started_at, last.pk)
