"""For whoever watches the server: does it live, is it ready, how does it do."""

import ipaddress
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from webclient import metrics, readiness

JSON = "application/json"
TEXT = "text/plain"
# Whoever came by a proxy bears one of these; the proxy itself may well be on this machine.
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type=TEXT)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when this process should be sent people (webclient/readiness.py); else 503 and why, a line for each reason.

    With `Accept: application/json`: `{"ready": true, "checks": {"database": "", ...}}`, "" for what is right.
    """
    found = readiness.troubles()
    wrong = [trouble for trouble in found.values() if trouble]
    status = 503 if wrong else 200
    if request.get_preferred_type([TEXT, JSON]) == JSON:
        return HttpResponse(json.dumps({"ready": not wrong, "checks": found}), content_type=JSON, status=status)
    return HttpResponse("\n".join(wrong or ["ready"]) + "\n", content_type=TEXT, status=status)


@require_safe
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """For Prometheus on this machine or, with METRICS_TOKEN, for who knows that; for anybody else there is none."""
    if not _may_read(request):
        raise Http404
    page, content_type = metrics.exposition(request.headers.get("Accept", ""))
    return HttpResponse(page, content_type=content_type)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    return not any(name in request.headers for name in _FORWARDED) and _is_here(request.META.get("REMOTE_ADDR", ""))


def _is_here(address: str) -> bool:
    """No address at all is a Unix socket's."""
    if not address:
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
