"""Edge, process: when unreachable objects are searched for, which stops every socket meanwhile.

By itself Python searches everything each time a quarter more has outlived two searches. When an office comes back from
a cut that is again and again, takes longer the more are there, and finds nothing. Here only what is young is searched
as objects come, and seldom, and what is old by the clock: it is what sockets leave behind that have closed.
"""

import gc

OLD_SEARCH_SECONDS = 300
NEW_OBJECTS = 50_000  # between two searches of the youngest; Python's own 700 are a handful of requests
YOUNG_SEARCHES = 20  # of these before what has outlived them is searched, too
NEVER = 1_000_000


def search_the_young_only() -> None:
    """From now on; `search_the_old` is for the caller to call. What is loaded already is never searched again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_SEARCHES, NEVER)


async def search_the_old() -> None:
    gc.collect()
