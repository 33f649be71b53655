"""One installation for all tests of several workers: starting it takes longer than most of them."""

from collections.abc import Iterator

import pytest

from tests.workers.installation import Installation, installation


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "whole_installation" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def whole_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("installation")) as running:
        yield running


@pytest.fixture
def office(whole_installation: Installation) -> Installation:
    """Everybody is as the company was made, and every worker is there."""
    for worker in whole_installation.workers:
        worker.wait_until_ready()
    whole_installation.clerk.start_afresh()
    return whole_installation
