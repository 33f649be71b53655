"""The company's policy: outside calls, the public call page, pick-up, clock and holidays. Superusers only, for a wrong
one can cost money.
"""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods
from phonenumbers import country_code_for_region

from presence.models import Company
from presence.selectors.settings import company
from presence.services.company import PolicyChangedError, policy_of, policy_version, save_policy
from webclient.operator.access import OperatorRequest, operator_required
from webclient.operator.company_form import PICK_UP_LABELS, PolicyForm
from webclient.operator.countries import country_choices
from webclient.operator.phone_system import phone_system


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required()
def policy(request: OperatorRequest) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied
    saved = company()
    if request.method != "POST":
        return _page(request, PolicyForm(saved), saved)
    form = PolicyForm(saved, request.POST)
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return _page(request, form, saved, seen=seen, http_status=422)
    try:
        save_policy(policy=form.policy(), expected=seen)
    except PolicyChangedError:
        form.add_error(None, _("Not saved: somebody else changed it in the meantime. What is saved now stands below."))
        return _page(request, form, company(), http_status=409)
    messages.success(request, _("Saved. It is asked whenever a rule or a number is saved."))
    return redirect("operator-company")


def _page(
    request: OperatorRequest, form: PolicyForm, saved: Company, *, seen: str = "", http_status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "saved": saved,
        "seen": seen or policy_version(policy_of(saved)),
        "allowed": _allowed(saved.countries),
        "is_conflict": http_status == 409,
        "pick_up": PICK_UP_LABELS.get(policy_of(saved).pick_up, ""),
        "holidays": dict(country_choices()).get(saved.holidays_of, pgettext("a value", "none")),
        "system": phone_system(),
        "operator_item": "company",
    }
    return render(request, "operator/company.html", context, status=http_status)


def _allowed(countries: Iterable[str]) -> list[tuple[str, int]]:
    """Each code with its calling code."""
    return [(code, country_code_for_region(code)) for code in countries]
