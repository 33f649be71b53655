"""Plans of an edit in words: what changes for whom, who is skipped and why, and how many of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from presence import selectors
from presence.domain.letters import plain
from presence.models import Extension
from presence.services.bulk_edit import Plan
from webclient.operator.own_rules import SettingsOfMany
from webclient.operator.words import key_label, names_in, numbers_in, skip_words, value_label

SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One extension with what changes for it."""

    extension: Extension
    differences: list[Difference]


class PlanWords:
    """For a page: the first of those that change (or those a search finds), and every one that is skipped."""

    def __init__(self, plans: Sequence[Plan], text: str = "") -> None:
        self.text = text.strip()[:40]
        plans = sorted(plans, key=lambda plan: (len(plan.extension.number), plan.extension.number))
        changing = [plan for plan in plans if plan.changes]
        self.skipped_plans = [plan for plan in plans if plan.skip is not None]
        self.changing = len(changing)
        self.unchanged = len(plans) - len(changing) - len(self.skipped_plans)
        found = [plan for plan in changing if _is_found(plan, plain(self.text))]
        self.found = len(found)
        shown = found[:SHOWN_MAX]
        self._settings = SettingsOfMany.of([plan.extension for plan in shown])
        self._names = names_in([*shown, *self.skipped_plans]) | self._given_names(shown)
        self.planned = [self._planned(plan) for plan in shown]
        self.skipped = [(plan.extension, skip_words(plan, self._names)) for plan in self.skipped_plans]

    @property
    def more(self) -> int:
        return self.found - len(self.planned)

    def _given_names(self, plans: Sequence[Plan]) -> dict[str, str]:
        """What the templates give is said in words, too."""
        numbers: set[str] = set()
        for department in {plan.extension.department_id for plan in plans}:
            numbers |= numbers_in(self._settings.given(department))
        return selectors.names_of(numbers)

    def _planned(self, plan: Plan) -> Planned:
        given = self._settings.given(plan.extension.department_id)
        return Planned(
            plan.extension,
            [
                Difference(
                    key_label(key),
                    value_label(key, plan.before.get(key), self._names, given),
                    value_label(key, value, self._names, given),
                )
                for key, value in plan.after.items()
            ],
        )


def _is_found(plan: Plan, text: str) -> bool:
    return not text or plan.extension.number.startswith(text) or text in plain(plan.extension.name)
