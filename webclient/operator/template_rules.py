"""One rule of a template as typed -> its value, or the control that is wrong and why."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from presence import selectors
from presence.domain.call_facts import TargetFacts
from presence.domain.extension_settings import destination_text
from presence.domain.forwarding import KINDS_OVER_TRUNK, OFFERED, Destination
from presence.domain.vocabulary import DestinationKind, Surface
from presence.selectors.settings import company
from webclient.forms.rule_destinations import ControlError, TypedRule, external_number, target_error
from webclient.rule_words import numbered_name

OFFERED_HERE = OFFERED[Surface.OPERATOR_PANEL]
KINDS_WITH_EXTENSION = frozenset({DestinationKind.EXTENSION, DestinationKind.EXTENSION_VOICEMAIL})


class RuleReader:
    """Reads the rules of one form: what they point at is looked up once for all of them."""

    def __init__(self, rules: Iterable[TypedRule]) -> None:
        targets = {rule.target for rule in rules} - {""}
        self._targets: Mapping[str, TargetFacts] = selectors.target_facts(targets)
        self._names = selectors.names_of(targets)
        self._company = company()

    def read(self, rule: TypedRule) -> str | None:
        """The value that the template keeps, None for "as the next layer says"; raises ControlError."""
        if not rule.kind:
            return None
        if rule.kind not in OFFERED_HERE:
            raise ControlError("kind", _("This destination cannot be chosen here."))
        return destination_text(self._destination(rule, DestinationKind(rule.kind)))

    def _destination(self, rule: TypedRule, kind: DestinationKind) -> Destination:
        if kind in KINDS_OVER_TRUNK and not self._company.external_forwarding:
            raise ControlError("kind", _("The company does not forward calls to the outside."))
        if kind is DestinationKind.EXTERNAL_NUMBER:
            return external_number(rule)
        if kind not in KINDS_WITH_EXTENSION:
            return Destination(kind)
        error = target_error(rule, self._targets, self._names)
        if not error and kind is DestinationKind.EXTENSION_VOICEMAIL and not self._targets[rule.target].voicemail_on:
            extension = numbered_name(rule.target, self._names)
            error = _("The voicemail of %(extension)s is switched off.") % {"extension": extension}
        if error:
            raise ControlError("extension", error)
        return Destination(kind, rule.target)
