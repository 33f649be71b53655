"""Browser tests run after all others, whatever the random order.

Playwright keeps an event loop running in the main thread once a browser is open; asynchronous tests
could not start theirs after that.
"""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
