"""Browser tests run after all others, whatever the random order; of each kind those first that one process does alone.

Playwright keeps an event loop running in the main thread once a browser is open; asynchronous tests
could not start theirs after that. What shares a server of its own is the longest piece of work, which
nobody is to begin when the others are about to finish.
"""

import pytest

from tests.one_process_each import shares_a_server


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, bool]:
    return item.get_closest_marker("browser") is not None, not shares_a_server(item.nodeid)
