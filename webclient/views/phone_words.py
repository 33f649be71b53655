"""`/words/phone/<language>/<version>/`: what the scripts of calls say, at an address that never changes its answer."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from webclient.phone_words import phone_words_json, phone_words_version

_KEPT = "public, max-age=31536000, immutable"


@require_safe
def phone_words(request: HttpRequest, language: str, version: str) -> HttpResponse:
    """The words in `language`. A page of an older release gets today's, which its browser shall not keep for those."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponse(phone_words_json(language), content_type="application/json")
    response["Cache-Control"] = _KEPT if version == phone_words_version(language) else "no-store"
    return response
