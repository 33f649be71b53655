"""What the help speaks of, and the questions that lead there; the texts are templates/help/<language>/<slug>.html."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Topic:
    slug: str
    title: StrOrPromise
    summary: StrOrPromise
    icon: str


@dataclass(frozen=True, slots=True)
class Question:
    words: StrOrPromise
    slug: str
    anchor: str


TOPICS: Mapping[str, Topic] = {
    topic.slug: topic
    for topic in (
        Topic("lamps", _("What the lamps mean"), _("Every colour and shape beside a name."), "layout-grid"),
        Topic("statuses", _("Statuses"), _("What each of the five does, and how one ends by itself."), "clock"),
        Topic("rules", _("Forwarding rules"), _("Where a call goes that you don't take."), "phone-forwarded"),
        Topic("calls", _("Making and taking calls"), _("Hold, transfer, park, pick up."), "phone"),
        Topic("no-ring", _("When something does not work"), _("No ringing, no sound, no connection."), "bell"),
        Topic("voicemail", _("Voicemail"), _("Messages, your greeting, e-mail."), "voicemail"),
        Topic("queues", _("Queues and groups"), _("Taking calls for a team."), "users"),
        Topic("devices", _("Microphone and speaker"), _("Choosing them, and a test call."), "mic"),
        Topic("desk-phones", _("Desk phones and numbers outside"), _("Codes, lamps, calls by a click."), "phone-call"),
        Topic("app", _("The desktop app"), _("Installing it, and what is where."), "download"),
        Topic("keyboard", _("Keyboard"), _("Everything without a mouse."), "grid-3x3"),
        Topic("profile", _("Picture, theme and sounds"), _("What is yours in every browser."), "settings"),
        Topic("privacy", _("Who sees what"), _("What colleagues, operators and callers learn."), "info"),
    )
}

QUESTIONS = (
    Question(_("What does yellow mean?"), "lamps", "yellow"),
    Question(_("Why does my phone not ring?"), "no-ring", "silent"),
    Question(_("What does a caller meet while I am away?"), "statuses", "away"),
    Question(_("How do I change where my calls go?"), "rules", "web-client"),
    Question(_("How do I pass a call on?"), "calls", "transfer"),
    Question(_("How do I answer a call that rings at a colleague's?"), "calls", "pick-up"),
    Question(_("How do I let my status end by itself?"), "statuses", "end"),
    Question(_("Why can't the other side hear me?"), "no-ring", "no-sound"),
    Question(_("Why are all the lamps grey?"), "lamps", "grey"),
    Question(_("Why is a lamp hollow?"), "lamps", "hollow"),
    Question(_("Why is a lamp not shown?"), "lamps", "not_shown"),
    Question(_("How do I test my headset?"), "devices", "echo"),
    Question(_("How do I call by a click and talk on my desk phone?"), "desk-phones", "click"),
    Question(_("What do the lamps on my desk phone show?"), "desk-phones", "key-lamps"),
    Question(_("How do I set rules for others?"), "rules", "operator-panel"),
    Question(_("How do I put Lampfield on my desktop?"), "app", "install"),
    Question(_("Who sees my status?"), "privacy", "status"),
)
