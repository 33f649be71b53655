"""Every colleague by department, with the lamp of the moment; from here on the socket repaints them."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webclient.access import AuthenticatedRequest, extension_required
from webclient.people_list import people_list

_FILTER_LENGTH_MAX = 40
_CROWD_MIN = 120  # from here on the field draws smaller keys
# The first of each is what a new browser shows; the script keeps a choice in a cookie of this name.
_VIEWS = ("list", "field")
_ORDERS = ("number", "name")


@require_safe
@extension_required
def people(request: AuthenticatedRequest) -> HttpResponse:
    text = request.GET.get("number", "").replace("\x00", "").strip()[:_FILTER_LENGTH_MAX]
    view, order = _chosen(request, "people_view", _VIEWS), _chosen(request, "people_order", _ORDERS)
    listed = people_list(request.extension, text, request.GET.get("department", ""), order)
    context = {
        "departments": listed.departments,
        "shown": listed.shown,
        "found": listed.found,
        "is_part": listed.is_part,
        "is_cut": listed.is_cut,
        "view": view,
        "order": order,
        "is_crowd": listed.shown >= _CROWD_MIN,
        "filter_text": text,
        "rail_item": "people",
    }
    return render(request, "people/people.html", context)


def _chosen(request: AuthenticatedRequest, cookie: str, offered: Sequence[str]) -> str:
    choice = request.COOKIES.get(cookie, "")
    return choice if choice in offered else offered[0]
