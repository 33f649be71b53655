"""What makes Lampfield an app that a browser can install: its manifest, its service worker and the offline page."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from presence.domain.vocabulary import Status
from presence.labels import STATUS_LABELS
from webclient.worker_release import offline_page, worker_script

_GROUND = "#2b2926"
_KEPT_SECONDS = 3600
# What people switch to, the most used first: systems show three or four.
_SHORTCUTS = (Status.AVAILABLE, Status.AWAY, Status.DND, Status.LUNCH, Status.BUSINESS_TRIP)
# Both are on the list of schemes that a page may take on (HTML standard, "safelisted schemes").
LINK_SCHEMES = ("tel", "sip")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """In the language that the page asks for, since browsers fetch it without cookies."""
    language = request.GET.get("language", "")
    is_named = language in dict(settings.LANGUAGES)
    with translation.override(language if is_named else translation.get_language()):
        response = JsonResponse(_manifest(), content_type="application/manifest+json")
    who = {"public": True} if is_named else {"private": True}
    patch_cache_control(response, max_age=_KEPT_SECONDS, **who)
    return response


def _manifest() -> dict[str, Any]:
    home = reverse("app")
    return {
        "id": home,
        "name": "Lampfield",
        "short_name": "Lampfield",
        "description": _("Who is free, whether you can be called, and your calls"),
        "lang": translation.get_language(),
        "dir": "ltr",
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "display_override": ["window-controls-overlay", "standalone"],
        "theme_color": _GROUND,
        "background_color": _GROUND,
        "categories": ["business", "productivity"],
        "launch_handler": {"client_mode": "focus-existing"},
        "protocol_handlers": [
            {"protocol": scheme, "url": f"{reverse('app-call-link')}?to=%s"} for scheme in LINK_SCHEMES
        ],
        "icons": list(_icons()),
        "shortcuts": [_shortcut(status) for status in _SHORTCUTS],
    }


def _icons() -> Iterator[dict[str, str]]:
    for size in (192, 512):
        yield _png(f"lampfield-{size}", size) | {"purpose": "any"}
    yield _png("lampfield-maskable-512", 512) | {"purpose": "maskable"}
    yield {"src": static("icons/lampfield.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}


def _png(name: str, size: int) -> dict[str, str]:
    return {"src": static(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png"}


def _shortcut(status: Status) -> dict[str, Any]:
    """Leads to a question: an address that is opened must change nothing."""
    label = str(STATUS_LABELS[status])
    return {
        "name": pgettext("a shortcut of the installed app", "Status: %(status)s") % {"status": label},
        "short_name": label,
        "url": reverse("status-shortcut", args=[status.value]),
        "icons": [_png("lampfield-192", 192)],
    }


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, so that it may look after every page."""
    return HttpResponse(worker_script(), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    return HttpResponse(offline_page())
