"""Who makes a call while their status says that they are not there is asked, in the words of that status."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import Status

QUESTIONS: Mapping[Status, StrOrPromise] = {
    Status.AWAY: _("You are Away. Set Available?"),
    Status.LUNCH: _("You are at Lunch. Set Available?"),
    Status.BUSINESS_TRIP: _("You are on a Business Trip. Set Available?"),
}
