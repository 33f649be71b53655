"""What is loaded is not searched for garbage again and again: that was a tenth of the time of a quick test."""

import gc


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
