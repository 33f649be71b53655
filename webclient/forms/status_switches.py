"""The switches of a status as sentences to tick.

A box that is not ticked sends nothing, so a hidden control of the same name stands before it: without either, the
switch stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from presence.domain.extension_settings import Switch, switches_of
from presence.domain.forwarding import StatusProfile

ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class SwitchSentence:
    words: StrOrPromise
    hint: StrOrPromise


SWITCH_SENTENCES: Mapping[Switch, SwitchSentence] = {
    Switch.STAYS_IN_QUEUES: SwitchSentence(
        _("I stay logged in to my queues"),
        _("Off: with this status the calls of your queues go to the others; calls to your own number still ring."),
    ),
    Switch.TAKES_SECOND_CALL: SwitchSentence(
        _("A second call rings while I am on a call"),
        _("Off: whoever calls you then goes where the rule for a busy phone says."),
    ),
    Switch.RINGS_MOBILE_TOO: SwitchSentence(
        _("My mobile rings, too"),
        _("While your phones ring, your mobile rings as well; whoever answers first has the call."),
    ),
}


@dataclass(frozen=True, slots=True)
class SwitchControl:
    """One switch as the page draws it."""

    switch: Switch
    field: forms.BoundField
    sentence: SwitchSentence
    saved_now: str

    @property
    def off(self) -> str:
        return OFF


def switch_field(switch: Switch) -> forms.Field:
    described = {"aria-describedby": f"{switch}-hint"}
    box = forms.CheckboxInput(attrs={"value": ON, **described}, check_test=lambda value: value == ON)
    return forms.CharField(label=str(SWITCH_SENTENCES[switch].words), required=False, widget=box)


def switch_texts(profile: StatusProfile) -> dict[str, str]:
    """The controls' values that stand for a profile."""
    return {switch.value: ON if is_on else OFF for switch, is_on in switches_of(profile).items()}
