"""A template as its page shows it: what is saved, what stands below it, and the switches that it draws."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django_stubs_ext import StrOrPromise

from presence.domain.extension_settings import Values
from presence.domain.forwarding import StatusProfile
from presence.domain.vocabulary import Status


@dataclass(frozen=True, slots=True)
class TemplateSwitch:
    """One switch of a status as the page draws it."""

    field: forms.BoundField
    saved_now: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A template as it is saved, over the one below it (`given`), and what its people say of that one."""

    saved: Values
    version: str
    given: Mapping[Status, StatusProfile]
    given_words: StrOrPromise  # "As the company says: %(value)s"
    names: Mapping[str, str]
