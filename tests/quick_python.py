"""What Python itself does again and again while thousands of small tests run, done less often."""

import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest
from _pytest.runner import runtestprotocol

P = ParamSpec("P")
R = TypeVar("R")

# In words of 8 bytes: a frame a little larger than half a megabyte.
_ROOM = 65_600


def pytest_collection_finish() -> None:
    """What is loaded is not searched for garbage each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def with_room(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work` returns, called so that its own calls find their frames' memory there.

    Python takes it from the system in pieces of 16 kB, and gives a piece back when the call returns that was the first
    to need it: a page rendered in a test did so hundreds of times, a fifth of its time. The piece that holds a frame
    of half a megabyte has as much room behind it.
    """
    return work(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=_ROOM)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """As pytest's own."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    with_room(runtestprotocol, item, nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
