"""A call that comes while nobody looks: one notification and one ring for all windows, and nothing in DND."""

from playwright.sync_api import Page, Worker, expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person
from tests.browser.server import Server
from tests.browser.test_installing import under_its_worker

# Headless windows all think they are looked at. This one is when the test says so; it counts what sounds and is shown.
WITNESS = """
(() => {
    let isLookedAt = false;
    Document.prototype.hasFocus = () => isLookedAt;
    window.lookAt = (value) => {
        isLookedAt = value;
        window.dispatchEvent(new Event(value ? 'focus' : 'blur'));
    };
    window.sounding = new Set();
    window.everSounded = 0;
    const { start, stop } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (...when) {
        window.sounding.add(this);
        window.everSounded += 1;
        start.apply(this, when);
    };
    AudioBufferSourceNode.prototype.stop = function (...when) {
        window.sounding.delete(this);
        stop.apply(this, when);
    };
    window.shown = 0;
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = async function (...what) {
        window.shown += 1;
        await showNotification.apply(this, what);
        localStorage.everShown = Number(localStorage.everShown ?? 0) + 1;
    };
})();
"""
FORGETS_THE_FIRST = """
(() => {
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = async function (...what) {
        ServiceWorkerRegistration.prototype.showNotification = showNotification;
        window.hasForgotten = true;
    };
})();
"""
NOTICES = """async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications()).map(
    ({ title, body, silent, requireInteraction, actions }) =>
        ({ title, body, silent, requireInteraction, actions: actions.map((each) => [each.action, each.title]) }))"""
UNTIL_SHOWN = """async (count) => {
    const awaited = Number(localStorage.awaited ?? 0) + count;
    while (Number(localStorage.everShown ?? 0) < awaited) await new Promise(requestAnimationFrame);
    localStorage.awaited = awaited;
}"""
UNTIL_COUNT = """async (count) => {
    const registration = await navigator.serviceWorker.getRegistration();
    while ((await registration.getNotifications()).length !== count) await new Promise(requestAnimationFrame);
}"""
CLICK = """async (action) => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action }));
}"""


def notices(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.evaluate(NOTICES)
    return found


def wait_for_notices(person: Person, count: int) -> None:
    """They go until so many are left."""
    person.page.evaluate(UNTIL_COUNT, count)


def wait_for_new_notices(person: Person, count: int = 1) -> None:
    """So many are shown, by whichever window of the browser, and are all that there are.

    Whoever asks Chromium which there are while it shows another makes it forget the other.
    """
    person.page.evaluate(UNTIL_SHOWN, count)
    wait_for_notices(person, count)


def ringing(*windows: Person) -> list[Person]:
    return [window for window in windows if window.page.evaluate("window.sounding.size") > 0]


def that_showed(*windows: Person) -> list[Person]:
    return [window for window in windows if window.page.evaluate("window.shown") > 0]


def wait_for_one_ring(*windows: Person) -> Person:
    """Exactly one of the windows sounds."""
    while not (found := ringing(*windows)):
        windows[0].page.evaluate("new Promise(requestAnimationFrame)")
    assert len(found) == 1
    return found[0]


def press(person: Person, action: str) -> None:
    """A button of the notification; the system would tell the worker the same."""
    worker: Worker = person.page.context.service_workers[0]
    worker.evaluate(CLICK, action)


def in_three_windows(enter: Enter, name: str) -> list[Person]:
    """All of them have been clicked in, so that all could ring, and nobody looks at any."""
    first = enter(name, script=WITNESS)
    under_its_worker(first)
    windows = [first, first.open_window("/calls/"), first.open_window("/settings/")]
    for window in windows:
        window.page.locator("main h1").click()
        window.page.wait_for_function("() => navigator.userActivation.hasBeenActive")
    return windows


def rung_in_three_windows(enter: Enter) -> list[Person]:
    """Adam calls Piotr, who looks at none of his windows."""
    adam, windows = enter("adam"), in_three_windows(enter, "piotr")
    adam.call("102")
    for window in windows:
        window.sees_call("ringing")
    return windows


def test_three_windows_make_one_ring_and_one_notification_until_one_answers(enter: Enter) -> None:
    windows = rung_in_three_windows(enter)
    wait_for_one_ring(*windows)
    wait_for_new_notices(windows[0])
    (notice,) = notices(windows[0].page)
    assert notice["title"] == "Adam Nowak is calling"
    assert notice["body"] == "101"
    assert notice["silent"]
    assert notice["requireInteraction"]
    assert notice["actions"] == [["answer", "Answer"], ["decline", "Decline"]]
    for window in windows:
        expect(window.page).to_have_title("Adam Nowak is calling")

    (notifier,) = that_showed(*windows)
    others = [window for window in windows if window is not notifier]
    notifier.page.close()
    wait_for_new_notices(others[0])
    ringer = wait_for_one_ring(*others)

    (other,) = [window for window in others if window is not ringer]
    other.act("answer")
    other.sees_call("talking")
    wait_for_notices(other, 0)
    ringer.sees_end("answered_elsewhere")
    assert ringing(*others) == []


def test_when_the_window_that_rings_goes_the_next_one_rings(enter: Enter) -> None:
    """It need not be the one that notified: each right goes from window to window by itself."""
    windows = rung_in_three_windows(enter)
    ringer = wait_for_one_ring(*windows)
    ringer.page.close()
    wait_for_one_ring(*(window for window in windows if window is not ringer))


def test_a_notification_that_the_browser_forgets_is_shown_again(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr", script=WITNESS + FORGETS_THE_FIRST)
    under_its_worker(piotr)
    adam.call("102")
    wait_for_new_notices(piotr)
    assert piotr.page.evaluate("window.hasForgotten")
    adam.act("hang-up")
    wait_for_notices(piotr, 0)


def test_the_notification_answers_and_declines(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("102", "available", "busy", "end_call")
    adam, piotr = enter("adam"), enter("piotr", script=WITNESS)
    under_its_worker(piotr)
    adam.call("102")
    piotr.sees_call("ringing")
    wait_for_new_notices(piotr)

    press(piotr, "decline")
    adam.sees_end("declined")
    wait_for_notices(piotr, 0)

    adam.act("dismiss")
    adam.call("102")
    piotr.sees_call("ringing")
    wait_for_new_notices(piotr)
    press(piotr, "answer")
    for person in (adam, piotr):
        person.sees_call("talking")
    adam.hears_more_and_more()
    wait_for_notices(piotr, 0)


def test_a_notification_goes_with_its_call_and_with_the_last_window(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr", script=WITNESS)
    under_its_worker(piotr)
    adam.call("102")
    wait_for_new_notices(piotr)
    adam.act("hang-up")
    wait_for_notices(piotr, 0)

    adam.call("102")
    wait_for_new_notices(piotr)
    stranger = piotr.page.context.new_page()
    stranger.goto(piotr.address + "/visit/102/")
    piotr.page.close()
    stranger.evaluate(UNTIL_COUNT, 0)


def test_who_looks_at_one_window_needs_no_notification_until_they_look_away(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr", script=WITNESS)
    under_its_worker(piotr)
    other = piotr.open_window()
    other.page.evaluate("window.lookAt(true)")
    other.page.locator("main h1").click()
    piotr.page.locator("main h1").click()
    adam.call("102")
    for window in (piotr, other):
        window.sees_call("ringing")
    piotr.page.evaluate("new Promise((resolve) => setTimeout(resolve, 600))")
    assert notices(piotr.page) == []

    other.page.evaluate("window.lookAt(false)")
    wait_for_new_notices(piotr)
    other.page.evaluate("window.lookAt(true)")
    wait_for_notices(piotr, 0)


def test_do_not_disturb_is_silent_whatever_its_rules_and_one_s_own_calls_sound(enter: Enter, clerk: Clerk) -> None:
    clerk.let_ring("102", "dnd")
    clerk.set_rule("102", "available", "busy", "end_call")
    clerk.set_rule("102", "dnd", "busy", "end_call")
    adam, piotr = enter("adam"), enter("piotr", script=WITNESS)
    under_its_worker(piotr)
    piotr.switch_status("dnd")
    adam.sees_lamp("102", "dnd")

    adam.call("102")
    piotr.sees_call("ringing")
    assert (piotr.page.evaluate("window.everSounded"), notices(piotr.page)) == (0, [])

    # It is taken back while the phone rings, and set again: sound and notification come and go.
    piotr.switch_status("available")
    wait_for_one_ring(piotr)
    wait_for_new_notices(piotr)
    piotr.switch_status("dnd")
    wait_for_notices(piotr, 0)
    piotr.page.wait_for_function("() => window.sounding.size === 0")
    piotr.act("decline")
    adam.sees_end("declined")

    adam.act("dismiss")
    piotr.call("101")
    adam.sees_call("ringing")
    wait_for_one_ring(piotr)


def test_whoever_logs_out_in_one_window_is_out_of_all_and_rings_no_more(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr", script=WITNESS)
    under_its_worker(piotr)
    other = piotr.open_window("/calls/")
    adam.call("102")
    for window in (piotr, other):
        window.sees_call("ringing")
    wait_for_new_notices(piotr)

    piotr.avatar.click()
    piotr.page.get_by_role("menuitem", name="Log out").click()

    for window in (piotr, other):
        expect(window.page.locator("h1")).to_have_text("Log in")
    wait_for_notices(other, 0)
    assert ringing(piotr, other) == []


def test_two_people_in_one_browser_ring_each_for_themselves(enter: Enter, server: Server) -> None:
    """Piotr's window stays open while Adam logs in beside it, which the browser has one session for."""
    anna, ewa, piotr = enter("anna"), enter("ewa"), enter("piotr", script=WITNESS)
    under_its_worker(piotr)
    adam = Person(piotr.page.context.new_page(), piotr.address, "adam", [])
    adam.carry_session(server.clerk.open_session("adam"))
    adam.go("/")
    adam.wait_until_live()
    for person in (adam, piotr):
        person.page.locator("main h1").click()

    anna.call("101")
    ewa.call("102")

    for person in (adam, piotr):
        person.sees_call("ringing")
        wait_for_one_ring(person)
    wait_for_new_notices(adam, 2)
    anna.act("hang-up")
    wait_for_notices(adam, 1)
    assert [notice["title"] for notice in notices(adam.page)] == ["Ewa Lewandowska is calling"]
    assert ringing(adam, piotr) == [piotr]

    # A window whose socket comes back is the new person's altogether, never half of each.
    piotr.page.evaluate("['offline', 'online'].forEach((type) => window.dispatchEvent(new Event(type)))")
    expect(piotr.avatar).to_contain_text("Adam Nowak")
    assert adam.complaints == []
