"""The installed app: a browser finds nothing missing, keeps what it may and no page, and meets the next release."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.network import Network
from tests.browser.person import RECONNECT_MS, Enter, Person
from tests.browser.server import Server
from tests.browser.test_accessibility import LOOKS

KEPT = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => [
    name, (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname),
])))"""
CONTROLLED = """async () => {
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
}"""
UNTIL_GONE = """async (name) => {
    while (await caches.has(name)) await new Promise(requestAnimationFrame);
}"""
RELEASE = "JSON.parse(document.getElementById('page-config').textContent).release"
A_LAUNCH = """
Object.defineProperty(window, 'launchQueue', {
    value: { setConsumer(consumer) { window.launch = (targetURL) => consumer({ targetURL }); } },
});
"""


@pytest.fixture
def profile(playwright: Playwright, network: Network, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own: Chromium installs nothing from one that forgets."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=network.wrapper(CHROMIUM, tmp_path), args=FLAGS, locale="en-GB"
    )
    yield context
    context.close()


def under_its_worker(person: Person) -> None:
    """The service worker is at work, and looks after this window."""
    person.load_the_rest()
    person.page.evaluate(CONTROLLED)


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return found


def test_a_browser_finds_nothing_missing_to_install_it(profile: BrowserContext, server: Server) -> None:
    page = profile.new_page()
    profile.add_cookies([{"name": "sessionid", "value": server.clerk.open_session("adam"), "url": server.address}])
    page.goto(server.address)
    cdp = profile.new_cdp_session(page)

    assert cdp.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = cdp.send("Page.getAppManifest")
    assert manifest["errors"] == []
    said = json.loads(manifest["data"])
    assert cdp.send("Page.getAppId")["appId"] == f"{server.address}{said['id']}"
    for icon in said["icons"]:
        assert page.evaluate("async (address) => (await fetch(address)).ok", icon["src"])


def test_no_page_is_kept_and_whoever_logs_out_leaves_nothing(enter: Enter) -> None:
    adam = enter("adam")
    under_its_worker(adam)
    for address in ("/", "/calls/", "/voicemail/", "/settings/"):
        adam.go(address)
        adam.wait_until_live()
    adam.avatar.click()
    adam.page.get_by_role("menuitem", name="Log out").click()
    expect(adam.page.locator("h1")).to_have_text("Log in")

    (files,) = kept(adam.page).values()
    assert "/offline/" in files
    assert any(re.match(r"/static/js/app\.[0-9a-f]{12}\.js$", name) for name in files)
    assert [name for name in files if name != "/offline/" and not name.startswith("/static/")] == []
    # Nor can Back bring anything back.
    adam.page.go_back()
    expect(adam.page.locator("h1")).to_have_text("Log in")


def test_without_a_server_the_page_says_so_and_comes_back_by_itself(enter: Enter, server: Server) -> None:
    adam = enter("adam", locale="pl-PL")
    under_its_worker(adam)
    adam.expect_lost_server()

    server.stop()
    adam.go("/calls/")
    said = adam.page.locator("section:visible")
    expect(said.locator("h1")).to_have_text("Brak połączenia z serwerem")
    expect(said).to_contain_text("serwer nie odpowiada")
    expect(said.locator("[data-role=next]")).to_contain_text("Kolejna próba za")
    said.get_by_role("button", name="Spróbuj teraz").click()
    expect(said.locator("h1")).to_be_visible()

    server.start()
    expect(adam.page.locator("main h1:visible")).to_have_text("Połączenia", timeout=RECONNECT_MS)
    expect(adam.page).to_have_url("/calls/")
    adam.wait_until_live()


def test_an_older_worker_is_replaced_and_no_page_is_stuck(enter: Enter, clerk: Clerk) -> None:
    adam, before = enter("adam", log_in=False), "0123456789ab"
    # Seconds after a window has come it asks for its worker, so what it gets is prepared on a page that needs none.
    adam.go("/visit/102/")
    script = adam.page.evaluate("fetch('/service-worker.js').then((answer) => answer.text())")
    older = re.sub(r'"version":"[0-9a-f]{12}"', f'"version":"{before}"', script, count=1)
    answer = {"body": older, "content_type": "text/javascript"}
    adam.page.context.route("**/service-worker.js", lambda route: route.fulfill(**answer))
    adam.carry_session(clerk.open_session("adam"))
    adam.go("/")
    adam.wait_until_live()
    under_its_worker(adam)
    assert list(kept(adam.page)) == [f"lampfield-{before}"]
    expect(adam.page.locator("#toasts")).to_contain_text("There is a new version of Lampfield.")
    adam.page.context.unroute("**/service-worker.js")

    adam.page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
    adam.page.evaluate(UNTIL_GONE, f"lampfield-{before}")
    adam.page.locator("#toasts").get_by_role("button", name="Load it").click()

    adam.wait_until_live()
    (name,) = kept(adam.page)
    assert name == f"lampfield-{adam.page.evaluate(RELEASE)}"
    adam.follow("Calls")
    expect(adam.page.locator("#toasts")).to_be_empty()


def test_a_script_that_is_gone_with_its_release_brings_the_new_one_after_the_call(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.expect_complaints("404|Failed to fetch dynamically")
    adam.call("102")
    piotr.sees_call("ringing")
    gone = re.compile(r"/static/js/phone/voicemail_page")
    adam.page.context.route(gone, lambda route: route.fulfill(status=404))
    adam.page.evaluate("window.isOldPage = true")

    adam.follow("Voicemail")

    expect(adam.page.locator("#toasts")).to_contain_text("There is a new version of Lampfield.")
    adam.sees_call("dialling")
    assert adam.page.evaluate("window.isOldPage")
    adam.page.context.unroute(gone)
    adam.act("hang-up")
    adam.page.wait_for_function("() => !window.isOldPage")
    adam.wait_until_live()
    expect(adam.page.locator("main h1")).to_have_text("Voicemail")


def test_a_phone_link_is_asked_about_and_dials_only_then(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    calls = adam.address + "/call/?to=tel:102"
    adam.page.goto(calls)
    adam.wait_until_live()

    expect(adam.page.locator("main h1")).to_have_text("Call Piotr Adamiak?")
    expect(adam.page.locator("#dial-field")).to_have_value("102")
    piotr.sees_lamp("102", "available")

    adam.page.locator("main [data-call-action=call]").click()

    piotr.sees_call("ringing")
    adam.sees_call("dialling")


def test_a_link_or_a_shortcut_comes_into_the_window_that_is_open_and_changes_nothing(enter: Enter) -> None:
    adam, piotr = enter("adam", script=A_LAUNCH), enter("piotr")
    adam.load_the_rest()
    adam.call("102")
    piotr.sees_call("ringing")
    sockets = adam.sockets_opened

    adam.page.evaluate("window.launch(location.origin + '/app/call/?to=tel:103')")
    expect(adam.page.locator("main h1")).to_have_text("Call Anna Kowalska?")
    expect(adam.page.locator("#dial-field")).to_have_value("103")
    adam.page.evaluate("window.launch(location.origin + '/app/status/lunch/')")
    expect(adam.page.locator("main h1")).to_have_text("Switch to Lunch?")
    expect(adam.avatar).to_have_attribute("data-status", "available")
    adam.page.evaluate("window.launch(location.origin + '/app/')")
    adam.page.evaluate("window.launch('https://example.com/app/status/away/')")

    adam.page.locator("main").get_by_role("button", name="Switch to Lunch").click()

    expect(adam.page.locator("main h1")).to_have_text("Your status is Lunch")
    expect(adam.avatar).to_have_attribute("data-status", "lunch")
    adam.sees_call("dialling")
    assert adam.sockets_opened == sockets


def test_the_settings_offer_what_the_browser_can(enter: Enter) -> None:
    adam = enter("adam", path="/settings/")
    card = adam.page.locator("#install-card")
    expect(card).to_contain_text("If this browser can install apps, its menu does it")
    expect(card.get_by_role("button", name="Install Lampfield")).to_be_hidden()

    adam.page.evaluate("""() => {
        const offer = new Event('beforeinstallprompt', { cancelable: true });
        offer.prompt = async () => { window.wasAsked = true; };
        offer.userChoice = Promise.resolve({ outcome: 'dismissed' });
        window.dispatchEvent(offer);
        window.wasKept = offer.defaultPrevented;
    }""")
    card.get_by_role("button", name="Install Lampfield").click()

    expect(card).to_contain_text("Not installed. You can do it here whenever you like.")
    assert adam.page.evaluate("[window.wasKept, window.wasAsked]") == [True, True]
    adam.page.evaluate(
        """() => { navigator.registerProtocolHandler = (...asked) => (window.asked ??= []).push(asked); }"""
    )
    card.get_by_role("button", name="Open phone links with Lampfield").click()
    expect(card).to_contain_text("The browser asks you now")
    page = f"{adam.address}/call/?to=%s"
    assert adam.page.evaluate("window.asked") == [["tel", page], ["sip", page]]


def test_missed_calls_are_counted_in_every_window_until_the_log_is_looked_at(enter: Enter) -> None:
    badges = """
        navigator.setAppBadge = async (count) => { window.badge = count; };
        navigator.clearAppBadge = async () => { window.badge = 0; };
    """
    adam, piotr = enter("adam"), enter("piotr", script=badges)
    other = piotr.open_window()
    for window in (piotr, other):
        window.load_the_rest()
        window.page.wait_for_function("() => window.badge === 0")
    adam.call("102")
    piotr.sees_call("ringing")
    adam.act("hang-up")

    for window in (piotr, other):
        expect(window.page.locator("[data-role=missed-count]")).to_have_text("1")
        window.page.wait_for_function("() => window.badge === 1")
    piotr.reload()
    piotr.load_the_rest()
    piotr.page.wait_for_function("() => window.badge === 1")

    piotr.follow("Calls")

    for window in (piotr, other):
        expect(window.page.locator("[data-role=missed]")).to_be_hidden()
        window.page.wait_for_function("() => window.badge === 0")
    piotr.reload()
    piotr.wait_until_live()
    expect(piotr.page.locator("[data-role=missed]")).to_be_hidden()


@pytest.mark.parametrize("look", LOOKS)
def test_what_the_app_asks_and_says_is_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    adam = enter("adam", **look)
    adam.expect_complaints("422|503")
    survey = Survey(adam.page)
    adam.page.route("**/livez", lambda route: route.fulfill(status=503))

    for address in ("/call/?to=sip:102@phone.example.com", "/app/call/?to=tel:*21*6%23", "/app/status/business_trip/"):
        adam.go(address)
        adam.wait_until_live()
        survey.look(address)
    adam.go("/offline/")
    expect(adam.page.locator("h1:visible")).to_have_count(1)
    survey.look("offline")

    assert survey.findings == []
