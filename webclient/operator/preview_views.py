"""The preview of an edit, its confirmation, what was done, and its undoing."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import F, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from presence.domain.extension_settings import recommended_values
from presence.models import BulkEdit, ChangeRecord, EditDraft, Extension
from presence.models.sole import sole
from presence.services.bulk_edit import (
    AlreadyUndoneError,
    confirm_edit,
    draft_edit,
    plan_edit,
    plan_undo,
    undo_edit,
)
from presence.services.extension_settings import SettingsChangedError
from webclient.operator.access import CHANGE_EXTENSIONS, VIEW_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.change_words import Change, change_words
from webclient.operator.plan_words import PlanWords
from webclient.operator.selection import selected

_CHANGE = (VIEW_EXTENSIONS, CHANGE_EXTENSIONS)


@require_safe
@operator_required(*_CHANGE)
def draft(request: OperatorRequest, draft_id: uuid.UUID) -> HttpResponse:
    found = sole(EditDraft.objects.filter(pk=draft_id, by=request.user))
    return _preview(request, found) if found else _no_preview(request)


@require_POST
@operator_required(*_CHANGE)
def confirm(request: OperatorRequest, draft_id: uuid.UUID) -> HttpResponse:
    found = sole(EditDraft.objects.filter(pk=draft_id, by=request.user))
    if found is None:
        return _no_preview(request)  # clicked twice, perhaps
    try:
        edit = confirm_edit(found, by=request.user, what=_what(found.request))
    except SettingsChangedError as error:
        return _preview_again(request, found, error.extension_ids)
    return redirect("operator-edit-done", pk=edit.pk)


@require_safe
@operator_required(*_CHANGE)
def done(request: OperatorRequest, pk: int) -> HttpResponse:
    edit = get_object_or_404(BulkEdit.objects.select_related("by__extension", "undoes"), pk=pk)
    undoing = BulkEdit.objects.filter(undoes=edit).first()
    plans = [] if undoing else plan_undo(edit)
    words = PlanWords(plans, request.GET.get("q", ""))
    context = {
        "edit": edit,
        "undoing": undoing,
        "count": edit.changes.values("extension").distinct().count(),
        "words": words,
        "refused": last_changes([each.extension.pk for each in words.skipped_plans]),
        "operator_item": "extensions",
    }
    return render(request, "operator/done.html", context)


@require_POST
@operator_required(*_CHANGE)
def undo(request: OperatorRequest, pk: int) -> HttpResponse:
    edit = get_object_or_404(BulkEdit, pk=pk)
    try:
        undoing = undo_edit(edit, by=request.user)
    except AlreadyUndoneError:
        messages.error(request, _("This edit has already been undone."))
        return redirect("operator-edit-done", pk=edit.pk)
    return redirect("operator-edit-done", pk=undoing.pk)


def _no_preview(request: OperatorRequest) -> HttpResponse:
    messages.error(request, _("This preview is no longer there: the edit was saved or never begun."))
    return redirect("operator-extensions")


def _preview_again(request: OperatorRequest, found: EditDraft, changed: Collection[int]) -> HttpResponse:
    """Somebody changed some of them since: nothing is saved, and a fresh preview that says who takes its place."""
    selection = selected(int(pk) for pk in found.seen)
    fresh = draft_edit(selection.extensions, found.request, by=request.user)
    found.delete()
    context = {"changes": last_changes(changed), "gone": selection.gone}
    return _preview(request, fresh, context, http_status=409)


def _preview(
    request: OperatorRequest, found: EditDraft, context: Mapping[str, Any] | None = None, *, http_status: int = 200
) -> HttpResponse:
    extensions = selected(int(pk) for pk in found.seen).extensions
    words = PlanWords(plan_edit(extensions, found.request), request.GET.get("q", ""))
    common = {"draft": found, "words": words, "what": _what(found.request), "operator_item": "extensions"}
    return render(request, "operator/preview.html", {**common, **(context or {})}, status=http_status)


def _what(asked: Mapping[str, Any]) -> str:
    """The prepared requests are known by what they ask."""
    if asked == recommended_values():
        return "recommended"
    is_reset = asked.keys() == recommended_values().keys() and not any(value is not None for value in asked.values())
    return "template" if is_reset else "edit"


def last_changes(pks: Collection[int]) -> list[Change]:
    """Who changed the settings of each of these extensions last; one query."""
    records = ChangeRecord.objects.filter(extension=OuterRef("extension"), what=ChangeRecord.What.SETTINGS)
    newest = ChangeRecord.objects.filter(extension__in=pks, what=ChangeRecord.What.SETTINGS).annotate(
        newest=Subquery(records.values("pk")[:1])
    )
    found = newest.filter(pk=F("newest")).select_related("extension", "by__extension")
    return [change_words(record) for record in sorted(found, key=lambda each: _by_number(each.extension))]


def _by_number(extension: Extension | None) -> tuple[int, str]:
    number = extension.number if extension else ""
    return len(number), number
