"""The words of the public call page, for static/js/visit.js. A visitor is told little, and never why."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from webclient.phone_words import PHONE_WORDS

# Words that a colleague's card has, too.
_SHARED = (
    "call_dialling",
    "call_talking",
    "call_connecting",
    "call_reconnecting",
    "call_time_left",
    "call_hang_up",
    "call_cancel",
    "call_mute",
    "call_unmute",
    "why_cancelled",
    "why_completed",
    "why_lost",
    "why_voicemail_left",
    "why_voicemail_limit",
    "mic_missing",
    "mic_busy",
    "mic_insecure",
    "refused_no_connection",
)

_OWN: Mapping[str, StrOrPromise] = {
    "why_unavailable": _("{name} can't be reached now. Try again later."),
    "visit_held": _("On hold. Please wait."),
    "visit_place": _("You are number {place} in the queue."),
    "visit_choose": _("Choose with a key."),
    "visit_chosen": _("You pressed {key}."),
    "visit_wrong_key": _("This key means nothing here. Choose another."),
    "visit_closed": _("It is closed now. Please listen."),
    "call_greeting": _("Voicemail: the greeting is playing"),
    "call_recording": _("Voicemail: speak now, then hang up"),
    "call_saving": _("Voicemail: keeping your message"),
    "mic_refused": _(
        "The browser does not let this page use the microphone. Open the settings beside the address of this page,"
        " allow the microphone, then call again."
    ),
    "sound_blocked": _("The browser holds back the sound. Press anywhere to hear."),
    "visit_failed": _("The server could not be reached. Check your connection, then try again."),
    "visit_stale": _("This page is too old. Load it again, then call."),
}


def visit_words() -> dict[str, str]:
    return {key: str(text) for key, text in {**{key: PHONE_WORDS[key] for key in _SHARED}, **_OWN}.items()}
