"""The keys that work everywhere, with what each does: the list that `?` shows and docs/architecture.md repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class KeyLine:
    """Keys that are pressed together (`parts`), or one after the other or instead (`then`)."""

    parts: Sequence[StrOrPromise]
    words: StrOrPromise
    then: Sequence[StrOrPromise] = ()
    is_single: bool = False  # fires without Ctrl, and so can be switched off


@dataclass(frozen=True, slots=True)
class KeyGroup:
    title: StrOrPromise
    lines: Sequence[KeyLine]


_SPACE = pgettext_lazy("key", "Space")

KEY_GROUPS = (
    KeyGroup(
        _("Status"),
        (
            KeyLine(("Ctrl", "."), _("Open the menu of statuses")),
            KeyLine(("1",), _("Choose a status in the open menu, in its order"), then=("5",)),
        ),
    ),
    KeyGroup(
        _("People"),
        (
            KeyLine(("/",), _("Find a colleague, or type a number to call"), is_single=True),
            KeyLine(("Enter",), _("Call the number, the only one found or the one with the focus")),
            KeyLine(("↓",), _("Down and up among the people found"), then=("↑",)),
            KeyLine(("Esc",), _("Empty the search")),
        ),
    ),
    KeyGroup(
        _("Calls"),
        (
            KeyLine((_SPACE,), _("Answer the call that rings, while no button has the focus"), is_single=True),
            KeyLine(("M",), _("Microphone off and on"), is_single=True),
            KeyLine(("H",), _("Hold and resume"), is_single=True),
            KeyLine(("Ctrl", "Shift", "H"), _("Hang up")),
        ),
    ),
    KeyGroup(_("Help"), (KeyLine(("?",), _("Show these keys"), is_single=True),)),
)
