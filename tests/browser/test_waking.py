"""The computer sleeps, or its clock is set: what the lamps show is doubted until it is fresh, and a call goes on."""

from playwright.sync_api import expect

from tests.browser.person import Enter, talk

A_CLOCK = """
(() => {
    const now = Date.now;
    window.ahead = 0;
    Date.now = () => now() + window.ahead;
})();
"""
NOTE_DOUBT = """() => {
    window.doubted = [];
    const lamp = document.querySelector('main [data-extension="102"]');
    new MutationObserver(() => {
        const words = lamp.querySelector('[data-role="since"]').textContent;
        if (lamp.dataset.lamp === 'unknown') window.doubted.push(words);
    }).observe(lamp, { attributes: true, subtree: true, childList: true });
}"""


def test_after_a_sleep_lamps_are_doubted_until_they_are_fresh(enter: Enter) -> None:
    adam, piotr = enter("adam", script=A_CLOCK), enter("piotr")
    adam.load_the_rest()
    adam.page.evaluate(NOTE_DOUBT)
    sockets = adam.sockets_opened

    adam.page.evaluate("window.ahead = 3600_000")

    adam.page.wait_for_function("() => window.doubted.length > 0")
    assert adam.page.evaluate("window.doubted[0]").startswith("as of ")
    adam.sees_lamp("102", "available")
    adam.wait_until_live()
    assert adam.sockets_opened == sockets + 2
    piotr.switch_status("lunch")
    adam.sees_lamp("102", "lunch")


def test_a_window_that_slept_alone_asks_the_one_that_has_the_socket(enter: Enter) -> None:
    awake = enter("adam", script=A_CLOCK)
    slept = awake.open_window()
    slept.load_the_rest()
    slept.page.evaluate(NOTE_DOUBT)

    slept.page.evaluate("window.ahead = 3600_000")

    slept.page.wait_for_function("() => window.doubted.length > 0")
    slept.sees_lamp("102", "available")
    awake.sees_lamp("102", "available")


def test_a_call_goes_on_after_a_sleep(enter: Enter) -> None:
    adam, piotr = enter("adam", script=A_CLOCK), enter("piotr")
    # A window fetches the rest by itself; other tests do not wait for that.
    expect(adam.page.locator("html")).to_have_attribute("data-loaded", "all")
    talk(adam, piotr, "102")
    sockets = adam.sockets_opened

    adam.page.evaluate("window.ahead = 3600_000")

    while adam.sockets_opened < sockets + 2:
        adam.page.evaluate("new Promise(requestAnimationFrame)")
    adam.wait_until_live()
    for person in (adam, piotr):
        person.sees_call("talking")
        person.hears_more_and_more()
        expect(person.card).to_have_attribute("data-media", "connected")
