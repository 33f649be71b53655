"""The status menu under the avatar: one click switches, with or without a note and an end; and what goes with it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from presence.domain.vocabulary import Status
from presence.labels import STATUS_LABELS
from presence.selectors.status import following
from presence.services.status import BackRefusedError, go_back, set_status
from webclient.access import AuthenticatedRequest, extension_required
from webclient.forms.status import BackForm, StatusForm
from webclient.page_address import is_own_page
from webclient.status_end import StatusEnd
from webclient.status_words import QUESTIONS
from webclient.surfaces import pages_of

_REMINDED_BEFORE = timedelta(minutes=3)  # the script asks two minutes before


@require_POST
@extension_required
def switch_status(request: AuthenticatedRequest) -> HttpResponse:
    if "back" in request.POST:
        return _back(request)
    form = StatusForm(request.POST, present_end=request.extension.status_until)
    if not form.is_valid():
        return _refusal(request, form)
    surface = form.cleaned_data["surface"]
    set_status(extension=request.extension, by=request.user, surface=surface, **form.change)
    return _answer(request)


def _back(request: AuthenticatedRequest) -> HttpResponse:
    form = BackForm(request.POST)
    if not form.is_valid():
        return _answer(request, http_status=422)
    record, surface = form.cleaned_data["back"], form.cleaned_data["surface"]
    try:
        go_back(extension=request.extension, record=record, by=request.user, surface=surface)
    except BackRefusedError:
        return _answer(request, http_status=409)
    return _answer(request)


def _refusal(request: AuthenticatedRequest, form: StatusForm) -> HttpResponse:
    """What was typed stays, with what is wrong beside it."""
    zone = str(form.data.get("time_zone", ""))
    asked = any(form[name].value() for name in ("end", "end_time", "note"))
    context = {"status_end": StatusEnd.of(form, request.extension, zone), "status_end_open": asked}
    if request.headers.get("HX-Request"):
        return render(request, "status/_menu.html", context, status=422)
    return _page(request, context, http_status=422)


def _answer(request: AuthenticatedRequest, http_status: int = 200) -> HttpResponse:
    """The menu and the own row as they are now; the menu knows from which surface it was sent."""
    if request.headers.get("HX-Request"):
        return render(request, "status/_menu.html", {"is_answer": True}, status=http_status)
    return redirect(page_before(request, pages_of(request).home))


@require_safe
@extension_required
def status_end(request: AuthenticatedRequest) -> HttpResponse:
    """The controls for the open menu; without script, a page with everything."""
    controls = StatusEnd.fresh(request.extension, request.GET.get("time_zone", ""))
    context = {"status_end": controls, "form_id": "status-form"}
    if request.headers.get("HX-Request"):
        return render(request, "status/_end.html", context)
    return _page(request, context)


def _page(request: AuthenticatedRequest, context: dict[str, Any], http_status: int = 200) -> HttpResponse:
    context |= {"form_id": "status-page-form", "status_end_open": False}
    return render(request, "status/end.html", context, status=http_status)


@require_safe
@extension_required
def status_reminder(request: AuthenticatedRequest) -> HttpResponse:
    """Shortly before the end: stay, a little more, or back now. Nothing where nothing ends soon."""
    now, until = timezone.now(), request.extension.status_until
    if until is None or not now < until <= now + _REMINDED_BEFORE:
        return HttpResponse(status=204)
    status, note = following(request.extension)
    context = {
        "next_status": status,
        "next_label": STATUS_LABELS[status],
        "next_note": note,
        "until": str(int(until.timestamp())),
    }
    return render(request, "status/_reminder.html", context)


@require_safe
@extension_required
def status_question(request: AuthenticatedRequest) -> HttpResponse:
    """Who makes a call is there: set Available? A deliberate Do Not Disturb is not asked about."""
    question = QUESTIONS.get(Status(request.extension.status))
    if question is None:
        return HttpResponse(status=204)
    return render(request, "status/_question.html", {"question": question})


def page_before(request: AuthenticatedRequest, otherwise: str = "people") -> str:
    """Without script, back to the page whose form was used; the page of a status with an end has done its work."""
    referer = request.headers.get("Referer", "")
    if not is_own_page(request, referer) or urlsplit(referer).path == reverse(pages_of(request).status_end):
        return otherwise
    return referer
