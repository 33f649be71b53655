"""The rules of one status on both surfaces of a person, and the extensions that a rule may name."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import RuleKind, Status, Surface
from presence.labels import ORIGIN_LABELS, STATUS_LABELS, SURFACE_LABELS
from presence.models import Extension
from presence.selectors import effective_profiles
from presence.services.forwarding import ProfileChangedError, save_profile
from webclient.access import AuthenticatedRequest, extension_required
from webclient.forms.status_settings import StatusSettingsForm
from webclient.fresh_password import FreshPassword
from webclient.last_change import LastChange
from webclient.saved_rules import last_change, saved_rules
from webclient.surfaces import pages_of

SUGGESTIONS_MAX = 20
_SEARCH_LENGTH_MAX = 40


@require_http_methods(["GET", "HEAD", "POST"])
@extension_required
def status_settings(request: AuthenticatedRequest, code: str) -> HttpResponse:
    status = _status(code)
    if request.method == "POST":
        return _save(request, status)
    profiles = effective_profiles(request.extension)
    sources = _copyable(status, {each: profile.kind for each, profile in profiles.items()})
    source = next((each for each in sources if each == request.GET.get("from")), None)
    suggested = profiles[source] if source else None
    surface = pages_of(request).surface
    saved = saved_rules(request.extension, status, surface, suggested)
    form = StatusSettingsForm(request.extension, saved, surface, suggested=suggested)
    return _page(request, status, form, {"sources": sources, "copied_from": STATUS_LABELS[source] if source else ""})


@require_safe
@extension_required
def extension_choices(request: AuthenticatedRequest) -> HttpResponse:
    """The first extensions whose number or name has what was typed."""
    return JsonResponse({"extensions": extensions_like(request.GET.get("q", ""), request.extension)})


def extensions_like(typed: str, owner: Extension | None = None) -> list[dict[str, str]]:
    """Numbers and names, without the owner's: nobody forwards calls to themselves."""
    text = typed.replace("\x00", "").strip()[:_SEARCH_LENGTH_MAX]
    # SQLite ignores the case of ASCII letters only; most names start with a capital.
    matches = Q(number__startswith=text) | Q(name__icontains=text) | Q(name__contains=text.title())
    others = Extension.objects.filter(matches, is_enabled=True)
    if owner is not None:
        others = others.exclude(pk=owner.pk)
    found = others.by_number().values_list("number", "name")[:SUGGESTIONS_MAX]
    return [{"number": number, "name": name} for number, name in found]


def _save(request: AuthenticatedRequest, status: Status) -> HttpResponse:
    form = _sent(request, status)
    if not form.is_valid():
        return _page(request, status, form, http_status=422)
    try:
        save_profile(
            extension=request.extension,
            status=status,
            destinations=form.destinations,
            ring_seconds=form.ring_seconds,
            switches=form.switches,
            expected_version=form.expected_version,
            by=request.user,
            surface=form.surface,
        )
    except ProfileChangedError:
        return _conflict(request, status)
    return _saved(request, status)


def _sent(request: AuthenticatedRequest, status: Status) -> StatusSettingsForm:
    surface = pages_of(request).surface
    saved = saved_rules(request.extension, status, surface)
    return StatusSettingsForm(request.extension, saved, surface, request.POST, password=FreshPassword(request))


def _conflict(request: AuthenticatedRequest, status: Status) -> HttpResponse:
    """Somebody else saved first: what was typed stays, with what is saved now beside it."""
    form = _sent(request, status)
    is_valid, differs = form.is_valid(), form.show_conflict()
    if is_valid and not differs:
        return _saved(request, status)  # both wrote the same
    change = last_change(request.extension, status)
    surface = SURFACE_LABELS[Surface(change.surface)] if change else ""
    is_own = change is not None and change.by == request.user
    context = {"change": change, "change_surface": surface, "change_is_own": is_own}
    return _page(request, status, form, context, http_status=409)


def _saved(request: AuthenticatedRequest, status: Status) -> HttpResponse:
    messages.success(request, _("Saved. Calls follow these rules from now on."))
    return redirect(pages_of(request).status_settings, code=status.value)


def _page(
    request: AuthenticatedRequest,
    status: Status,
    form: StatusSettingsForm,
    context: Mapping[str, Any] | None = None,
    *,
    http_status: int = 200,
) -> HttpResponse:
    columns = [(origin, ORIGIN_LABELS[origin], rules) for origin, rules in form.columns()]
    common = {
        "form": form,
        "columns": columns,
        "status": status,
        "status_label": STATUS_LABELS[status],
        "last_change": LastChange.of(last_change(request.extension, status), request.user),
        "rail_item": "settings",
    }
    return render(request, "settings/status.html", {**common, **(context or {})}, status=http_status)


def _status(code: str) -> Status:
    try:
        return Status(code)
    except ValueError as error:
        raise Http404 from error


def _copyable(status: Status, kinds: Mapping[Status, RuleKind]) -> dict[Status, StrOrPromise]:
    """The other statuses with the same conditions, by their labels."""
    return {each: label for each, label in STATUS_LABELS.items() if each is not status and kinds[each] is kinds[status]}
