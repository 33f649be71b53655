"""Templates: the rules that the company and each department give to extensions that have none of their own."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from presence import selectors
from presence.domain.forwarding import default_profile
from presence.domain.vocabulary import Status
from presence.labels import ORIGIN_LABELS, STATUS_LABELS
from presence.models import Department, Extension, TemplateSetting
from presence.models.sole import sole
from presence.selectors.asterisk import has_trunk
from presence.selectors.settings import templates
from presence.services.templates import TemplateChangedError, save_template, template_version
from webclient.operator.access import CHANGE_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.template_form import TemplateForm
from webclient.operator.template_layer import Layer
from webclient.operator.words import numbers_in

COMPANY = "company"
CHANGE_TEMPLATES = "presence.change_templatesetting"


@require_safe
@operator_required(CHANGE_EXTENSIONS, CHANGE_TEMPLATES)
def template_list(request: OperatorRequest) -> HttpResponse:
    departments = Department.objects.annotate(
        rules=Count("template_settings", distinct=True), people=Count("extensions", distinct=True)
    )
    context = {
        "departments": departments,
        "company_rules": TemplateSetting.objects.filter(department=None).count(),
        "people": Extension.objects.aggregate(all=Count("pk"), alone=Count("pk", filter=Q(department=None))),
        "operator_item": "templates",
    }
    return render(request, "operator/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(CHANGE_EXTENSIONS, CHANGE_TEMPLATES)
def template(request: OperatorRequest, whose: str) -> HttpResponse:
    department = _department(whose)
    if request.method != "POST":
        return _page(request, department, TemplateForm(_layer(department)))
    form = TemplateForm(_layer(department), request.POST.dict())
    if not form.is_valid():
        return _page(request, department, form, http_status=422)
    try:
        changed = save_template(department=department, values=form.values, expected=form.sent_version, by=request.user)
    except TemplateChangedError:
        return _conflict(request, department)
    return _saved(request, whose, changed)


def _conflict(request: OperatorRequest, department: Department | None) -> HttpResponse:
    """Another operator saved first: what was typed stays, with what is saved now beside it."""
    form = TemplateForm(_layer(department), request.POST.dict())
    is_valid, differs = form.is_valid(), form.show_conflict()
    if is_valid and not differs:
        return _saved(request, COMPANY if department is None else str(department.pk), 0)
    return _page(request, department, form, is_conflict=True, http_status=409)


def _saved(request: OperatorRequest, whose: str, changed: int) -> HttpResponse:
    words = ngettext(
        "Saved. It changes what happens to calls for %(count)d extension.",
        "Saved. It changes what happens to calls for %(count)d extensions.",
        changed,
    )
    messages.success(request, words % {"count": changed} if changed else _("Saved. Nobody's rules change by it."))
    return redirect("operator-template", whose=whose)


def _page(
    request: OperatorRequest,
    department: Department | None,
    form: TemplateForm,
    *,
    is_conflict: bool = False,
    http_status: int = 200,
) -> HttpResponse:
    sections = [
        (
            status,
            label,
            [(origin, ORIGIN_LABELS[origin], rules) for origin, rules in form.columns(status)],
            form.switches(status),
        )
        for status, label in STATUS_LABELS.items()
    ]
    context = {
        "department": department,
        "form": form,
        "sections": sections,
        "is_conflict": is_conflict,
        "is_without_line": not has_trunk(),
        "operator_item": "templates",
    }
    return render(request, "operator/template.html", context, status=http_status)


def _layer(department: Department | None) -> Layer:
    layers = templates()
    saved = layers.company if department is None else layers.of_department(department.pk)
    if department is None:
        given, words = {status: default_profile(status) for status in Status}, gettext_lazy("As recommended: %(value)s")
    else:
        given = {status: layers.profile(status, None) for status in Status}
        words = gettext_lazy("As the company says: %(value)s")
    numbers = {to.value for profile in given.values() for to in profile.destinations.values()} | numbers_in(saved)
    return Layer(saved, template_version(saved), given, words, selectors.names_of(numbers - {""}))


def _department(whose: str) -> Department | None:
    if whose == COMPANY:
        return None
    department = (
        sole(Department.objects.filter(pk=whose)) if whose.isascii() and len(whose) < 16 and whose.isdigit() else None
    )
    if department is None:
        raise Http404
    return department
