"""Coverage of presence/domain is measured without the browser's and Asterisk's tests.

Tracing makes everything half as slow again, and they are there for what lies between processes.
"""

import pytest

_NOT_MEASURED = {"open_server", "start_asterisk"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _NOT_MEASURED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.no_cover)
