"""/visit/<number>/button/: one button for a company's own site, which only the sites it names may show in a frame."""

from html import escape

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from presence.selectors.settings import company
from presence.services.visit_links import extension_by_link
from webclient.views.visit import is_callable, nothing_here


@never_cache
@require_safe
def visit_button(request: HttpRequest, number: str) -> HttpResponse:
    return _button(request, reverse("visit", args=[number])) if is_callable(number) else nothing_here(request)


@never_cache
@require_safe
def visit_link_button(request: HttpRequest, code: str) -> HttpResponse:
    if extension_by_link(code) is None:
        return nothing_here(request)
    return _button(request, reverse("visit-link", args=[code]))


def button_snippet(address: str) -> str:
    """The HTML that shows the button of this address on another site."""
    words = escape(_("Call us"))
    return f'<iframe src="{escape(address)}" title="{words}" width="240" height="72"></iframe>'


def _button(request: HttpRequest, address: str) -> HttpResponse:
    response = render(request, "visit/button.html", {"call_address": address})
    if origins := company().embed_origins:
        # X-Frame-Options knows no list; browsers that know frame-ancestors heed that alone.
        response.xframe_options_exempt = True
        response._csp_replace = {"frame-ancestors": list(origins)}  # type: ignore[attr-defined]  # noqa: SLF001
    return response
