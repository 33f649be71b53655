"""The rules of one status as a surface's controls, and what was sent back as destinations, seconds, switches.

Control names are `<condition>-<origin>-kind`, beside `-extension`, `-system`, `-number`; seconds `<origin>-seconds`.
A control that was not sent stays as it is. A kind that the surface does not offer is an option only where a rule has
it already.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from presence.domain.extension_settings import Switch, switches_of
from presence.domain.forwarding import (
    OFFERED,
    RING_SECONDS_MAX,
    RING_SECONDS_MIN,
    Destination,
    RuleKey,
    StatusProfile,
    rule_keys,
)
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Surface
from presence.labels import DESTINATION_LABELS
from presence.models import Extension
from presence.selectors.asterisk import has_trunk
from presence.selectors.settings import company
from webclient.forms.rule_controls import (
    OWN_SENTENCES,
    PARTS,
    RuleControls,
    as_controls,
    control_name,
    select_field,
    sentence_of,
    text_field,
    value_controls,
)
from webclient.forms.rule_destinations import ControlError, DestinationReader, TypedRule
from webclient.forms.status_switches import (
    OFF,
    ON,
    SWITCH_SENTENCES,
    SwitchControl,
    SwitchSentence,
    switch_field,
    switch_texts,
)
from webclient.fresh_password import FreshPassword
from webclient.rule_words import destination_label, kept_label, shown_number
from webclient.saved_rules import SavedRules

_SECONDS = re.compile(r"[0-9]{1,4}")


class StatusSettingsForm(forms.Form):
    """Bound with what was sent, or unbound with the saved rules (or with `suggested` ones, copied from a status)."""

    same = forms.BooleanField(required=False, label=gettext_lazy("Same for internal and external calls"))
    password = forms.CharField(
        required=False,
        strip=False,
        max_length=256,
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self,
        extension: Extension,
        saved: SavedRules,
        surface: Surface,
        data: Mapping[str, str] | None = None,
        suggested: StatusProfile | None = None,
        password: FreshPassword | None = None,
    ) -> None:
        self.extension = extension
        self.saved = saved
        self.surface = surface
        self.offered = OFFERED[surface]
        self.keys = rule_keys(saved.profile.kind)
        self.expected_version = version_sent(data, saved.version)
        self.destinations: dict[RuleKey, Destination] = {}
        self.ring_seconds: dict[Origin, int] = {}
        self.switches: dict[Switch, bool] = {}
        self.asks_password = False
        self._password = password
        self._is_conflict = False
        why = self._why_not_outside()
        self._outside_hint = self._hint(why) if why else ""
        self._beside_hint = f"{why} {_('it stays silent.')}" if why else ""
        shown = self._offered(suggested) if suggested else saved.profile
        initial = as_controls(shown, saved.names, self.offered) | switch_texts(shown)
        super().__init__(None if data is None else self._completed(data, initial), initial=initial)
        self._add_fields()

    @property
    def rings_first(self) -> bool:
        return self.saved.profile.kind is RuleKind.RINGS_FIRST

    @property
    def version(self) -> int:
        """What the next save must name: after a conflict the version that the sender has now been shown."""
        return self.saved.version if self._is_conflict else self.expected_version

    def switch_controls(self) -> list[SwitchControl]:
        return [
            SwitchControl(switch, self[switch.value], self._switch_sentence(switch), self._switch_saved_now(switch))
            for switch in switches_of(self.saved.profile)
        ]

    def _switch_sentence(self, switch: Switch) -> SwitchSentence:
        sentence = SWITCH_SENTENCES[switch]
        if switch is not Switch.RINGS_MOBILE_TOO:
            return sentence
        return replace(sentence, hint=f"{sentence.hint} {self._mobile_words(self._beside_hint)}")

    def columns(self) -> Iterator[tuple[Origin, list[RuleControls]]]:
        for origin in Origin:
            yield origin, [self._controls(key) for key in self.keys if key[1] is origin]

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong with it), in the order of the page."""
        for name in self.fields:
            for error in self.errors.get(name, ()):
                yield self[name].id_for_label, str(error)

    def show_conflict(self) -> bool:
        """Keep what was sent and say beside it what is saved now; False if nothing differs after all."""
        self._is_conflict = True
        seconds_differ = any(self.saved.profile.ring_seconds[origin] != n for origin, n in self.ring_seconds.items())
        switches_differ = self.switches != switches_of(self.saved.profile)
        return seconds_differ or switches_differ or self.destinations != self.saved.profile.destinations

    def clean(self) -> dict[str, Any]:
        typed = {key: TypedRule(*(self._sent(key, part) for part in PARTS)) for key in self.keys}
        reader = DestinationReader(self.extension, typed.values(), self.surface)
        for key, rule in typed.items():
            try:
                self.destinations[key] = reader.read(rule, self.saved.profile.destinations[key], key[1])
            except ControlError as error:
                self._refuse(key, error)
        self._check_password()
        if self.rings_first:
            for origin in Origin:
                self._read_seconds(origin)
        for switch in switches_of(self.saved.profile):
            if self.data[switch.value] in {ON, OFF}:
                self.switches[switch] = self.data[switch.value] == ON
            else:
                self.add_error(switch.value, _("Choose one of the values."))
        return self.cleaned_data

    def _check_password(self) -> None:
        """A number outside that no rule of theirs has had so far is theirs to say, and nobody's who finds a window."""
        numbers = {to.value for to in self.destinations.values() if to.kind is DestinationKind.EXTERNAL_NUMBER}
        known = {to.value for to in self.saved.profile.destinations.values()}
        if not numbers - known or self._password is None or not self._password.is_asked():
            return
        self.asks_password = True
        if refusal := self._password.refusal(str(self.data.get("password", ""))):
            self.add_error("password", refusal)

    def _offered(self, suggested: StatusProfile) -> StatusProfile:
        """What can be copied: where another status has a destination that is not offered here, the own one stays."""
        rules = {
            key: suggested.destinations[key] if suggested.destinations[key].kind in self.offered else own
            for key, own in self.saved.profile.destinations.items()
        }
        return replace(suggested, destinations=rules)

    def _refuse(self, key: RuleKey, error: ControlError) -> None:
        """With "same" ticked an error stands once, at the internal rule, unless the external one alone has it."""
        condition, origin = key
        name = control_name(key, error.control)
        twin = control_name((condition, Origin.INTERNAL), error.control)
        if origin is Origin.EXTERNAL and self.data.get("same") and twin in self.errors:
            return
        self.add_error(name, error.message)

    def _read_seconds(self, origin: Origin) -> None:
        text = normalize("NFKC", self.data[f"{origin}-seconds"]).strip()
        if _SECONDS.fullmatch(text) and RING_SECONDS_MIN <= int(text) <= RING_SECONDS_MAX:
            self.ring_seconds[origin] = int(text)
            return
        bounds = {"min": RING_SECONDS_MIN, "max": RING_SECONDS_MAX}
        self.add_error(f"{origin}-seconds", _("Type a whole number of seconds from %(min)s to %(max)s.") % bounds)

    def _completed(self, data: Mapping[str, str], initial: Mapping[str, str]) -> dict[str, str]:
        """What was sent, with the saved rules for what was not, and the internal rules for both if so asked."""
        sent = {name: data[name] for name in ("same", "password") if name in data}
        for key in self.keys:
            is_sent = control_name(key, "kind") in data
            for name in (control_name(key, part) for part in PARTS):
                sent[name] = data.get(name, "") if is_sent else initial[name]
        for origin in Origin:
            sent[f"{origin}-seconds"] = data.get(f"{origin}-seconds", initial[f"{origin}-seconds"])
        for switch in switches_of(self.saved.profile):
            sent[switch.value] = data.get(switch.value, initial[switch.value])
        if "same" in sent:
            sent |= {name.replace("internal", "external"): value for name, value in sent.items() if "internal" in name}
        return sent

    def _sent(self, key: RuleKey, part: str) -> str:
        return str(self.data[control_name(key, part)])

    def _add_fields(self) -> None:
        for origin in Origin:
            if self.rings_first:
                self.fields[f"{origin}-seconds"] = text_field(_("Seconds"), size="3", inputmode="numeric")
            for key in (key for key in self.keys if key[1] is origin):
                self._add_rule(key)
        for switch in switches_of(self.saved.profile):
            self.fields[switch.value] = switch_field(switch)

    def _add_rule(self, key: RuleKey) -> None:
        condition, origin = key
        self.fields[control_name(key, "kind")] = select_field(
            self._kind_choices(key),
            _("Where the call goes"),
            **{"aria-labelledby": f"rule-{condition}-{origin}-sentence"},
        )
        self.fields[control_name(key, "extension")] = text_field(
            _("Extension"), list="extension-choices", autocomplete="off", inputmode="search"
        )
        system_choices = [("", _("Choose"))]
        system_choices += [(number, f"{number} {name}") for number, name in self.saved.system_extensions]
        self.fields[control_name(key, "system")] = select_field(system_choices, _("Queue, ring group or receptionist"))
        self.fields[control_name(key, "number")] = text_field(
            _("External number"), self._outside_hint, inputmode="tel", autocomplete="off"
        )

    def _why_not_outside(self) -> str:
        """Why no call of this extension reaches a number outside; empty: it does."""
        if not has_trunk():
            return _("There is no outside line yet:")
        if not (company().external_forwarding and self.extension.external_forwarding):
            return _("Your calls may not be forwarded to the outside:")
        return ""

    def _hint(self, why: str) -> str:
        """What the router does where a destination cannot take a call (SPEC.md 3.5)."""
        if self.extension.voicemail_on:
            return why + " " + _("such a call goes to your voicemail instead.")
        return why + " " + _("such a call ends.")

    def _mobile_hint(self, key: RuleKey) -> str:
        """Which phone that is, where the rule is a call to the mobile or could become one."""
        kinds = {self.saved.profile.destinations[key].kind, *self.offered}
        return self._mobile_words(self._outside_hint) if DestinationKind.MOBILE in kinds else ""

    def _mobile_words(self, hint: str) -> str:
        """Which phone the mobile is, and the `hint` that belongs to it."""
        if not self.extension.mobile_number:
            return _("You have no mobile number here yet. An operator can enter it.")
        number = shown_number(self.extension.mobile_number)
        return f"{_('Your mobile: %(number)s.') % {'number': number}} {hint}".rstrip()

    def _kind_choices(self, key: RuleKey) -> list[tuple[str, str]]:
        offered = [(kind.value, str(DESTINATION_LABELS[kind])) for kind in DestinationKind if kind in self.offered]
        saved = self.saved.profile.destinations[key]
        if saved.kind in self.offered:
            return offered
        return [(saved.kind.value, kept_label(saved, self.saved.names, self.saved.set_on.get(key))), *offered]

    def _controls(self, key: RuleKey) -> RuleControls:
        condition, origin = key
        is_after_ringing = condition is Condition.NO_ANSWER
        return RuleControls(
            id=f"rule-{condition}-{origin}",
            condition=condition,
            sentence=sentence_of(OWN_SENTENCES, condition, origin),
            kind=self[control_name(key, "kind")],
            values=tuple(
                (kinds, self[control_name(key, part)]) for part, kinds in value_controls(self.offered).items()
            ),
            seconds=self[f"{origin}-seconds"] if is_after_ringing else None,
            saved_now=self._saved_now(key),
            seconds_saved_now=self._seconds_saved_now(origin) if is_after_ringing else "",
            mobile_hint=self._mobile_hint(key),
        )

    def _saved_now(self, key: RuleKey) -> str:
        """After a conflict: what differs from what was sent."""
        saved = self.saved.profile.destinations[key]
        if not self._is_conflict or self.destinations.get(key) == saved:
            return ""
        return destination_label(saved, self.saved.names)

    def _switch_saved_now(self, switch: Switch) -> str:
        saved = switches_of(self.saved.profile)[switch]
        if not self._is_conflict or self.switches.get(switch) is saved:
            return ""
        return pgettext("a switch", "on") if saved else pgettext("a switch", "off")

    def _seconds_saved_now(self, origin: Origin) -> str:
        saved = self.saved.profile.ring_seconds[origin]
        if not self._is_conflict or self.ring_seconds.get(origin) == saved:
            return ""
        return _("%(seconds)s s") % {"seconds": saved}


def version_sent(data: Mapping[str, str] | None, present: int) -> int:
    """The version that the sender had seen. Nonsense was never seen; a form without one means the present."""
    text = str(present) if data is None else data.get("version", str(present))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
