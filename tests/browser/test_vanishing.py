"""A browser that is gone without a word: its lamp clears and the other side is told within 15 s."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser

from tests.browser.clerk import Clerk
from tests.browser.conftest import OpenChromium
from tests.browser.person import VANISHED_MS, Enter, talk


class Freezer:
    """A Chromium of its own that stops as a closed lid stops it, with all its processes."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._inspector = browser.new_browser_cdp_session()
        self._frozen: list[int] = []

    def freeze(self) -> None:
        processes = self._inspector.send("SystemInfo.getProcessInfo")["processInfo"]
        self._frozen = [process["id"] for process in processes]
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def _tell(self, what: signal.Signals) -> None:
        for pid in self._frozen:
            # Chromium may end a process that it has no use for between the list and the signal.
            with suppress(ProcessLookupError):
                os.kill(pid, what)


@pytest.fixture
def freezer(open_chromium: OpenChromium) -> Iterator[Freezer]:
    freezer = Freezer(open_chromium())
    yield freezer
    freezer.thaw()
    freezer.browser.close()


def test_browsers_that_are_closed_while_they_ring_or_talk_are_missed_by_everyone(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("102", "available", "not_registered", "end_call")
    adam, piotr, anna, ewa, olga = (enter(name) for name in ("adam", "piotr", "anna", "ewa", "olga"))
    talk(anna, ewa, "107")
    adam.call("102")
    piotr.sees_call("ringing")

    ewa.close_browser()
    piotr.close_browser()

    anna.sees_end("lost", "The connection was lost", timeout=VANISHED_MS)
    adam.sees_end("not_registered", "Piotr Adamiak has no phone that can ring now", timeout=VANISHED_MS)
    for person in (adam, anna, olga):
        for number in ("101", "102", "103", "107"):
            person.sees_lamp(number, "available")
        person.sees_registered("102", False)
        person.sees_registered("107", False)


def test_a_browser_that_freezes_while_talking_ends_the_call(enter: Enter, freezer: Freezer) -> None:
    adam, olga = enter("adam"), enter("olga")
    piotr = enter("piotr", browser=freezer.browser)
    talk(adam, piotr, "102")

    freezer.freeze()

    adam.sees_end("lost", "The connection was lost", timeout=VANISHED_MS)
    olga.sees_lamp("101", "available")
    olga.sees_lamp("102", "available")
    freezer.thaw()
    piotr.sees_call("ended")
