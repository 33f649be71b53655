"""What a process of `make test` does at a time: a file, one test where tests take seconds, or all that share a server.

Module fixtures are made once so, and the installation of several workers, too. (xdist has groups of its own,
`xdist_group`, which do nothing with this pytest.) Browser tests and those with an Asterisk last too long for a file of
them; their servers are there in each process anyway.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_ONE_BY_ONE = ("tests/browser/", "tests/asterisk/")
_TOGETHER = ("tests/workers/", "tests/browser/test_browser_on_asterisk.py")


def shares_a_server(nodeid: str) -> bool:
    return nodeid.startswith(_TOGETHER)


class _Scheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        for path in _TOGETHER:
            if nodeid.startswith(path):
                return path
        return nodeid if nodeid.startswith(_ONE_BY_ONE) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return _Scheduling(config, log) if config.getoption("dist") == "loadscope" else None
