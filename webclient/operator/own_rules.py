"""What extensions have of their own beside what the templates give them, for pages that show many."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from presence.domain.extension_settings import Source, Value, Values, is_inheritable, parse_key, profile_values
from presence.domain.vocabulary import Status
from presence.models import Extension
from presence.selectors.settings import Templates, own_values, templates


@dataclass(slots=True)
class SettingsOfMany:
    """Own values and templates of some extensions; three queries in all."""

    own: Mapping[int, Values]
    templates: Templates
    _given: dict[int | None, Values] = field(default_factory=dict)

    @classmethod
    def of(cls, extensions: Collection[Extension]) -> "SettingsOfMany":
        return cls(own_values(extensions), templates())

    def given(self, department_id: int | None) -> Values:
        """Every rule and ring time as the templates say."""
        if department_id not in self._given:
            values: dict[str, Value] = {}
            for status in Status:
                values |= profile_values(self.templates.profile(status, department_id))
            self._given[department_id] = values
        return self._given[department_id]

    def value(self, extension: Extension, key: str) -> Value:
        """What is in force: one's own, else the template's."""
        own = self.own[extension.pk].get(key)
        return own if own is not None else self.given(extension.department_id).get(key)

    def source(self, extension: Extension, key: str) -> Source:
        return self.templates.source(key, self.own[extension.pk], extension.department_id)

    def differing(self, extension: Extension) -> list[str]:
        """The rules and ring times that are set differently from the template."""
        given = self.given(extension.department_id)
        own = self.own[extension.pk]
        return [key for key in own if is_inheritable(key) and key in given and own[key] != given[key]]


def statuses_of(keys: Iterable[str]) -> dict[Status, int]:
    """How many of `keys` belong to each status, in the order of the statuses."""
    settings = [parse_key(key) for key in keys]
    counts = {status: sum(getattr(setting, "status", None) is status for setting in settings) for status in Status}
    return {status: count for status, count in counts.items() if count}
