"""The company's policy for calls to the outside: superusers only, for a wrong one can cost money."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from phonenumbers import SUPPORTED_REGIONS, country_code_for_region

from presence.models import Company
from presence.selectors.settings import company
from presence.services.company import PolicyChangedError, save_policy
from webclient.operator.access import OperatorRequest, operator_required


class PolicyForm(forms.Form):
    """Countries are typed as codes; `seen` is the policy that the sender saw."""

    external_forwarding = forms.BooleanField(
        label=gettext_lazy("Calls may be forwarded to the outside"), required=False
    )
    countries = forms.CharField(
        label=gettext_lazy("Countries whose numbers may be called"),
        help_text=gettext_lazy("Two letters each, as in PL DE CZ. Numbers with special charges are never called."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        required=False,
    )

    def clean_countries(self) -> list[str]:
        codes = self.cleaned_data["countries"].upper().replace(",", " ").replace(";", " ").split()
        if unknown := [code for code in codes if code not in SUPPORTED_REGIONS]:
            raise forms.ValidationError(_("No such country: %(codes)s.") % {"codes": ", ".join(unknown)})
        return sorted(set(codes))


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required()
def policy(request: OperatorRequest) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied
    saved = company()
    if request.method != "POST":
        return _page(request, _form(saved), saved)
    form = _form(saved, request.POST)
    if not form.is_valid():
        return _page(request, form, saved, http_status=422)
    try:
        save_policy(
            external_forwarding=form.cleaned_data["external_forwarding"],
            countries=form.cleaned_data["countries"],
            expected=request.POST.get("seen", ""),
        )
    except PolicyChangedError:
        form.add_error(None, _("Not saved: somebody else changed it in the meantime. What is saved now stands below."))
        return _page(request, form, company(), http_status=409)
    messages.success(request, _("Saved. It is asked whenever a rule or a number is saved."))
    return redirect("operator-company")


def _form(saved: Company, sent: Any = None) -> PolicyForm:
    initial = {"external_forwarding": saved.external_forwarding, "countries": " ".join(saved.countries)}
    return PolicyForm(sent, initial=initial)


def _page(request: OperatorRequest, form: PolicyForm, saved: Company, *, http_status: int = 200) -> HttpResponse:
    context = {"form": form, "saved": saved, "allowed": _allowed(saved.countries), "operator_item": "company"}
    return render(request, "operator/company.html", context, status=http_status)


def _allowed(countries: Iterable[str]) -> list[tuple[str, int]]:
    """Each code with its calling code."""
    return [(code, country_code_for_region(code)) for code in countries]
