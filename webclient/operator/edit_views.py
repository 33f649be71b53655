"""Edit one extension or many: the form, and what becomes of it when it is sent on to the preview."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from presence.domain.extension_settings import Value, recommended_values
from presence.models import Extension, User
from presence.selectors.asterisk import has_trunk
from presence.selectors.history import last_settings_change
from presence.selectors.phones import registered_phones
from presence.services.bulk_edit import draft_edit
from webclient.last_change import LastChange
from webclient.operator.access import CHANGE_EXTENSIONS, VIEW_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.edit_controls import STATUS_KEYS, Edited
from webclient.operator.edit_form import EditForm
from webclient.operator.own_rules import SettingsOfMany
from webclient.operator.phone_system import phone_system
from webclient.operator.selection import Selection, selection_of
from webclient.status_line import status_line
from webclient.views.status_settings import extensions_like

NAMED_MAX = 12  # of those selected, on the edit page


@require_safe
@operator_required(VIEW_EXTENSIONS)
def extension_choices(request: OperatorRequest) -> HttpResponse:
    """The first extensions whose number or name has what was typed."""
    return JsonResponse({"extensions": extensions_like(request.GET.get("q", ""))})


@require_safe
@operator_required(VIEW_EXTENSIONS, CHANGE_EXTENSIONS)
def edit_one(request: OperatorRequest, number: str) -> HttpResponse:
    extension = get_object_or_404(
        Extension.objects.select_related("department", "user", "status_set_by__extension"), number=number
    )
    return _page(request, Selection([extension]))


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(VIEW_EXTENSIONS, CHANGE_EXTENSIONS)
def edit_many(request: OperatorRequest) -> HttpResponse:
    """Whoever was selected in the list. Reloaded, the page has forgotten them: back to the list."""
    if request.method != "POST":
        return redirect("operator-extensions")
    selection = selection_of(request.POST)
    if len(selection.extensions) == 1 and not selection.gone:
        return redirect("operator-extension", number=selection.extensions[0].number)
    return _page(request, selection) if selection.extensions else _nobody(request, selection)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(VIEW_EXTENSIONS, CHANGE_EXTENSIONS)
def preview(request: OperatorRequest) -> HttpResponse:
    """What was asked for, by the form or by one of the list's buttons, becomes a draft that its own page shows."""
    if request.method != "POST":
        return redirect("operator-extensions")
    selection = selection_of(request.POST)
    if not selection.extensions:
        return _nobody(request, selection)
    asked = _prepared(request.POST)
    if asked is None:
        form = EditForm(_edited(selection), request.POST)
        if not form.is_valid():
            return _page(request, selection, form, http_status=422)
        asked = form.request
    tell_gone(request, selection)
    draft = draft_edit(selection.extensions, asked, by=request.user)
    return redirect("operator-draft", draft_id=draft.pk)


def tell_gone(request: OperatorRequest, selection: Selection) -> None:
    if selection.gone:
        words = ngettext(
            "%(count)s of the extensions you had selected is no longer there.",
            "%(count)s of the extensions you had selected are no longer there.",
            selection.gone,
        )
        messages.warning(request, words % {"count": selection.gone})


def _prepared(sent: QueryDict) -> dict[str, Value] | None:
    """The requests that need no form."""
    match sent.get("prepared"):
        case "template":
            return {key: None for keys in STATUS_KEYS.values() for key in keys}
        case "recommended":
            return recommended_values()
    return None


def _edited(selection: Selection) -> Edited:
    return Edited(selection.extensions, SettingsOfMany.of(selection.extensions))


def _nobody(request: OperatorRequest, selection: Selection) -> HttpResponse:
    tell_gone(request, selection)
    messages.error(request, _("Nobody is selected. Tick the extensions to edit first."))
    return redirect("operator-extensions")


def _page(
    request: OperatorRequest, selection: Selection, form: EditForm | None = None, *, http_status: int = 200
) -> HttpResponse:
    form = form or EditForm(_edited(selection))
    if http_status == 200:
        tell_gone(request, selection)
    context = {
        "form": form,
        "one": form.edited.one,
        "one_line": status_line(form.edited.one) if form.edited.one else None,
        "selection": selection,
        "count": len(selection.extensions),
        "named": selection.extensions[:NAMED_MAX],
        "others": max(0, len(selection.extensions) - NAMED_MAX),
        "last_change": _last_change(form, request.user),
        "problems": list(form.problems()) if form.is_bound else [],
        "is_without_line": not has_trunk(),
        "phones": registered_phones(form.edited.one) if form.edited.one else [],
        "system": phone_system(),
        "operator_item": "extensions",
    }
    return render(request, "operator/edit.html", context, status=http_status)


def _last_change(form: EditForm, viewer: User) -> LastChange | None:
    """Of the only one; what was last changed of many is no one thing."""
    return LastChange.of(last_settings_change(form.edited.one.number), viewer) if form.edited.one else None
