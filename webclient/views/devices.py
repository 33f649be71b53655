"""The page of devices; what is chosen there stays in the browser (static/js/phone/devices.js), but for what the desk
phone is to do by itself.
"""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from presence.models import Extension
from presence.selectors import asterisk
from presence.services.appearance import set_desk_phone_answers
from webclient.access import AuthenticatedRequest, extension_required
from webclient.phone_words import PHONE_WORDS
from webclient.surfaces import pages_of

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
    context: dict[str, object] = {"words": words, "outputs": _OUTPUTS, "rail_item": "settings"}
    context["no_desk_phone"] = _why_no_desk_phone(request.extension)
    return render(request, "settings/devices.html", context)


@require_POST
@extension_required
def choose_desk_phone(request: AuthenticatedRequest) -> HttpResponse:
    set_desk_phone_answers(user=request.user, answers="answers" in request.POST)
    messages.success(request, gettext("Saved."))
    return redirect(pages_of(request).devices)


def _why_no_desk_phone(extension: Extension) -> str:
    """Why calls begin in the browser and nowhere else; empty: a desk phone of this person is there."""
    if asterisk.desk_phones(extension):
        return ""
    if not asterisk.is_configured():
        return gettext("They begin in this browser: Lampfield is not connected to a phone system with desk phones.")
    if asterisk.asterisk_trouble():
        return gettext("They begin in this browser: the connection to the phone system is away just now.")
    words = gettext("They begin in this browser: no desk phone of extension %(number)s is registered now.")
    return words % {"number": extension.number}
