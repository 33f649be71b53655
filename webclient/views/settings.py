"""Settings: the door to each status's rules, the voicemail greeting and the language."""

from django.http import HttpResponse
from django.shortcuts import render

from webclient.access import AuthenticatedRequest, extension_required


@extension_required
def settings_page(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "settings/settings.html", {"rail_item": "settings"})
