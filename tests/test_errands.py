"""What nobody awaits ends with the hub, and leaves nothing behind."""

import asyncio
import gc
import warnings

from presence.hub.sockets import Errands


async def test_an_errand_that_is_stopped_before_its_first_step_is_not_left_lying_about() -> None:
    steps: list[str] = []

    async def errand() -> None:
        steps.append("begun")

    errands = Errands()
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        for begin in (errands.start, errands.tell):
            task = begin(errand())
            errands.stop()
            await asyncio.wait([task])
            assert task.cancelled()
            del task
        gc.collect()
    assert [str(each.message) for each in complaints] == []
    assert steps == []
