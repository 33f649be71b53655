"""Who changed rules last, where and when: the line under the heading of every page that shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import Surface
from presence.labels import SURFACE_LABELS
from presence.models import ChangeRecord, Extension, User
from webclient.person_row import moment_words


@dataclass(frozen=True, slots=True)
class LastChange:
    """A change as one person reads it. `pk`: of a later change it is higher."""

    pk: int
    who: str  # empty: the login is gone
    is_mine: bool
    place: StrOrPromise
    time: str

    @classmethod
    def of(cls, record: ChangeRecord | None, viewer: User) -> "LastChange | None":
        if record is None:
            return None
        holder = getattr(record.by, "extension", None)
        login = record.by.get_username() if record.by else ""
        return cls(
            pk=record.pk,
            who=holder.name if isinstance(holder, Extension) else login,
            is_mine=record.by_id == viewer.pk,
            place=SURFACE_LABELS[Surface(record.surface)],
            time=moment_words(record.at),
        )

    @property
    def words(self) -> str:
        return self._said(
            _("Last changed by you in the %(place)s, %(time)s"),
            _("Last changed by %(who)s in the %(place)s, %(time)s"),
            _("Last changed in the %(place)s, %(time)s"),
        )

    @property
    def news(self) -> str:
        """For whoever has the page of a status open when it happens."""
        return self._said(
            _("You changed these rules in another window (%(place)s, %(time)s)."),
            _("%(who)s changed these rules (%(place)s, %(time)s)."),
            _("These rules were changed (%(place)s, %(time)s)."),
        )

    @property
    def news_of_settings(self) -> str:
        """For an operator, whose page shows more than rules."""
        return self._said(
            _("You changed these settings in another window (%(place)s, %(time)s)."),
            _("%(who)s changed these settings (%(place)s, %(time)s)."),
            _("These settings were changed (%(place)s, %(time)s)."),
        )

    def _said(self, mine: str, of_somebody: str, of_nobody: str) -> str:
        words = mine if self.is_mine else of_somebody if self.who else of_nobody
        return words % {"who": self.who, "place": self.place, "time": self.time}
