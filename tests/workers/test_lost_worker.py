"""`kill -9` one of two workers: whoever comes back was never away for others, whoever does not is gone soon."""

import asyncio
import logging
import time

import pytest

from tests.workers.installation import SOCKETS, Installation
from tests.workers.windows import Window, talk, until, until_views_are_right, windows

pytestmark = pytest.mark.timeout(400)

UNREGISTERED_SECONDS_MAX = 35.0

log = logging.getLogger(__name__)


async def test_those_who_return_do_not_flap_and_those_who_do_not_are_unregistered(office: Installation) -> None:
    """Half of the sockets belong to people who never return, the other half to people who do; one watches."""
    one, other = office.workers
    first, *people = list(office.sessions)[: SOCKETS // 2]
    lost, back = set(people[::2]), set(people[1::2])
    async with windows(office, [first], at=other) as (watcher,), windows(office, people, at=one) as cut:
        await until(lambda: registered(watcher) >= {*people}, "everybody is seen")
        watcher.seen.clear()
        for window in cut:
            window.move_to(None)
            if window.number in lost:
                window.never_return()
        await asyncio.to_thread(one.kill)
        killed_at = time.monotonic()
        await until(lambda: not registered(watcher) & lost, "the lost are seen to be gone", UNREGISTERED_SECONDS_MAX)
        log.info("%d people unregistered %.1f s after kill -9", len(lost), time.monotonic() - killed_at)
        returned = [window for window in cut if window.number in back]
        await until_views_are_right(office, [watcher, *returned])
        assert [row for row in watcher.seen if row[0] in back] == []
        assert registered(watcher) >= back


async def test_a_call_of_a_killed_worker_goes_on(office: Installation) -> None:
    one, other = office.workers
    async with windows(office, ["101"], at=one) as (adam,), windows(office, ["102"], at=other) as (piotr,):
        call = await talk(adam, piotr)
        adam.move_to(None)
        await asyncio.to_thread(one.kill)
        await until(lambda: adam.phone.absences, "the caller is back")
        await until_views_are_right(office, [adam, piotr])
        assert adam.shows(call) == piotr.shows(call) == "talking"
        adam.phone.say(type="hang_up", call=call)
        await until(lambda: adam.shows(call) == piotr.shows(call) == "ended", "both hear of the end")


def registered(window: Window) -> set[str]:
    """Who has a phone, by what this window shows."""
    return {number for number, row in window.mirror.rows.items() if row[3]}
