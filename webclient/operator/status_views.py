"""An operator sets the status of one or many others, with a note."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from presence.domain.vocabulary import Status, Surface
from presence.labels import STATUS_LABELS
from presence.services.status import set_statuses
from webclient.forms.status import EndForm
from webclient.operator.access import CHANGE_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.selection import Selection, selection_of
from webclient.status_end import StatusEnd

_NAMES_SHOWN = 12


class OthersStatusForm(EndForm):
    """Without `time_zone` a time is the company's: it is one for all who are selected."""

    status = forms.TypedChoiceField(
        label=gettext_lazy("Status"),
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        coerce=Status,
        widget=forms.RadioSelect,
    )


@require_POST
@operator_required(CHANGE_EXTENSIONS)
def set_status(request: OperatorRequest) -> HttpResponse:
    """The selection of the list leads to a form; the form comes here again with a status."""
    selection = selection_of(request.POST)
    if not selection.extensions:
        messages.error(request, _("Nobody is selected."))
        return redirect("operator-extensions")
    if "confirmed" not in request.POST:
        return _page(request, selection, OthersStatusForm())
    form = OthersStatusForm(request.POST)
    if not form.is_valid():
        return _page(request, selection, form)
    changed = set_statuses(
        extensions=selection.extensions, by=request.user, surface=Surface.OPERATOR_PANEL, **form.change
    )
    words = ngettext(
        "The status of %(count)d extension was set.", "The status of %(count)d extensions was set.", changed
    )
    messages.success(request, words % {"count": changed})
    return redirect("operator-extensions")


def _page(request: OperatorRequest, selection: Selection, form: OthersStatusForm) -> HttpResponse:
    shown = selection.extensions[:_NAMES_SHOWN]
    context = {
        "form": form,
        "status_end": StatusEnd.of(form),
        "selection": selection,
        "shown": shown,
        "more": len(selection.extensions) - len(shown),
        "operator_item": "extensions",
    }
    return render(request, "operator/set_status.html", context, status=422 if form.is_bound else 200)
