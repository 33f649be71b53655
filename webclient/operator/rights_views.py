"""What a department shows to the others: statuses, calls, and to whom everything."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from presence.domain.vocabulary import Sight
from presence.models import Department
from presence.services.rights import SHOWN_ALL, SHOWN_TO_OTHERS, save_rights
from webclient.operator.access import OperatorRequest, operator_required
from webclient.operator.rights_words import RIGHTS_LABELS, SIGHT_HINTS, SIGHT_LABELS

_GONE = gettext_lazy("One of these departments is gone. Choose again.")


class RightsForm(forms.Form):
    """One department's rights; the others are offered as those that see everything all the same."""

    shown_to_others = forms.ChoiceField(
        label=RIGHTS_LABELS[SHOWN_TO_OTHERS],
        choices=[(sight.value, label) for sight, label in SIGHT_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what they see."),
            "invalid_choice": gettext_lazy("Choose one of the three."),
        },
    )

    def __init__(self, department: Department, sent: Any = None) -> None:
        saved = {"shown_to_others": department.shown_to_others, "shown_all": department.shown_all.all()}
        super().__init__(sent, initial=saved)
        self.fields["shown_all"] = forms.ModelMultipleChoiceField(
            label=RIGHTS_LABELS[SHOWN_ALL],
            queryset=Department.objects.exclude(pk=department.pk),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            error_messages={"invalid_choice": _GONE, "invalid_pk_value": _GONE},
        )

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong with it)."""
        for name in self.fields:
            for error in self.errors.get(name, ()):
                yield f"{self[name].auto_id}_0", f"{self[name].label}: {error}"


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required("presence.change_department")
def department_rights(request: OperatorRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    form = RightsForm(department, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, department, form)
    save_rights(
        department=department,
        shown_to_others=Sight(form.cleaned_data["shown_to_others"]),
        shown_all=list(form.cleaned_data["shown_all"]),
        by=request.user,
    )
    messages.success(request, _("Saved. It holds at once in every open window."))
    return redirect("operator-departments")


def _page(request: OperatorRequest, department: Department, form: RightsForm) -> HttpResponse:
    context = {
        "department": department,
        "form": form,
        "sights": list(zip(form["shown_to_others"], SIGHT_HINTS.values(), strict=True)),
        "operator_item": "departments",
    }
    return render(request, "operator/department_rights.html", context, status=422 if form.errors else 200)
