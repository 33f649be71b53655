"""/people/<number>/picture/...: a colleague's face, for colleagues; every request is asked who sends it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from presence.models import Extension
from presence.services.picture_file import MEDIA_TYPE
from presence.services.pictures import picture_bytes, picture_version
from webclient.access import AuthenticatedRequest, extension_required

_KEPT_SECONDS = 365 * 24 * 3600


@require_safe
@extension_required
def picture(request: AuthenticatedRequest, number: str, size: int, version: str) -> HttpResponse:
    """Only the present one: what was taken away or exchanged is not found."""
    shown = get_object_or_404(Extension.objects.select_related("user"), number=number, is_enabled=True)
    content = picture_bytes(shown.user, size) if shown.user and picture_version(shown.user) == version else None
    if content is None:
        raise Http404
    return picture_response(content)


def picture_response(content: bytes) -> HttpResponse:
    """Drawn by us, and still trusted with nothing."""
    return HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={
            "Cache-Control": f"private, max-age={_KEPT_SECONDS}, immutable",
            "Content-Disposition": 'inline; filename="picture.webp"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
