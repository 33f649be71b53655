"""For whoever watches the server: does it live, is it ready."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from webclient import readiness

JSON = "application/json"
TEXT = "text/plain"


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
