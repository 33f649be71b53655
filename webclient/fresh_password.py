"""A fresh password before something that can cost money: a login of the last minutes counts, or it is typed now.

Whoever finds an open window must not send its calls to a number of their own (RELIABILITY.md, "Security").
"""

import time
from dataclasses import dataclass

from allauth.account.authentication import get_authentication_records
from allauth.core import ratelimit
from django.utils.translation import gettext as _

from webclient.access import AuthenticatedRequest

FRESH_SECONDS = 300
CONFIRMED_AT = "password_confirmed_at"  # in the session


@dataclass(frozen=True, slots=True)
class FreshPassword:
    """Of the person and the session of `request`."""

    request: AuthenticatedRequest

    def is_asked(self) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        logins = [float(record["at"]) for record in records if record.get("method") == "password"]
        confirmed = float(self.request.session.get(CONFIRMED_AT, 0))
        return time.time() - max(confirmed, *logins, 0.0) >= FRESH_SECONDS

    def refusal(self, typed: str) -> str:
        """What is wrong with the password; empty: it is right, and asked no more for a while."""
        if not typed:
            return _("Calls are to leave for a new number: type your password to say that it is you.")
        if not ratelimit.consume(self.request, action="reauthenticate", user=self.request.user):
            return _("Too many attempts. Wait a minute and try again.")
        if not self.request.user.check_password(typed):
            return _("This is not your password.")
        self.request.session[CONFIRMED_AT] = time.time()
        return ""
