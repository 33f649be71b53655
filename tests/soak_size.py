"""How much a test does: a quick form in the suite, and the figure's whole size where LAMPFIELD_SOAK is set.

`python -m benchmarks.soak` sets it (docs/reliability.md).
"""

import os
from typing import TypeVar

IS_SOAK = bool(os.environ.get("LAMPFIELD_SOAK"))
T = TypeVar("T")


def size(quick: T, whole: T) -> T:
    return whole if IS_SOAK else quick
