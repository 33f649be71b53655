"""The call log: each call of mine with its trail in words."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from presence.calls.log import Cursor, calls_of
from presence.services.missed_calls import see_calls
from webclient.access import AuthenticatedRequest, extension_required
from webclient.call_entries import CallEntry, call_entry

Day = tuple[date, list[CallEntry]]


@require_safe
@extension_required
def call_log(request: AuthenticatedRequest) -> HttpResponse:
    before = _cursor(request.GET.get("before", ""))
    calls, older = calls_of(request.extension, before)
    context = {
        "days": _by_day(call_entry(call, request.extension) for call in calls),
        "today": timezone.localdate(),
        "older": f"{older[0].isoformat()}_{older[1]}" if older else "",
        "is_first_page": before is None,
        "rail_item": "calls",
    }
    return render(request, "calls/log.html", context)


@require_POST
@extension_required
def see_call_log(request: AuthenticatedRequest) -> HttpResponse:
    """The log is before the holder's eyes: a page says so, because opening an address changes nothing."""
    see_calls(extension=request.extension)
    return HttpResponse(status=204)


def _by_day(entries: Iterable[CallEntry]) -> list[Day]:
    return [(day, list(of_day)) for day, of_day in groupby(entries, key=lambda entry: entry.day)]


def _cursor(text: str) -> Cursor | None:
    """Where a page begins; anything that is no cursor is the first page."""
    moment, _, pk = text.partition("_")
    try:
        cursor = datetime.fromisoformat(moment), UUID(pk)
    except ValueError:
        return None
    return cursor if timezone.is_aware(cursor[0]) else None
