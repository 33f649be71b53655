"""Fetching Asterisk leaves a whole tree in the cache or none; here nothing is fetched."""

from pathlib import Path

import pytest

from scripts import fetch_asterisk


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "lampfield"


def test_a_tree_that_is_there_is_taken_without_asking_for_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fetch_asterisk.asterisk_folder()
    folder.mkdir(parents=True)
    (folder / fetch_asterisk.COMPLETE).touch()
    monkeypatch.setenv("PATH", "")
    assert fetch_asterisk.fetch() == fetch_asterisk.asterisk_tree() == folder


def test_a_tree_without_the_mark_is_none() -> None:
    fetch_asterisk.asterisk_folder().mkdir(parents=True)
    assert fetch_asterisk.asterisk_tree() is None


def test_a_machine_without_apt_is_told_so_and_nothing_is_left(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leftover = cache / "fetching-interrupted"
    leftover.mkdir(parents=True)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(fetch_asterisk.FetchError, match="apt-get is missing"):
        fetch_asterisk.fetch()
    assert fetch_asterisk.asterisk_tree() is None
    assert [path.name for path in cache.iterdir()] == ["fetch.lock"]
