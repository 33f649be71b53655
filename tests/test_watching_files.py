"""The dashboard, the alerts and their documentation speak of what `/metrics` has, and of all of it."""

import json
import re
from itertools import combinations
from typing import Any

import pytest
from django.conf import settings
from prometheus_client import REGISTRY

NAME = re.compile(r"\b(?:lampfield|process)_[a-z_]*[a-z]\b")
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",), "info": ("_info",)}
DASHBOARD = settings.BASE_DIR / "deploy" / "grafana" / "lampfield.json"
ALERTS = settings.BASE_DIR / "deploy" / "prometheus" / "lampfield.rules.yml"
GUIDE = settings.BASE_DIR / "docs" / "operating.md"


@pytest.fixture
def exposed(db: None) -> dict[str, tuple[str, ...]]:
    """Each of our metrics and those of the process itself: the names under which Prometheus keeps it."""
    families = [family for family in REGISTRY.collect() if NAME.fullmatch(family.name)]
    return {family.name: tuple(family.name + suffix for suffix in SUFFIXES[family.type]) for family in families}


def expressions(panels: list[dict[str, Any]]) -> list[str]:
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


@pytest.fixture
def panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"])


def test_the_dashboard_shows_what_there_is_and_all_that_is_ours(
    exposed: dict[str, tuple[str, ...]], panels: list[dict[str, Any]]
) -> None:
    shown = {name for expression in expressions(panels) for name in NAME.findall(expression)}
    assert shown - {name for names in exposed.values() for name in names} == set()
    ours = {name: names for name, names in exposed.items() if name.startswith("lampfield_")}
    assert [name for name, names in ours.items() if shown.isdisjoint(names)] == []


def test_alerts_are_about_what_there_is(exposed: dict[str, tuple[str, ...]]) -> None:
    watched = set(NAME.findall(ALERTS.read_text(encoding="utf-8")))
    assert watched
    assert watched - {name for names in exposed.values() for name in names} == set()


def test_the_guide_explains_every_metric_and_every_alert(exposed: dict[str, tuple[str, ...]]) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    written = {names[0].removesuffix("_bucket") for names in exposed.values()}
    explained = set(NAME.findall(guide))
    assert {name for name in written if name.startswith("lampfield_")} - explained == set()
    assert explained - written == set()
    alerts = set(re.findall(r"- alert: (\w+)", ALERTS.read_text(encoding="utf-8")))
    assert set(re.findall(r"`(Lampfield[A-Z]\w+)`", guide)) == alerts


def test_every_panel_asks_the_chosen_source_about_the_chosen_processes(panels: list[dict[str, Any]]) -> None:
    charts = [panel for panel in panels if panel["type"] != "row"]
    assert {panel["datasource"]["uid"] for panel in charts} == {"${datasource}"}
    assert {target["datasource"]["uid"] for panel in charts for target in panel["targets"]} == {"${datasource}"}
    for expression in expressions(panels):
        assert expression.count('{job=~"$job", instance=~"$instance"') == len(re.findall(r"\w\{", expression)), (
            expression
        )


def test_panels_have_units_and_places_of_their_own(panels: list[dict[str, Any]]) -> None:
    assert len({panel["id"] for panel in panels}) == len(panels)
    charts = [panel for panel in panels if panel["type"] in {"stat", "timeseries"}]
    assert all(panel["fieldConfig"]["defaults"]["unit"] for panel in charts)
    assert [(one["title"], two["title"]) for one, two in combinations(panels, 2) if overlap(one, two)] == []


def overlap(one: dict[str, Any], two: dict[str, Any]) -> bool:
    a, b = one["gridPos"], two["gridPos"]
    is_beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    return not is_beside and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]
