"""The members of a ring group or queue as rows of the form: who, and at which place.

`member-<n>` names the extension and `member-<n>-position` its place; an empty row is none, a row without a place comes
last. That is all a browser without script needs; the script only fills in the places.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from presence.selectors.system_settings import extensions_by_number
from webclient.forms.rule_controls import text_field
from webclient.forms.rule_destinations import extension_number
from webclient.rule_words import numbered_name

MEMBERS_MAX = 100
EMPTY_ROWS = 3
_ROW = re.compile(r"member-([0-9]{1,3})")
_PLACE = re.compile(r"[0-9]{1,3}")
_LAST = 1000


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member as the page draws it."""

    index: int
    member: forms.BoundField
    position: forms.BoundField
    is_empty: bool


def rows_sent(data: Mapping[str, str]) -> int:
    """How many rows the browser had."""
    found = [int(match[1]) for name in data if (match := _ROW.fullmatch(name))]
    return min(max(found, default=-1) + 1, MEMBERS_MAX + EMPTY_ROWS)


def member_texts(members: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """What the rows of the saved members show."""
    texts: dict[str, str] = {}
    for index, number in enumerate(members):
        texts[f"member-{index}"] = numbered_name(number, names)
        texts[f"member-{index}-position"] = str(index + 1)
    return texts


def member_fields(count: int) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for index in range(count):
        fields[f"member-{index}"] = text_field(
            _("Member %(place)s") % {"place": index + 1},
            list="extension-choices",
            autocomplete="off",
            inputmode="search",
        )
        fields[f"member-{index}-position"] = text_field(_("Place"), inputmode="numeric", size="3", autocomplete="off")
    return fields


def member_rows(form: forms.Form, count: int) -> list[MemberRow]:
    """The rows by the places typed into them: a refused form shows the order that was sent."""
    rows = []
    for index in range(count):
        member = form[f"member-{index}"]
        is_empty = not str(member.value() or "").strip()
        rows.append(MemberRow(index, member, form[f"member-{index}-position"], is_empty))
    return sorted(rows, key=lambda row: (row.is_empty, _place(str(row.position.value() or "")), row.index))


def _place(typed: str) -> int:
    return int(typed) if _PLACE.fullmatch(typed.strip()) else _LAST


def read_members(data: Mapping[str, str], count: int) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """The numbers in their order, and (control, what is wrong with it)."""
    typed = {index: text for index in range(count) if (text := data.get(f"member-{index}", "").strip())}
    numbers = {index: extension_number(text) for index, text in typed.items()}
    known = extensions_by_number(set(numbers.values()) - {""})
    errors: list[tuple[str, str]] = []
    places: list[tuple[int, int, str]] = []
    seen: set[str] = set()
    for index, number in numbers.items():
        if number not in known:
            message = _("There is no extension %(number)s.") % {"number": number or typed[index][:60]}
            errors.append((f"member-{index}", message))
        elif number in seen:
            errors.append((f"member-{index}", _("%(extension)s is a member already.") % {"extension": known[number]}))
        seen.add(number)
        place = data.get(f"member-{index}-position", "").strip()
        if place and not _PLACE.fullmatch(place):
            errors.append((f"member-{index}-position", _("Type a place as a whole number.")))
        else:
            places.append((_place(place), index, number))
    if len(numbers) > MEMBERS_MAX:
        errors.append(("member-0", _("At most %(max)s members.") % {"max": MEMBERS_MAX}))
    return tuple(number for _place, _index, number in sorted(places)), errors
