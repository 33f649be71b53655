"""Importing extensions: a file, its dry run, and the confirmation of what that showed."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from presence.domain.import_columns import NUMBER, guessed_columns
from presence.models import ImportDraft
from presence.models.sole import sole
from presence.selectors.outbound_policy import outside_number
from presence.selectors.settings import company
from presence.services.import_extensions import ImportChangedError, confirm_import
from presence.services.import_plan import ImportPlan, plan_import
from presence.services.import_row import NormalNumber, Outcome
from presence.services.tables import BYTES_MAX, ROWS_MAX, Unreadable, UnreadableTableError, read_table
from webclient.operator.access import CHANGE_EXTENSIONS, VIEW_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.import_form import ImportForm
from webclient.operator.import_words import OUTCOME_LABELS, row_words, unreadable_words

_IMPORT = (VIEW_EXTENSIONS, CHANGE_EXTENSIONS, "presence.add_extension")
_ROWS_PER_PAGE = 100
_DRAFTS_KEPT = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(*_IMPORT)
def import_file(request: OperatorRequest) -> HttpResponse:
    if request.method != "POST":
        return _start(request)
    file = request.FILES.get("file")
    if file is None:
        return _start(request, _("Choose a file."), http_status=422)
    try:
        draft = _draft(request, file)
    except UnreadableTableError as error:
        status = 413 if error.reason is Unreadable.TOO_LARGE else 422
        return _start(request, unreadable_words(error), http_status=status)
    return redirect("operator-import-draft", draft_id=draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(*_IMPORT)
def import_draft(request: OperatorRequest, draft_id: uuid.UUID) -> HttpResponse:
    draft = sole(ImportDraft.objects.filter(pk=draft_id, by=request.user))
    if draft is None:
        messages.error(request, _("This import is no longer there: it was done or never begun."))
        return redirect("operator-import")
    if request.method != "POST":
        return _dry_run(request, draft)
    form = _form(request, draft, request.POST)
    if not form.is_valid():
        return _dry_run(request, draft, {"form": form}, http_status=422)
    form.save()
    return redirect("operator-import-draft", draft_id=draft.pk)


@require_POST
@operator_required(*_IMPORT)
def import_confirm(request: OperatorRequest, draft_id: uuid.UUID) -> HttpResponse:
    draft = sole(ImportDraft.objects.filter(pk=draft_id, by=request.user))
    if draft is None:
        raise Http404
    digest = request.POST.get("digest", "")
    try:
        edit = confirm_import(draft, by=request.user, normal_number=_normal_number(), digest=digest)
    except ImportChangedError:
        return _dry_run(request, draft, {"is_stale": True}, http_status=409)
    messages.success(request, _("Imported. Undoing gives settings back; new extensions and e-mail addresses stay."))
    return redirect("operator-edit-done", pk=edit.pk)


def _draft(request: OperatorRequest, file: UploadedFile[bytes]) -> ImportDraft:
    if (file.size or 0) > BYTES_MAX:
        raise UnreadableTableError(Unreadable.TOO_LARGE)
    table = read_table(file.read())
    ImportDraft.objects.filter(at__lt=timezone.now() - _DRAFTS_KEPT).delete()
    return ImportDraft.objects.create(
        by=request.user,
        file_name=(file.name or "")[:200],
        header=table.header,
        rows=table.rows,
        columns=guessed_columns(table.header),
    )


def _start(request: OperatorRequest, error: str = "", *, http_status: int = 200) -> HttpResponse:
    limits = {"megabytes": BYTES_MAX // 1024**2, "rows_max": ROWS_MAX}
    context = {"error": error, **limits, "operator_item": "import"}
    return render(request, "operator/import.html", context, status=http_status)


def _dry_run(
    request: OperatorRequest, draft: ImportDraft, context: Mapping[str, Any] | None = None, *, http_status: int = 200
) -> HttpResponse:
    plan = plan_import(draft, by=request.user, normal_number=_normal_number())
    shown = _shown(plan, request.GET.get("show", ""))
    page = Paginator(plan.of(shown), _ROWS_PER_PAGE).get_page(request.GET.get("page"))
    common = {
        "draft": draft,
        "plan": plan,
        "form": _form(request, draft),
        "has_number": NUMBER in draft.columns,
        "shown": shown,
        "tabs": [(outcome, OUTCOME_LABELS[outcome], count) for outcome, count in plan.counts.items()],
        "page": page,
        "rows": row_words(list(page.object_list)),
        "url": reverse("operator-import-draft", args=[draft.pk]),
        "writes": plan.counts[Outcome.NEW] + plan.counts[Outcome.CHANGED],
        "left_out": plan.counts[Outcome.ERROR] + plan.counts[Outcome.SKIPPED],
        "operator_item": "import",
    }
    return render(request, "operator/import_draft.html", {**common, **(context or {})}, status=http_status)


def _shown(plan: ImportPlan, asked: str) -> Outcome:
    """What was asked for, else the first that needs a look."""
    if asked in list(Outcome):
        return Outcome(asked)
    return next((outcome for outcome, count in plan.counts.items() if count), Outcome.UNCHANGED)


def _form(request: OperatorRequest, draft: ImportDraft, data: Mapping[str, Any] | None = None) -> ImportForm:
    return ImportForm(draft, data, may_create_departments=request.user.has_perm("presence.add_department"))


def _normal_number() -> NormalNumber:
    countries = company().countries
    return lambda typed: outside_number(typed, settings.PHONE_REGION, countries)
