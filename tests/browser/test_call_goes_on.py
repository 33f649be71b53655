"""A call outlives pages, reloads and the server itself: what has been connected keeps sounding."""

import signal

import pytest
from playwright.sync_api import expect

from tests.browser.person import RECONNECT_MS, Enter, talk
from tests.browser.server import Server


def test_a_call_goes_on_while_the_pages_change(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")
    sockets = adam.sockets_opened

    for page in ("Calls", "Voicemail", "Settings", "People"):
        adam.follow(page)
        adam.sees_call("talking")
        adam.hears_more_and_more()
        piotr.hears_more_and_more()

    adam.page.go_back()
    expect(adam.page.locator("main h1")).to_have_text("Settings")
    adam.sees_call("talking")
    adam.hears_more_and_more()
    assert adam.sockets_opened == sockets


@pytest.mark.parametrize("who", ["caller", "callee"])
def test_whoever_reloads_the_page_is_back_in_the_call(enter: Enter, who: str) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")

    (adam if who == "caller" else piotr).reload()

    for person in (adam, piotr):
        person.sees_call("talking")
        expect(person.card).to_have_attribute("data-media", "connected")
        person.hears_more_and_more()
    adam.act("hang-up")
    piotr.sees_call("ended")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_talking_goes_on_while_the_server_is_away(enter: Enter, server: Server, how: signal.Signals) -> None:
    adam, piotr, olga = people = [enter("adam"), enter("piotr"), enter("olga")]
    talk(adam, piotr, "102")
    for person in people:
        person.expect_lost_server()

    server.stop(how)
    expect(olga.page.locator("html")).to_have_attribute("data-connection", "lost")
    adam.hears_more_and_more()
    piotr.hears_more_and_more()

    server.start()
    for person in people:
        person.wait_until_live()
        person.sees_lamp("101", "talking")
        person.sees_lamp("102", "talking")
    adam.hears_more_and_more()
    piotr.hears_more_and_more()

    piotr.act("hang-up")
    for person in people:
        person.sees_lamp("101", "available")
        person.sees_lamp("102", "available")
    adam.sees_end("completed")
    adam.follow("Calls")
    entry = adam.page.locator("#call-log li").first
    expect(entry).to_contain_text("Piotr Adamiak")
    expect(entry).to_contain_text("Talked for")


def test_a_call_hung_up_while_the_server_is_away_ends_when_it_is_back(enter: Enter, server: Server) -> None:
    adam, piotr = people = [enter("adam"), enter("piotr")]
    talk(adam, piotr, "102")
    for person in people:
        person.expect_lost_server()

    server.stop()
    adam.act("hang-up")
    adam.sees_end("completed")
    server.start()

    piotr.sees_end("completed", timeout=RECONNECT_MS)
    for person in people:
        person.wait_until_live()
        person.sees_lamp("101", "available")
        person.sees_lamp("102", "available")
