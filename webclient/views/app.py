"""The pages of the desktop app's narrow window that the web client does not have; the others it shares."""

from collections.abc import Iterable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from presence.models import Extension
from presence.selectors import presence_rows
from presence.selectors.people import favourite_numbers, favourites_of, people_found
from presence.selectors.rights import audience_of_holder
from presence.services.favourites import NobodyToKeepError, add_favourite, remove_favourite
from webclient.access import AuthenticatedRequest, extension_required
from webclient.person_row import PersonRow, person_rows
from webclient.views.status_menu import page_before

PEOPLE_SHOWN_MAX = 50
_SEARCH_LENGTH_MAX = 40


@require_safe
@extension_required
def app_home(request: AuthenticatedRequest) -> HttpResponse:
    """The favourites."""
    rows = _rows(request, favourites_of(request.extension))
    context = {"rows": rows, "starred": {row.number for row in rows}, "rail_item": "favourites"}
    return render(request, "app/favourites.html", context)


@require_safe
@extension_required
def app_people(request: AuthenticatedRequest) -> HttpResponse:
    """Those who answer what was typed; the frame's field asks here as somebody types."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:_SEARCH_LENGTH_MAX]
    extensions, found = people_found(text, PEOPLE_SHOWN_MAX)
    context = {
        "rows": _rows(request, extensions),
        "starred": favourite_numbers(request.extension),
        "found": found,
        "search_text": text,
        "rail_item": "people",
    }
    return render(request, "app/people.html", context)


@require_safe
@extension_required
def app_keypad(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "app/keypad.html", {"rail_item": "keypad"})


@require_safe
@extension_required
def app_settings(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "app/settings.html")


@require_POST
@extension_required
def choose_favourite(request: AuthenticatedRequest) -> HttpResponse:
    """`star` or `unstar` with a number."""
    try:
        if number := request.POST.get("star"):
            add_favourite(extension=request.extension, number=number)
        elif number := request.POST.get("unstar"):
            remove_favourite(extension=request.extension, number=number)
        else:
            return HttpResponse(_("Choose a colleague."), status=422, content_type="text/plain; charset=utf-8")
    except NobodyToKeepError as error:
        raise Http404 from error
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(page_before(request, "app"))


def _rows(request: AuthenticatedRequest, extensions: Iterable[Extension]) -> list[PersonRow]:
    extensions = list(extensions)
    seen = presence_rows([extension.number for extension in extensions])
    return person_rows(extensions, seen, audience=audience_of_holder(request.extension), me=request.extension)
