"""People's data: departments, new extensions with their login, and invitations."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from presence.domain.vocabulary import Sight
from presence.models import Department, Extension
from presence.services import people
from webclient.invitations import invitation_path, send_invitation
from webclient.operator.access import OperatorRequest, operator_required
from webclient.operator.people_forms import DepartmentForm, NewExtensionForm
from webclient.operator.rights_words import SIGHT_LABELS

_DEPARTMENTS = ("presence.add_department", "presence.change_department", "presence.delete_department")


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(*_DEPARTMENTS)
def departments(request: OperatorRequest) -> HttpResponse:
    if request.method != "POST":
        return _departments_page(request)
    if "delete" in request.POST:
        return _delete(request, _department(request.POST["delete"]))
    changed = _department(request.POST["rename"]) if "rename" in request.POST else None
    form = DepartmentForm(request.POST)
    if not form.is_valid():
        return _departments_page(request, form, changed)
    name = form.cleaned_data["name"]
    try:
        if changed is None:
            people.create_department(name=name)
        else:
            people.rename_department(department=changed, name=name)
    except people.NameTakenError:
        form.add_error("name", _("There is a department of this name already."))
        return _departments_page(request, form, changed)
    messages.success(request, _("Saved."))
    return redirect("operator-departments")


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required("presence.add_extension")
def extension_new(request: OperatorRequest) -> HttpResponse:
    form = NewExtensionForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _extension_page(request, form)
    try:
        extension = people.create_extension(**form.cleaned_data)
    except (people.NumberTakenError, people.NameTakenError):
        # Another operator was faster; asked again the form knows it.
        form = NewExtensionForm(request.POST)
        form.is_valid()
        return _extension_page(request, form)
    return _invited_page(request, extension, is_new=True)


@require_POST
@operator_required("presence.change_user")
def invite(request: OperatorRequest, number: str) -> HttpResponse:
    """A link to choose a password anew, for whoever lost theirs or the first invitation."""
    extension = get_object_or_404(Extension.objects.select_related("user"), number=number, user__is_active=True)
    if extension.user is not None and extension.user.is_staff and not request.user.is_superuser:
        raise Http404  # an operator must not come into the login of another one
    return _invited_page(request, extension)


def _invited_page(request: OperatorRequest, extension: Extension, *, is_new: bool = False) -> HttpResponse:
    user = extension.user
    if user is None:
        raise Http404
    link = request.build_absolute_uri(invitation_path(user))
    context = {
        "extension": extension,
        "invited": user,
        "link": link,
        "is_sent": send_invitation(user, link),
        "is_new": is_new,
        "operator_item": "extensions",
    }
    response = render(request, "operator/invited.html", context)
    response["Cache-Control"] = "no-store"  # the link is as good as a password
    return response


def _extension_page(request: OperatorRequest, form: NewExtensionForm) -> HttpResponse:
    context = {"form": form, "operator_item": "extensions"}
    return render(request, "operator/extension_new.html", context, status=422 if form.is_bound else 200)


def _departments_page(
    request: OperatorRequest, form: DepartmentForm | None = None, changed: Department | None = None
) -> HttpResponse:
    rows = []
    for row in Department.objects.prefetch_related("extensions"):
        is_wrong = form is not None and row == changed
        initial = DepartmentForm(initial={"name": row.name}, auto_id=f"department-{row.pk}-%s")
        if is_wrong and form is not None:
            form.auto_id = f"department-{row.pk}-%s"
        sight = Sight(row.shown_to_others)
        kept = "" if sight is Sight.WHOLE else SIGHT_LABELS[sight]
        rows.append((row, form if is_wrong else initial, len(row.extensions.all()), kept))
    new = form if form is not None and changed is None else DepartmentForm(auto_id="new-department-%s")
    context = {"rows": rows, "new": new, "operator_item": "departments"}
    return render(request, "operator/departments.html", context, status=422 if form else 200)


def _delete(request: OperatorRequest, department: Department) -> HttpResponse:
    try:
        people.delete_department(department=department)
    except people.DepartmentInUseError:
        messages.error(request, _("%(name)s is not empty. Move its people first.") % {"name": department.name})
    else:
        messages.success(request, _("Deleted: %(name)s.") % {"name": department.name})
    return redirect("operator-departments")


def _department(pk: str) -> Department:
    if not (pk.isascii() and pk.isdigit() and len(pk) < 16):
        raise Http404
    return get_object_or_404(Department, pk=pk)
