"""What a profile does with calls, as one line; and the words that scripts repaint rows with."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind
from presence.labels import LAMP_LABELS
from webclient.person_row import NOTE, UNTIL
from webclient.rule_words import shown_number

# Where a call goes, as the end of a sentence: "Internal: rings 20 s, then ..."
_DESTINATION_WORDS: Mapping[DestinationKind, StrOrPromise] = {
    DestinationKind.VOICEMAIL: _("voicemail"),
    DestinationKind.EXTENSION_VOICEMAIL: _("voicemail of %(number)s"),
    DestinationKind.MOBILE: _("your mobile"),
    DestinationKind.EXTENSION: _("to %(number)s"),
    DestinationKind.EXTERNAL_NUMBER: _("to %(number)s"),
    DestinationKind.SYSTEM_EXTENSION: _("to %(number)s"),
    DestinationKind.END_CALL: _("the call ends"),
}

SCRIPT_WORDS: Mapping[str, StrOrPromise] = {
    **{f"lamp_{lamp.value}": words for lamp, words in LAMP_LABELS.items()},
    "no_phone": _("no phone"),
    "since": _("since {time}"),
    "as_of": _("as of {time}"),
    "live": _("Live"),
    "connecting": _("Connecting…"),
    "lost": _("No connection"),
    "lost_banner": _("No connection since {time}. The lamps stay grey until it is back."),
    "status_failed": _("Your status was not changed: the server cannot be reached. It is still “{status}”."),
    "status_refused": _("Your status was not changed: the server refused. It is still “{status}”."),
    "request_failed": _("The server could not do that. Try again in a moment."),
    "network_failed": _("The server cannot be reached. Check the network and try again."),
    "close": _("Close"),
    "new_release": _("There is a new version of Lampfield."),
    "new_release_load": _("Load it"),
    "until": UNTIL,
    "note": NOTE,
    "filter_result": _("{count} found"),
}


def outcome_lines(profile: StatusProfile) -> list[str]:
    """What a caller meets, in one line where both origins meet the same, else a line for each."""
    internal = _outcome(profile, Origin.INTERNAL)
    external = _outcome(profile, Origin.EXTERNAL)
    if internal == external:
        return [internal[:1].upper() + internal[1:]]
    return [
        gettext("Internal: %(outcome)s") % {"outcome": internal},
        gettext("External: %(outcome)s") % {"outcome": external},
    ]


def _outcome(profile: StatusProfile, origin: Origin) -> str:
    if profile.kind is RuleKind.NEVER_RINGS:
        return destination_words(profile.destination(Condition.ALWAYS, origin))
    return gettext("rings %(seconds)d s, then %(destination)s") % {
        "seconds": profile.ring_seconds[origin],
        "destination": destination_words(profile.destination(Condition.NO_ANSWER, origin)),
    }


def destination_words(destination: Destination) -> str:
    number = destination.value
    if destination.kind is DestinationKind.EXTERNAL_NUMBER:
        number = shown_number(number)
    return str(_DESTINATION_WORDS[destination.kind]) % {"number": number}
