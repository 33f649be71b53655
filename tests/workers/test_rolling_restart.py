"""`manage.py rolling_restart` while people look, talk and save: nobody notices."""

import asyncio
import logging
from collections import Counter

import httpx
import pytest

from tests.workers.installation import SOCKETS, Installation
from tests.workers.windows import Window, talk, until, until_views_are_right, windows

pytestmark = pytest.mark.timeout(600)

CALLS = 5
GREY_SECONDS = 3.0  # static/js/connection.js: after so long without a connection a page's lamps turn grey
log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1  # between two forms of one person


async def test_nobody_notices_a_rolling_restart(office: Installation) -> None:
    people = list(office.sessions)[: SOCKETS // 2]
    async with windows(office, people) as opened:
        pairs = [(opened[2 * i], opened[2 * i + 1]) for i in range(CALLS)]
        calls = [await talk(caller, callee) for caller, callee in pairs]
        await until_views_are_right(office, opened)
        for window in opened:
            window.seen.clear()
            window.shown.clear()
        before = office.clerk.directory()
        said, forms = await restart_while_forms_are_saved(office, people[-1])
        assert said.endswith("All workers are new, and ready.\n")
        await until(
            lambda: all(was_sent_away(window) for window in opened), "all windows are back, from another worker"
        )
        await until_views_are_right(office, opened)
        report(opened, forms)
        assert flaps(opened, but=people[-1]) == []
        assert {number: row[:5] for number, row in office.clerk.directory().items() if number != people[-1]} == {
            number: row[:5] for number, row in before.items() if number != people[-1]
        }
        assert max(window.lamps.longest_absence() for window in opened) < GREY_SECONDS
        assert [state for window in opened for _, state in window.shown if state != "talking"] == []
        assert {office.clerk.call_states()[call] for call in calls} == {"talking"}
        assert set(forms) == {200}


async def restart_while_forms_are_saved(office: Installation, number: str) -> tuple[str, Counter[int]]:
    """What the command said, and the answers to the forms that this person sent one after the other meanwhile."""
    restarting = asyncio.create_task(asyncio.to_thread(office.restart_workers))
    answers: Counter[int] = Counter()
    token = "t" * 32
    cookies = {"sessionid": office.sessions[number], "csrftoken": token}
    headers = {"X-CSRFToken": token, "HX-Request": "true"}
    async with httpx.AsyncClient(base_url=office.address, cookies=cookies, headers=headers, timeout=30) as browser:
        while not restarting.done():
            status = ("lunch", "away")[answers.total() % 2]
            answers[(await browser.post("/status/", data={"status": status})).status_code] += 1
            await asyncio.wait([restarting], timeout=PAUSE_SECONDS)
    return await restarting, answers


def flaps(opened: list[Window], but: str) -> list[tuple[str, list[object]]]:
    """What any window was told of anybody but the one who saves forms: nobody has done anything."""
    return [(window.number, row) for window in opened for row in window.seen if row[0] != but]


def was_sent_away(window: Window) -> bool:
    """Both its sockets were, and have heard of the other worker since."""
    return all(socket.absences and socket.has_heard.is_set() for socket in (window.lamps, window.phone))


def report(opened: list[Window], forms: Counter[int]) -> None:
    for kind in ("lamps", "phone"):
        absences = sorted(getattr(window, kind).longest_absence() for window in opened)
        median, longest = absences[len(absences) // 2], absences[-1]
        log.info("%d %s away for %.2f s (median), %.2f s at most", len(opened), kind, median, longest)
    log.info("%d forms, answers %s", forms.total(), dict(forms))
