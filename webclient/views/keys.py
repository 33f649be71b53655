"""/keys/: every key and what it does, as a page of its own and as the sheet that `?` lays over any other."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from webclient.key_list import KEY_GROUPS


@require_safe
@login_required
@vary_on_headers("X-Sheet")
def keys_page(request: HttpRequest) -> HttpResponse:
    template = "keys/_sheet.html" if "X-Sheet" in request.headers else "keys/keys.html"
    return render(request, template, {"groups": KEY_GROUPS, "rail_item": "settings"})
