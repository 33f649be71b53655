"""Static files are collected where they would come out otherwise, and only there: a server is back seconds earlier."""

from pathlib import Path

import pytest
from pytest_django import Settings

from webclient.collected_files import collect

SOURCE = "css/lamps.css"


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> Path:
    """One style sheet is all there is, and it has been collected."""
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    storage = {"BACKEND": "webclient.static_files.HashedStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    sheet = tmp_path / "source" / SOURCE
    sheet.parent.mkdir(parents=True)
    sheet.write_text(".lamp { color: green; }")
    collect()
    return sheet


def collected(settings: Settings) -> dict[str, int]:
    """Name -> when it was written, of every file."""
    root = Path(settings.STATIC_ROOT)
    return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def test_what_is_as_it_was_is_not_collected_again(source: Path, settings: Settings) -> None:
    before = collected(settings)
    assert any(name.startswith("css/lamps.") and name != SOURCE for name in before)
    collect()
    assert collected(settings) == before


def test_a_source_that_has_changed_is_collected_under_another_name(source: Path, settings: Settings) -> None:
    before = collected(settings)
    source.write_text(".lamp { color: red; }")
    collect()
    assert {name for name in collected(settings).keys() - before.keys() if name.endswith(".css")}


def test_what_somebody_has_taken_away_is_there_again(source: Path, settings: Settings) -> None:
    before = collected(settings)
    (Path(settings.STATIC_ROOT) / next(name for name in before if name.endswith(".css") and name != SOURCE)).unlink()
    collect()
    assert collected(settings).keys() == before.keys()
