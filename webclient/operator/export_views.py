"""All extensions as a file that an import reads back without changing anything."""

from django.http import HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from presence.selectors.extension_table import extension_table
from presence.services.tables import write_csv, write_xlsx
from webclient.operator.access import VIEW_EXTENSIONS, OperatorRequest, operator_required

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@operator_required(VIEW_EXTENSIONS)
def export(request: OperatorRequest) -> HttpResponse:
    """?format=csv or xlsx, which is also what anything else gets."""
    if request.GET.get("format") == "csv":
        return attachment(write_csv(extension_table(), delimiter=csv_delimiter()), "text/csv; charset=utf-8", "csv")
    return attachment(write_xlsx(extension_table()), XLSX, "xlsx")


def csv_delimiter() -> str:
    """What a spreadsheet in the operator's language takes for the next column."""
    return ";" if translation.get_language() == "pl" else ","


def attachment(data: bytes, content_type: str, ending: str, name: str = "extensions") -> HttpResponse:
    file_name = f"lampfield-{name}-{timezone.localdate():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=content_type, headers=headers)
