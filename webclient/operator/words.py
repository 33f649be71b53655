"""Settings, their values and the reasons for leaving somebody out, in the operator's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence import selectors
from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    RuleSetting,
    Source,
    Switch,
    SwitchSetting,
    Value,
    Values,
    is_inheritable,
    parse_key,
    text_destination,
)
from presence.domain.vocabulary import VoicemailEmail
from presence.labels import CONDITION_LABELS, ORIGIN_LABELS, STATUS_LABELS, VOICEMAIL_EMAIL_LABELS
from presence.services.bulk_edit import Plan, Skip
from webclient.rule_words import destination_label, numbered_name, shown_number

FIELD_LABELS: Mapping[Field, StrOrPromise] = {
    Field.NAME: gettext_lazy("Name"),
    Field.DEPARTMENT: gettext_lazy("Department"),
    Field.MOBILE_NUMBER: gettext_lazy("Mobile number"),
    Field.VOICEMAIL_ON: gettext_lazy("Voicemail"),
    Field.VOICEMAIL_SECONDS_MAX: gettext_lazy("Longest message, in seconds"),
    Field.VOICEMAIL_MESSAGES_MAX: gettext_lazy("Most messages kept"),
    Field.VOICEMAIL_EMAIL: gettext_lazy("E-mail when a message is left"),
    Field.EXTERNAL_FORWARDING: gettext_lazy("Forwarding to outside numbers"),
    Field.TAKES_VISITS: gettext_lazy("Calls from the public call page"),
    Field.IS_ENABLED: gettext_lazy("Extension"),
}

SWITCH_LABELS: Mapping[Switch, StrOrPromise] = {
    Switch.STAYS_IN_QUEUES: gettext_lazy("Stays logged in to queues"),
    Switch.TAKES_SECOND_CALL: gettext_lazy("A second call rings during a call"),
    Switch.RINGS_MOBILE_TOO: gettext_lazy("The mobile rings, too"),
}

SOURCE_LABELS: Mapping[Source, StrOrPromise] = {
    Source.OWN: pgettext_lazy("where a value comes from", "own"),
    Source.DEPARTMENT: pgettext_lazy("where a value comes from", "department's template"),
    Source.COMPANY: pgettext_lazy("where a value comes from", "company's template"),
    Source.RECOMMENDED: pgettext_lazy("where a value comes from", "recommended"),
}

_SKIP_WORDS: Mapping[Skip, StrOrPromise] = {
    Skip.NO_MOBILE_NUMBER: gettext_lazy("has no mobile number"),
    Skip.OWN_NUMBER: gettext_lazy("this is their own number"),
    Skip.MAY_NOT_FORWARD_OUTSIDE: gettext_lazy("may not forward calls to outside numbers"),
    Skip.OUTSIDE_FORWARDING_OFF: gettext_lazy("the company has forwarding to outside numbers switched off"),
    Skip.CHANGED_SINCE: gettext_lazy("changed since"),
}


def key_label(key: str) -> str:
    """ "Available · No answer · External calls"."""
    match parse_key(key):
        case RuleSetting(status, condition, origin):
            return f"{STATUS_LABELS[status]} · {CONDITION_LABELS[condition]} · {ORIGIN_LABELS[origin]}"
        case RingSecondsSetting(status, origin):
            rings = _("Rings for")
            return f"{STATUS_LABELS[status]} · {rings} · {ORIGIN_LABELS[origin]}"
        case SwitchSetting(status, switch):
            return f"{STATUS_LABELS[status]} · {SWITCH_LABELS[switch]}"
        case field:
            return str(FIELD_LABELS[field])


def value_label(key: str, value: Value, names: Mapping[str, str], given: Values | None = None) -> str:
    """A value in words; `given` (what the templates give) says what "as the template says" means."""
    if value is None and is_inheritable(key):
        words = _("as the template says")
        says = (given or {}).get(key)
        return words if says is None else f"{words} ({value_label(key, says, names)})"
    if isinstance(value, bool):
        return pgettext("a switch", "on") if value else pgettext("a switch", "off")
    if value is None or value == "":
        return pgettext("a value", "none")
    match parse_key(key):
        case RuleSetting():
            return destination_label(text_destination(str(value)), names)
        case RingSecondsSetting() | Field.VOICEMAIL_SECONDS_MAX:
            return _("%(seconds)s s") % {"seconds": value}
        case Field.MOBILE_NUMBER:
            return shown_number(str(value))
        case Field.VOICEMAIL_EMAIL:
            return str(VOICEMAIL_EMAIL_LABELS[VoicemailEmail(str(value))])
    return str(value)


def skip_words(plan: Plan, names: Mapping[str, str]) -> str:
    """Why an extension is left out of an edit."""
    if plan.skip is None:
        return ""
    path = [numbered_name(number, names) for number in plan.detail]
    match plan.skip:
        case Skip.WOULD_LOOP:
            return _("calls would go round in a circle: %(path)s") % {"path": " → ".join(path)}
        case Skip.DESTINATION_DISABLED:
            return _("the extension %(extension)s is switched off") % {"extension": path[0]}
        case Skip.DESTINATION_UNKNOWN:
            return _("there is no extension %(number)s") % {"number": path[0]}
        case Skip.VOICEMAIL_OFF if path:
            return _("the voicemail of %(extension)s is switched off") % {"extension": path[0]}
        case Skip.VOICEMAIL_OFF:
            return _("the voicemail is switched off")
    return str(_SKIP_WORDS[plan.skip])


def names_in(plans: Iterable[Plan]) -> dict[str, str]:
    """The names of all numbers that these plans speak of; two queries."""
    numbers: set[str] = set()
    for plan in plans:
        numbers.update(plan.detail)
        for values in (plan.before, plan.after):
            numbers.update(numbers_in(values))
    return selectors.names_of(numbers)


def numbers_in(values: Values) -> set[str]:
    """The extensions that the rules among `values` point at."""
    texts = [str(value) for key, value in values.items() if value is not None and is_rule(key)]
    return {text_destination(text).value for text in texts} - {""}


def is_rule(key: str) -> bool:
    return isinstance(parse_key(key), RuleSetting)
