"""Old objects are searched for garbage when we say so, not while sockets come."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from webclient.garbage import search_the_old, search_the_young_only


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[None]:
    """That of the tests, as it was before; until then nothing is frozen."""
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
async def test_what_is_old_is_searched_when_we_say_so_and_at_no_other_time() -> None:
    search_the_young_only()
    assert gc.get_freeze_count() > 0
    searches = gc.get_stats()[2]["collections"]
    cycle = Cycle()
    seen = weakref.ref(cycle)
    gc.collect(1)  # it has grown old
    del cycle
    sockets = [[number] for number in range(200_000)]
    assert len(sockets) == 200_000
    assert gc.get_stats()[2]["collections"] == searches
    assert seen() is not None
    await search_the_old()
    assert seen() is None
