"""The queues and ring groups of one member as the frame and the People page show them, in words."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import QueueAbsence
from presence.labels import STATUS_LABELS, SYSTEM_EXTENSION_LABELS
from presence.models import Extension
from presence.selectors.queue_lines import QueueLine, lines_of_members
from webclient.person_row import moment_words

# The same words for the page and for the script that repaints it.
QUEUE_WORDS: Mapping[str, StrOrPromise] = {
    "waiting": pgettext_lazy("callers in a queue", "{count} waiting"),
    "nobody": pgettext_lazy("callers in a queue", "nobody waiting"),
    "longest": pgettext_lazy("callers in a queue", "longest {length}"),
    "logged_in": pgettext_lazy("to a queue", "logged in"),
    "rings": _("rings when you can be called"),
    f"absence_{QueueAbsence.LOGGED_OUT}": _("logged out by you"),
    f"absence_{QueueAbsence.STATUS}": _("logged out: status {status}"),
    f"absence_{QueueAbsence.NOT_REGISTERED}": _("logged out: no phone"),
    f"absence_{QueueAbsence.DISABLED}": _("logged out: extension switched off"),
    "login_refused": _("You were not logged in or out: the server refused."),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue or ring group of mine."""

    line: QueueLine

    @property
    def kind_label(self) -> StrOrPromise:
        return SYSTEM_EXTENSION_LABELS[self.line.kind]

    @property
    def waiting_words(self) -> str:
        if not self.line.waiting:
            return str(QUEUE_WORDS["nobody"])
        return str(QUEUE_WORDS["waiting"]).format(count=self.line.waiting)

    @property
    def oldest_unix(self) -> str:
        return str(int(self.line.oldest.timestamp())) if self.line.oldest else ""

    @property
    def oldest_words(self) -> str:
        """Since when, by the server's clock; the script counts up from there."""
        return str(_("since {time}")).format(time=moment_words(self.line.oldest)) if self.line.oldest else ""

    @property
    def login_words(self) -> str:
        if not self.line.is_queue:
            return str(QUEUE_WORDS["rings"])
        if self.line.absence is None:
            return str(QUEUE_WORDS["logged_in"])
        status = STATUS_LABELS[self.line.status]
        return str(QUEUE_WORDS[f"absence_{self.line.absence}"]).format(status=status)


@dataclass(frozen=True, slots=True)
class MyQueues:
    """`read_at`, in milliseconds: a window paints nothing older over it."""

    rows: list[QueueRow]
    read_at: int

    @property
    def queues(self) -> list[QueueRow]:
        """Those one logs in to."""
        return [row for row in self.rows if row.line.is_queue]

    @property
    def waiting(self) -> int:
        return sum(row.line.waiting for row in self.rows)

    @property
    def waiting_words(self) -> str:
        return str(QUEUE_WORDS["waiting"]).format(count=self.waiting)

    @property
    def words(self) -> dict[str, str]:
        return {key: str(text) for key, text in QUEUE_WORDS.items()}


def my_queues(extension: Extension) -> MyQueues | None:
    """None for who is in none: nothing of this is drawn then."""
    read_at = time.time_ns() // 1_000_000
    lines = lines_of_members([extension.pk]).get(extension.number, [])
    return MyQueues([QueueRow(line) for line in lines], read_at) if lines else None
