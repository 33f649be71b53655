"""The vocabulary's words in the user's language: one table per idea, translated when shown."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import (
    Condition,
    DestinationKind,
    Lamp,
    Origin,
    Status,
    Surface,
    SystemExtensionKind,
    Theme,
    VoicemailEmail,
)

STATUS_LABELS: Mapping[Status, StrOrPromise] = {
    Status.AVAILABLE: pgettext_lazy("status", "Available"),
    Status.AWAY: pgettext_lazy("status", "Away"),
    Status.DND: pgettext_lazy("status", "Do Not Disturb"),
    Status.LUNCH: pgettext_lazy("status", "Lunch"),
    Status.BUSINESS_TRIP: pgettext_lazy("status", "Business Trip"),
}

LAMP_LABELS: Mapping[Lamp, StrOrPromise] = {
    Lamp.RINGING: pgettext_lazy("lamp", "Ringing"),
    Lamp.TALKING: pgettext_lazy("lamp", "Talking"),
    Lamp.NOT_SHOWN: pgettext_lazy("lamp", "Not shown"),
    Lamp.UNKNOWN: pgettext_lazy("lamp", "Unknown"),
    **{Lamp(status.value): label for status, label in STATUS_LABELS.items()},
}

THEME_LABELS: Mapping[Theme, StrOrPromise] = {
    Theme.LIGHT: pgettext_lazy("theme", "Light"),
    Theme.DARK: pgettext_lazy("theme", "Dark"),
}

ORIGIN_LABELS: Mapping[Origin, StrOrPromise] = {
    Origin.INTERNAL: _("Internal calls"),
    Origin.EXTERNAL: _("External calls"),
}

CONDITION_LABELS: Mapping[Condition, StrOrPromise] = {
    Condition.NO_ANSWER: _("No answer"),
    Condition.BUSY: pgettext_lazy("condition", "Busy"),
    Condition.NOT_REGISTERED: _("Not registered"),
    Condition.ALWAYS: pgettext_lazy("condition", "Always"),
}

DESTINATION_LABELS: Mapping[DestinationKind, StrOrPromise] = {
    DestinationKind.VOICEMAIL: _("Forward to voicemail"),
    DestinationKind.EXTENSION_VOICEMAIL: _("Forward to an extension's voicemail"),
    DestinationKind.MOBILE: _("Switch to mobile"),
    DestinationKind.EXTENSION: _("Forward to an internal number"),
    DestinationKind.EXTERNAL_NUMBER: _("Forward to an external number"),
    DestinationKind.SYSTEM_EXTENSION: _("System extension"),
    DestinationKind.END_CALL: _("End call"),
}

SYSTEM_EXTENSION_LABELS: Mapping[SystemExtensionKind, StrOrPromise] = {
    SystemExtensionKind.QUEUE: _("Queue"),
    SystemExtensionKind.RING_GROUP: _("Ring group"),
    SystemExtensionKind.DIGITAL_RECEPTIONIST: _("Digital receptionist"),
}

VOICEMAIL_EMAIL_LABELS: Mapping[VoicemailEmail, StrOrPromise] = {
    VoicemailEmail.NONE: pgettext_lazy("voicemail by e-mail", "No e-mail"),
    VoicemailEmail.NOTICE: pgettext_lazy("voicemail by e-mail", "An e-mail that tells of it"),
    VoicemailEmail.ATTACHMENT: pgettext_lazy("voicemail by e-mail", "An e-mail with the message in it"),
}

SURFACE_LABELS: Mapping[Surface, StrOrPromise] = {
    Surface.OPERATOR_PANEL: _("operator panel"),
    Surface.DESKTOP_APP: _("desktop app"),
    Surface.WEB_CLIENT: _("web client"),
    Surface.DESK_PHONE: _("desk phone"),
}
