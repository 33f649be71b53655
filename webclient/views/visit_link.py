"""/settings/link/: a person's own link to the public call page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from presence.selectors.settings import company
from presence.services.visit_links import remove_visit_link, renew_visit_link
from webclient.access import AuthenticatedRequest, extension_required
from webclient.views.visit_button import button_snippet


@require_http_methods(["GET", "HEAD", "POST"])
@extension_required
def visit_link_settings(request: AuthenticatedRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    match request.POST.get("link"):
        case "renew":
            renew_visit_link(extension=request.extension)
        case "off":
            remove_visit_link(extension=request.extension)
        case _:
            return _page(request, status=422)
    return redirect("visit-link-settings")


def _page(request: AuthenticatedRequest, status: int = 200) -> HttpResponse:
    own, code = request.extension, request.extension.visit_code
    context = {
        "rail_item": "settings",
        "takes_visits": own.takes_visits and company().takes_visits,
        "link": request.build_absolute_uri(reverse("visit-link", args=[code])) if code else "",
        "snippet": button_snippet(request.build_absolute_uri(reverse("visit-link-button", args=[code])))
        if code
        else "",
        "embed_origins": company().embed_origins,
    }
    return render(request, "visit/link.html", context, status=status)
