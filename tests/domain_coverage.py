"""Coverage of presence/domain is measured by the tests of what has no database, and by few others.

Tracing doubles the time that a test takes, and the others are there for what lies outside of the domain.
"""

import pytest

_DATABASE = {"db", "transactional_db"}
_SERVERS = {"open_server", "start_asterisk", "whole_installation"}
# They alone reach some of the domain: what is read from a file, pick-up, lamps and the order of names.
_WITH_DATABASE = {"test_call_control", "test_operator_import", "test_operator_system", "test_people_search"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not _is_measured(item):
            item.add_marker(pytest.mark.no_cover)


def _is_measured(item: pytest.Item) -> bool:
    needs = set(getattr(item, "fixturenames", ()))
    has_database = item.get_closest_marker("django_db") is not None or needs & _DATABASE
    return not needs & _SERVERS and (not has_database or item.path.stem in _WITH_DATABASE)
