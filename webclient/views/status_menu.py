"""The status menu under the avatar: one click switches."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from presence.services.status import set_status
from webclient.access import AuthenticatedRequest, extension_required
from webclient.forms.status import StatusForm


@require_POST
@extension_required
def switch_status(request: AuthenticatedRequest) -> HttpResponse:
    form = StatusForm(request.POST)
    if not form.is_valid():
        return render(request, "status/_menu.html", status=422)
    set_status(extension=request.extension, by=request.user, **form.cleaned_data)
    if request.headers.get("HX-Request"):
        return render(request, "status/_menu.html")
    return redirect(page_before(request))


def page_before(request: AuthenticatedRequest, otherwise: str = "people") -> str:
    """Without script, back to the page whose menu was used."""
    referer = request.headers.get("Referer", "")
    return referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}) else otherwise
