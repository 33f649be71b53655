"""Reads of what can be edited: an extension's own values, the templates' and what they make together."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from presence.domain.extension_settings import (
    Field,
    Source,
    Switch,
    Value,
    Values,
    kept_value,
    profile_with,
    rule_key,
    seconds_key,
    source_of,
    switch_key,
)
from presence.domain.forwarding import StatusProfile, default_profile
from presence.domain.vocabulary import Condition, Origin, Status
from presence.models import Company, Extension, ForwardingRule, StatusProfileRow, TemplateSetting
from presence.models.sole import sole
from presence.selectors.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Templates:
    """What the company and each department (by id) give to their extensions."""

    company: Values = field(default_factory=dict)
    departments: Mapping[int, Values] = field(default_factory=dict)
    # A handful of profiles serve thousands of extensions.
    _profiles: dict[tuple[Status, int | None], StatusProfile] = field(default_factory=dict, compare=False)

    def of_department(self, department_id: int | None) -> Values:
        return {} if department_id is None else self.departments.get(department_id, {})

    def profile(self, status: Status, department_id: int | None) -> StatusProfile:
        """What an extension of this department has before any value of its own."""
        key = status, department_id
        if key not in self._profiles:
            given = profile_with(default_profile(status), self.company)
            self._profiles[key] = profile_with(given, self.of_department(department_id))
        return self._profiles[key]

    def source(self, key: str, own: Values, department_id: int | None) -> Source:
        return source_of(key, own, self.of_department(department_id), self.company)


_TEMPLATE_SETTINGS: Prepared[Any] = Prepared(
    lambda: TemplateSetting.objects.values_list("department_id", "key", "value")
)


def templates() -> Templates:
    """All templates; one query."""
    company: dict[str, Value] = {}
    departments: dict[int, dict[str, Value]] = {}
    for department_id, key, value in _TEMPLATE_SETTINGS.rows():
        values = company if department_id is None else departments.setdefault(department_id, {})
        values[key] = kept_value(key, value)
    return Templates(company, departments)


def company() -> Company:
    """The company's one row; its defaults until somebody saves it."""
    return sole(Company.objects.all()) or Company()


def own_values(extensions: Collection[Extension]) -> dict[int, dict[str, Value]]:
    """extension id -> every value of its own, fields included; rules that come from a template are absent.

    Two queries; departments are to be selected with the extensions.
    """
    values: dict[int, dict[str, Value]] = {extension.pk: field_values(extension) for extension in extensions}
    for pk, status, condition, origin, kind, value in ForwardingRule.objects.filter(extension__in=values).values_list(
        "extension_id", "status", "condition", "origin", "destination_kind", "destination_value"
    ):
        key = rule_key(Status(status), Condition(condition), Origin(origin))
        values[pk][key] = f"{kind}:{value}" if value else kind
    for row in StatusProfileRow.objects.filter(extension__in=values):
        for origin, seconds in _own_seconds(row):
            values[row.extension_id][seconds_key(Status(row.status), origin)] = seconds
        for switch in Switch:
            if (is_on := getattr(row, switch)) is not None:
                values[row.extension_id][switch_key(Status(row.status), switch)] = is_on
    return values


def field_values(extension: Extension) -> dict[str, Value]:
    """The fields of an extension by key; a department by its name."""
    department = extension.department.name if extension.department else ""
    return {key: department if key == Field.DEPARTMENT else getattr(extension, key) for key in Field}


def _own_seconds(row: StatusProfileRow) -> Iterable[tuple[Origin, int]]:
    seconds = {Origin.INTERNAL: row.internal_ring_seconds, Origin.EXTERNAL: row.external_ring_seconds}
    return [(origin, value) for origin, value in seconds.items() if value is not None]
