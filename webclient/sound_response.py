"""A sound file for its owner's eyes only: never cached, never run, in parts where a player asks for parts."""

import re

from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)\Z")


def sound_response(request: HttpRequest, sound: bytes, *, filename: str) -> HttpResponse:
    """The whole sound or, as players ask when they seek, one range of it (206; 416 past the end)."""
    size = len(sound)
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked is None or asked[1] + asked[2] == "":
        response = HttpResponse(sound)
    elif (part := _part(asked[1], asked[2], size)) is None:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        first, last = part
        response = HttpResponse(sound[first : last + 1], status=206)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Type"] = "audio/webm"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _part(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a range; `-500` means the last 500. None: there is no such part."""
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end else None
