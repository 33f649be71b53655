"""/admin/system/: ring groups, queues and digital receptionists, listed, made, changed and deleted."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from presence import selectors
from presence.domain.vocabulary import SystemExtensionKind
from presence.labels import STATUS_LABELS, SYSTEM_EXTENSION_LABELS
from presence.models import Company, SystemExtension
from presence.models.sole import sole
from presence.selectors.settings import company
from presence.selectors.system_list import SystemRow, system_rows
from presence.selectors.system_settings import Pointers, has_callers, pointers_to, settings_of
from presence.services import system_extensions
from presence.services.people import NumberTakenError
from presence.services.system_greetings import WhichGreeting, own_greeting
from webclient.operator.access import OperatorRequest, operator_required
from webclient.operator.history_words import value_differences
from webclient.operator.system_form import SystemForm
from webclient.operator.system_hours import next_holidays, open_now
from webclient.operator.system_words import numbers_in_system
from webclient.rule_words import destination_label
from webclient.views.visit_button import button_snippet

VIEW = "presence.view_systemextension"
ADD = "presence.add_systemextension"
CHANGE = "presence.change_systemextension"
DELETE = "presence.delete_systemextension"


@require_safe
@operator_required(VIEW)
def system_list(request: OperatorRequest) -> HttpResponse:
    rows = system_rows()
    names = selectors.names_of({row.destination.value for row in rows} - {""})
    of = company()
    context = {
        "rows": [
            (row, SYSTEM_EXTENSION_LABELS[row.kind], destination_label(row.destination, names), _open_now(row, of))
            for row in rows
        ],
        "kinds": SYSTEM_EXTENSION_LABELS.items(),
        "operator_item": "system",
    }
    return render(request, "operator/systems.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(ADD)
def system_new(request: OperatorRequest, kind: str) -> HttpResponse:
    if kind not in list(SystemExtensionKind):
        raise Http404
    wanted = SystemExtensionKind(kind)
    if request.method != "POST":
        return _page(request, SystemForm(wanted, None))
    form = SystemForm(wanted, None, request.POST)
    if not form.is_valid():
        return _page(request, form, http_status=422)
    try:
        system = system_extensions.create_system(kind=wanted, settings=form.settings, by=request.user)
    except NumberTakenError as taken:
        form.add_error("number", _("%(holder)s has this number already.") % {"holder": taken.holder})
        return _page(request, form, http_status=422)
    messages.success(request, _("Saved."))
    return redirect("operator-system", number=system.number)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(CHANGE)
def system_edit(request: OperatorRequest, number: str) -> HttpResponse:
    system = get_object_or_404(SystemExtension, number=number)
    kind = SystemExtensionKind(system.kind)
    if request.method != "POST":
        return _page(request, SystemForm(kind, settings_of(system)), system)
    form = SystemForm(kind, settings_of(system), request.POST)
    if not form.is_valid():
        return _page(request, form, system, http_status=422)
    try:
        system_extensions.save_system(
            system=system, settings=form.settings, expected=_version(request), by=request.user
        )
    except system_extensions.SystemChangedError:
        return _conflict(request, kind, number)
    except NumberTakenError as taken:
        form.add_error("number", _("%(holder)s has this number already.") % {"holder": taken.holder})
    except system_extensions.StillPointedAtError as error:
        words = ", ".join(pointer_words(error.pointers))
        form.add_error("number", _("Calls are sent to the number it has now by: %(pointers)s.") % {"pointers": words})
    except system_extensions.HasCallersError:
        form.add_error("number", _("There are callers now. Change the number when they are gone."))
    if form.errors:
        return _page(request, form, system, http_status=422)
    messages.success(request, _("Saved."))
    return redirect("operator-system", number=form.settings.number)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(DELETE)
def system_delete(request: OperatorRequest, number: str) -> HttpResponse:
    """Asks once; what calls are still sent to is not deleted at all."""
    system = get_object_or_404(SystemExtension, number=number)
    http_status = 200
    if request.method == "POST":
        try:
            system_extensions.delete_system(system=system, expected=_version(request), by=request.user)
        except (
            system_extensions.SystemChangedError,
            system_extensions.StillPointedAtError,
            system_extensions.HasCallersError,
        ):
            http_status = 409
            system = get_object_or_404(SystemExtension, number=number)
        else:
            messages.success(request, _("Deleted: %(name)s.") % {"name": system})
            return redirect("operator-systems")
    pointers = pointers_to(number)
    context = {
        "system": system,
        "pointers": pointers,
        "extensions": [
            (extension, ", ".join(str(STATUS_LABELS[status]) for status in statuses))
            for extension, statuses in pointers.extensions.items()
        ],
        "has_callers": has_callers(system),
        "is_refused": http_status == 409,
        "operator_item": "system",
    }
    return render(request, "operator/system_delete.html", context, status=http_status)


def pointer_words(pointers: Pointers) -> list[str]:
    """Who sends calls there: "102 Piotr Adamiak (Away)", a template, another system extension."""
    words = [
        f"{extension} ({', '.join(str(STATUS_LABELS[status]) for status in statuses)})"
        for extension, statuses in pointers.extensions.items()
    ]
    words += [
        _("the template of %(department)s") % {"department": department} if department else _("the company's template")
        for department in pointers.departments
    ]
    return [*words, *map(str, pointers.systems)]


def _conflict(request: OperatorRequest, kind: SystemExtensionKind, number: str) -> HttpResponse:
    """What was typed stays; what is saved now is shown beside it, and the next save knows of it."""
    system = sole(SystemExtension.objects.filter(number=number))
    if system is None:
        messages.error(request, _("Not saved: another operator has deleted %(number)s.") % {"number": number})
        return redirect("operator-systems")
    form = SystemForm(kind, settings_of(system), request.POST)
    form.is_valid()
    saved, sent = form.differences()
    if not sent:
        return redirect("operator-system", number=number)
    names = selectors.names_of(numbers_in_system(saved) | numbers_in_system(sent))
    return _page(request, form, system, http_status=409, conflict=value_differences(saved, sent, names))


def _page(
    request: OperatorRequest,
    form: SystemForm,
    system: SystemExtension | None = None,
    *,
    http_status: int = 200,
    conflict: Any = None,
) -> HttpResponse:
    kind_label = SYSTEM_EXTENSION_LABELS[form.kind]
    context: dict[str, Any] = {
        "form": form,
        "kind": form.kind.value,
        "kind_label": kind_label,
        "system": system,
        # Refused, the page keeps naming the version that the sender saw; told of a conflict, the saved one.
        "version": system.version if system and (http_status != 422) else request.POST.get("version", ""),
        "conflict": conflict,
        "operator_item": "system",
    }
    if form.kind is SystemExtensionKind.DIGITAL_RECEPTIONIST:
        context |= _receptionist_context(form, system)
    if system is not None:
        visit = request.build_absolute_uri(reverse("visit", args=[system.number]))
        button = request.build_absolute_uri(reverse("visit-button", args=[system.number]))
        company_takes_visits = company().takes_visits
        context |= {
            "visit": visit,
            "snippet": button_snippet(button),
            "company_takes_visits": company_takes_visits,
            "may_delete": request.user.has_perm(DELETE),
        }
    return render(request, "operator/system.html", context, status=http_status)


def _receptionist_context(form: SystemForm, system: SystemExtension | None) -> dict[str, Any]:
    of, now = company(), timezone.now()
    context: dict[str, Any] = {
        "holidays": next_holidays(of),
        "time_zone": of.time_zone,
        "company_time": now.astimezone(ZoneInfo(of.time_zone)),
    }
    if system is None or form.saved is None:
        return context
    greetings = [(which.value, own_greeting(system, which)) for which in WhichGreeting]
    return context | {"open_now": open_now(form.saved.receptionist, of, now), "greetings": greetings}


def _open_now(row: SystemRow, of: Company) -> bool | None:
    """None: it has no opening hours."""
    return open_now(row.hours, of, timezone.now()).is_open if row.hours and row.hours.has_hours else None


def _version(request: OperatorRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
