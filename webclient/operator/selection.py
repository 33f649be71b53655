"""Which extensions an operator selected: ticked one by one, or everything that a filter of the list finds."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from presence.models import Extension
from webclient.operator.directory import ListFilter, matching


@dataclass(frozen=True, slots=True)
class Selection:
    """`gone`: how many of those selected are no longer there."""

    extensions: list[Extension]
    gone: int = 0

    @property
    def ids(self) -> str:
        """For the next form: one control, for thousands of them would be refused."""
        return ",".join(str(extension.pk) for extension in self.extensions)


def selection_of(sent: QueryDict) -> Selection:
    """`ids` (repeated, or joined by commas), or `all_matching` with the filter of the list."""
    if sent.get("all_matching"):
        return selected([entry.pk for entry in matching(ListFilter.of(sent))])
    return selected(_ids(sent.getlist("ids")))


def selected(pks: Iterable[int]) -> Selection:
    wanted = set(pks)
    found = list(Extension.objects.select_related("department", "user").filter(pk__in=wanted).by_number())
    return Selection(found, gone=len(wanted) - len(found))


def _ids(texts: Iterable[str]) -> set[int]:
    parts = (part.strip() for text in texts for part in text.split(","))
    return {int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 16}
