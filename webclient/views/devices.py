"""The page of devices; what is chosen there stays in the browser (static/js/phone/devices.js)."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from webclient.access import AuthenticatedRequest, extension_required
from webclient.phone_words import PHONE_WORDS

_WORDS: Mapping[str, StrOrPromise] = {
    **{key: PHONE_WORDS[key] for key in ("mic_refused", "mic_missing", "mic_busy", "mic_insecure")},
    "default": pgettext_lazy("device", "Default"),
    "gone": pgettext_lazy("device", "{name} (not connected)"),
    "listen": _("Show the level"),
    "stop_listening": _("Stop showing it"),
    "level_silent": pgettext_lazy("microphone", "silent"),
    "level_quiet": pgettext_lazy("microphone", "quiet"),
    "level_good": pgettext_lazy("microphone", "good"),
    "level_loud": pgettext_lazy("microphone", "too loud"),
    "saved": _("Saved."),
    "tested_speaker": _("The test sound plays on the speaker."),
    "tested_ringer": _("The test sound plays on the ringer."),
}

_OUTPUTS: tuple[Mapping[str, StrOrPromise], ...] = (
    {
        "role": "speaker",
        "label": pgettext_lazy("device", "Speaker"),
        "purpose": _("Hear calls on"),
        "test": _("Test the speaker"),
    },
    {
        "role": "ringer",
        "label": pgettext_lazy("device", "Ringer"),
        "purpose": _("Ring on"),
        "test": _("Test the ringer"),
    },
)


@require_safe
@extension_required
def devices(request: AuthenticatedRequest) -> HttpResponse:
    words = {key: str(text) for key, text in _WORDS.items()}
    context = {"words": words, "outputs": _OUTPUTS, "rail_item": "settings"}
    return render(request, "settings/devices.html", context)
