"""The status line, which explains itself: "Lunch until 12:45, set in the desktop app at 12:03, then Available".

`static/js/status/line.js` says the same with the same words when a status changes in an open window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import Status, Surface
from presence.labels import STATUS_LABELS
from presence.models import Extension
from presence.selectors.status import StatusBefore, following
from presence.services.status_news import setter_name
from webclient.person_row import NOTE, UNTIL, moment_words, until_words

LINE_WORDS: Mapping[str, StrOrPromise] = {
    "set": pgettext_lazy("a status", "set {where} {when}"),
    "set_by": pgettext_lazy("a status", "set by {by} {where} {when}"),
    f"in_{Surface.WEB_CLIENT}": _("in the web client"),
    f"in_{Surface.DESKTOP_APP}": _("in the desktop app"),
    f"in_{Surface.OPERATOR_PANEL}": _("in the operator panel"),
    f"in_{Surface.DESK_PHONE}": _("on the desk phone"),
    "at": pgettext_lazy("a time of day", "at {time}"),
    "on": pgettext_lazy("a day", "on {time}"),
    "then": pgettext_lazy("the status that follows", "then {status}"),
    "back": _("Back to {status}"),
}
_SINCE = _("since {time}")


@dataclass(frozen=True, slots=True)
class StatusLine:
    """In two parts, the first of which is all that a narrow place shows."""

    status: Status
    head: str
    rest: str
    note: str

    @property
    def words(self) -> str:
        return f"{self.head}, {self.rest}"

    @property
    def note_words(self) -> str:
        return str(NOTE).format(note=self.note) if self.note else ""


def status_line(extension: Extension) -> StatusLine:
    """No query when the setter and their extension are at hand."""
    parts = [_origin(extension)]
    if extension.status_until is not None:
        then, _note = following(extension)
        parts.append(_word("then", status=str(STATUS_LABELS[then])))
    status = Status(extension.status)
    return StatusLine(status, head(status, extension.status_until), ", ".join(parts), extension.status_note)


def head(status: Status, until: datetime | None) -> str:
    label = str(STATUS_LABELS[status])
    return str(UNTIL).format(status=label, time=until_words(until)) if until else label


def back_words(before: StatusBefore) -> str:
    """ "Back to Lunch until 12:45"."""
    return _word("back", status=head(before.status, before.until))


def _origin(extension: Extension) -> str:
    if not extension.status_set_on:
        return str(_SINCE).format(time=moment_words(extension.status_since))
    set_at = extension.status_set_at
    is_today = localtime(set_at).date() == localdate()
    when = _word("at" if is_today else "on", time=moment_words(set_at))
    where, by = _word(f"in_{extension.status_set_on}"), setter_name(extension.status_set_by)
    return _word("set_by", by=by, where=where, when=when) if by else _word("set", where=where, when=when)


def _word(key: str, **params: str) -> str:
    return str(LINE_WORDS[key]).format(**params)
