"""/app/status/<code>/: where the shortcuts of the installed app lead. It asks; the status is switched by the answer."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from presence.domain.vocabulary import Status, Surface
from presence.services.status import set_status
from webclient.access import AuthenticatedRequest, extension_required


@require_http_methods(["GET", "HEAD", "POST"])
@extension_required
def status_shortcut(request: AuthenticatedRequest, code: str) -> HttpResponse:
    status = _status(code)
    if request.method == "POST":
        set_status(extension=request.extension, status=status, by=request.user, surface=Surface.DESKTOP_APP)
        return redirect("status-shortcut", code=status.value)
    return render(request, "status/shortcut.html", {"asked": status.value})


def _status(code: str) -> Status:
    try:
        return Status(code)
    except ValueError as error:
        raise Http404 from error
