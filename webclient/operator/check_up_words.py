"""The check-up's findings in the operator's language."""

from collections.abc import Iterable, Mapping

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise
from phonenumbers import country_code_for_region

from presence.calls.check_up import CheckUp
from presence.domain.check_up import Finding, FindingKind
from presence.domain.extension_settings import RuleSetting
from presence.domain.vocabulary import Condition, Origin, Status
from presence.labels import CONDITION_LABELS, ORIGIN_LABELS, STATUS_LABELS
from webclient.rule_words import numbered_name, shown_number

KIND_LABELS: Mapping[FindingKind, StrOrPromise] = {
    FindingKind.NO_MOBILE_NUMBER: gettext_lazy("Missing mobile numbers"),
    FindingKind.LOOP: gettext_lazy("Calls go round in a circle"),
    FindingKind.NO_MEMBERS: gettext_lazy("Queues and ring groups without members"),
    FindingKind.NO_OPTIONS: gettext_lazy("Receptionists without keys"),
    FindingKind.NOBODY_LOGGED_IN: gettext_lazy("Queues where nobody is logged in now"),
    FindingKind.DESTINATION_UNKNOWN: gettext_lazy("Forwards to numbers that do not exist"),
    FindingKind.DESTINATION_DISABLED: gettext_lazy("Forwards to extensions that are switched off"),
    FindingKind.NO_TRUNK: gettext_lazy("No line to the outside"),
    FindingKind.VOICEMAIL_OFF: gettext_lazy("Voicemail is off but used"),
    FindingKind.FORWARDS_TO_ABSENT: gettext_lazy("Forwards to people who are away for long"),
    FindingKind.OUTSIDE_NOT_ALLOWED: gettext_lazy("Forwards to the outside that are not allowed"),
    FindingKind.OUTSIDE: gettext_lazy("Forwards to the outside, by country"),
}

_INSTEAD = gettext_lazy("Such a call goes to the voicemail of the extension called first, or ends.")
EXPLANATIONS: Mapping[FindingKind, StrOrPromise] = {
    FindingKind.NO_MOBILE_NUMBER: _INSTEAD,
    FindingKind.LOOP: _INSTEAD,
    FindingKind.NO_MEMBERS: gettext_lazy("Every call goes on at once to where it goes when nobody answers."),
    FindingKind.NO_OPTIONS: gettext_lazy("The greeting is played, and then the call goes where it goes without a key."),
    FindingKind.NOBODY_LOGGED_IN: gettext_lazy("Its members are logged out, away, or without a connected phone."),
    FindingKind.DESTINATION_UNKNOWN: _INSTEAD,
    FindingKind.DESTINATION_DISABLED: _INSTEAD,
    FindingKind.NO_TRUNK: _INSTEAD,
    FindingKind.VOICEMAIL_OFF: _INSTEAD,
    FindingKind.FORWARDS_TO_ABSENT: gettext_lazy("They have had a status that does not ring for more than three days."),
    FindingKind.OUTSIDE_NOT_ALLOWED: gettext_lazy("The company, its country list or the extension's rights forbid it."),
    FindingKind.OUTSIDE: gettext_lazy("Nothing is wrong here: these are the calls that can cost money."),
}

_WORDS: Mapping[FindingKind, StrOrPromise] = {
    FindingKind.NO_MEMBERS: gettext_lazy("nobody is a member"),
    FindingKind.NO_OPTIONS: gettext_lazy("no key leads anywhere"),
    FindingKind.NOBODY_LOGGED_IN: gettext_lazy("nobody gets its calls now"),
    FindingKind.NO_MOBILE_NUMBER: gettext_lazy("to the mobile, but there is no mobile number"),
    FindingKind.DESTINATION_UNKNOWN: gettext_lazy("to %(number)s, which is no extension"),
    FindingKind.DESTINATION_DISABLED: gettext_lazy("to %(extension)s, which is switched off"),
    FindingKind.NO_TRUNK: gettext_lazy("to %(outside)s, but there is no line to the outside"),
    FindingKind.OUTSIDE_NOT_ALLOWED: gettext_lazy("to %(outside)s, which is not allowed"),
    FindingKind.OUTSIDE: gettext_lazy("to %(outside)s"),
}


def finding_words(finding: Finding, checked: CheckUp) -> str:
    """Where the rules lead, as the end of a sentence: "to 102 Piotr Adamiak, which is switched off"."""
    extension = numbered_name(finding.about, checked.names)
    match finding.kind:
        case FindingKind.LOOP:
            return " → ".join(numbered_name(number, checked.names) for number in finding.path)
        case FindingKind.VOICEMAIL_OFF if finding.about:
            return _("to the voicemail of %(extension)s, which is off") % {"extension": extension}
        case FindingKind.VOICEMAIL_OFF:
            return _("to the voicemail, which is off")
        case FindingKind.FORWARDS_TO_ABSENT:
            status, since = checked.absent[finding.about]
            return _("to %(extension)s, %(status)s since %(date)s") % {
                "extension": extension,
                "status": STATUS_LABELS[status],
                "date": formats.date_format(localtime(since), "MONTH_DAY_FORMAT"),
            }
    known = {"number": finding.about, "extension": extension, "outside": shown_number(finding.about)}
    return str(_WORDS[finding.kind]) % known


def places_words(places: Iterable[str]) -> str:
    """ "Key 1, When closed": the destinations of a system extension."""
    words = {"destination": _("Nobody answers, or no key"), "closed": _("When closed")}
    return ", ".join(words.get(place) or _("Key %(key)s") % {"key": place[-1]} for place in places)


def rules_words(rules: Iterable[RuleSetting]) -> str:
    """ "Available: No answer, Busy; Away (External calls)"; both origins need no naming."""
    origins: dict[tuple[Status, Condition], list[Origin]] = {}
    for rule in rules:
        origins.setdefault((rule.status, rule.condition), []).append(rule.origin)
    conditions: dict[tuple[Status, tuple[Origin, ...]], list[Condition]] = {}
    for (status, condition), some in origins.items():
        conditions.setdefault((status, tuple(some)), []).append(condition)
    return "; ".join(_rule_words(status, some, asked) for (status, some), asked in conditions.items())


def _rule_words(status: Status, origins: tuple[Origin, ...], conditions: Iterable[Condition]) -> str:
    words = str(STATUS_LABELS[status])
    # A status that never rings has one condition, which its name says already.
    asked = ", ".join(str(CONDITION_LABELS[condition]) for condition in conditions if condition is not Condition.ALWAYS)
    if asked:
        words = f"{words}: {asked}"
    return f"{words} ({ORIGIN_LABELS[origins[0]]})" if len(origins) == 1 else words


def country_words(region: str) -> str:
    """ "PL (+48)"."""
    if not region:
        return str(_NO_COUNTRY)
    return f"{region} (+{country_code_for_region(region)})"


_NO_COUNTRY = pgettext_lazy("of a phone number", "Unknown country")
