"""Settings: the door to each status's rules, the voicemail greeting and the language."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webclient.access import AuthenticatedRequest, extension_required


@require_safe
@extension_required
def settings_page(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "settings/settings.html", {"rail_item": "settings"})
