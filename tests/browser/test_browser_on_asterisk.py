"""Browsers whose sound goes by a real Asterisk: registered, and in calls with desk phones and with each other."""

import http.client
import json
import logging
import re
from collections.abc import Callable, Iterator
from socket import SOCK_STREAM
from time import monotonic
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from presence.calls.asterisk.browser_accounts import PREFIX
from presence.calls.asterisk.sound_files import prepare_sounds
from scripts.fetch_asterisk import asterisk_tree
from tests.asterisk.office.installation import PASSWORD, write_configuration
from tests.asterisk.place import Place
from tests.asterisk.server import AsteriskServer
from tests.browser.network import Network
from tests.browser.person import PATIENCE_MS, Enter, Person, talk
from tests.browser.phone_desk import PhoneDesk
from tests.browser.server import Server
from tests.browser.sound import hears_silence, hears_voice
from tests.browser.test_call_control import choose
from tests.browser.test_visits import call as ask_for
from tests.browser.test_visits import visit
from tests.browser.ways import BACK_SECONDS, CABLE, FINDS, HEARD_AGAIN, WATCHED, WIFI, addresses

log = logging.getLogger(__name__)

ADDRESS, PORT = "10.99.0.1", 8010
REGISTERED_SECONDS = 10.0
ANNAS_TONE, PIOTRS_TONE, KITCHEN_TONE = 1320, 880, 550

# Until this frequency stands out of what the call plays: no neighbour further than 100 Hz is as loud.
_HEARS_TONE = """async ([frequency, patience]) => {
    const end = performance.now() + patience;
    const audio = document.querySelector('#call-card audio');
    while (!audio.srcObject && performance.now() < end) await new Promise(requestAnimationFrame);
    if (!audio.srcObject) return false;
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(audio.srcObject).connect(analyser);
    const levels = new Float32Array(analyser.frequencyBinCount);
    const width = context.sampleRate / analyser.fftSize;
    let isHeard = false;
    while (!isHeard && performance.now() < end) {
        await new Promise(requestAnimationFrame);
        analyser.getFloatFrequencyData(levels);
        const loudest = levels.indexOf(Math.max(...levels));
        isHeard = levels[loudest] > -60 && Math.abs(loudest * width - frequency) < 40;
    }
    await context.close();
    return isHeard;
}"""


@pytest.fixture(scope="module")
def asterisk(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskServer]:
    if asterisk_tree() is None:
        pytest.skip("Asterisk has not been fetched: `make prepare-tests` does it")
    sounds = tmp_path_factory.mktemp("asterisk-sounds")
    prepare_sounds(sounds)
    configuration = write_configuration(tmp_path_factory.mktemp("office"), sounds)
    place = Place(ADDRESS, inside=network.inside)
    server = AsteriskServer(tmp_path_factory.mktemp("asterisk"), [configuration], place=place)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def open_server(
    network: Network, asterisk: AsteriskServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A company with an Asterisk: everything that `server` and `enter` give has one."""
    settings = {
        "ASTERISK_URL": f"http://{asterisk.http[0]}:{asterisk.http[1]}",
        "ASTERISK_USER": "lampfield",
        "ASTERISK_PASSWORD": PASSWORD,
        "ASTERISK_TRUNK": "trunk",
    }
    server = Server(network, tmp_path_factory.mktemp("data-with-asterisk"), PORT, settings)
    server.open()
    yield server
    server.close()


@pytest.fixture
def desk(asterisk: AsteriskServer) -> Iterator[PhoneDesk]:
    desk = PhoneDesk(asterisk)
    yield desk
    desk.close()


def until(question: Callable[[], bool], page: Page, what: str, seconds: float = REGISTERED_SECONDS) -> None:
    deadline = monotonic() + seconds
    while not question():
        assert monotonic() < deadline, what
        page.evaluate("new Promise(requestAnimationFrame)")


def window_of(person: Person) -> str:
    return str(person.page.evaluate("sessionStorage.getItem('lampfield.window')"))


def is_registered(asterisk: AsteriskServer, window: str) -> bool:
    return f"{PREFIX}{window}/" in asterisk.command("pjsip show contacts")


def wait_for_phone(asterisk: AsteriskServer, person: Person) -> None:
    window = window_of(person)
    until(lambda: is_registered(asterisk, window), person.page, f"{person.name} is not registered")


def hears_tone(person: Person, frequency: int) -> None:
    assert person.page.evaluate(_HEARS_TONE, [frequency, PATIENCE_MS]), f"{person.name} does not hear {frequency} Hz"


def ask_ari(asterisk: AsteriskServer, method: str, path: str, body: object = None) -> tuple[int, str]:
    """Inside the tests' network."""
    with asterisk.place.open_socket(SOCK_STREAM) as asking:
        asking.settimeout(PATIENCE_MS / 1000)
        asking.connect(asterisk.http)
        connection = http.client.HTTPConnection(*asterisk.http)
        connection.sock = asking
        login = urlencode({"api_key": f"lampfield:{PASSWORD}"})
        joint = "&" if "?" in path else "?"
        connection.request(
            method, f"/ari{path}{joint}{login}", json.dumps(body or {}), {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_window_registers_by_itself_and_its_password_stands_in_no_page(
    enter: Enter, asterisk: AsteriskServer
) -> None:
    adam = enter("adam", log_in=False)
    told: list[str] = []
    adam.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame))))
    adam.carry_session(enter("adam").page.context.cookies()[0]["value"])
    adam.go("/")
    adam.wait_until_live()

    wait_for_phone(asterisk, adam)

    offer = next(json.loads(frame) for frame in told if frame.startswith('{"type":"sip"'))
    assert offer["password"] not in adam.page.content()
    stored = adam.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert offer["password"] not in stored


def test_a_browser_calls_a_desk_phone_and_both_hear_each_other(
    enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk
) -> None:
    anna = desk.phone("103", ANNAS_TONE)
    adam = enter("adam")
    wait_for_phone(asterisk, adam)

    adam.call("103")
    call = desk.do(anna.incoming())
    assert (call.caller_number, call.caller_name) == ("101", "Adam Nowak")
    desk.now(call.ring)
    adam.sees_call("dialling")
    desk.do(call.answer())

    adam.sees_call("talking")
    adam.hears_more_and_more()
    hears_tone(adam, ANNAS_TONE)
    desk.do(call.hears_something())
    adam.act("hang-up")
    desk.do(call.ends())
    adam.sees_end("completed")


def test_a_desk_phone_calls_a_browser(enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk) -> None:
    anna = desk.phone("103", ANNAS_TONE)
    adam = enter("adam")
    wait_for_phone(asterisk, adam)

    call = desk.now(lambda: anna.call("101"))
    adam.sees_call("ringing")
    adam.act("answer")

    adam.sees_call("talking")
    hears_tone(adam, ANNAS_TONE)
    desk.do(call.hears_something())
    desk.do(call.hang_up())
    adam.sees_end("completed")


def test_hold_and_keys_in_a_call_with_a_desk_phone(enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk) -> None:
    anna = desk.phone("103", ANNAS_TONE)
    adam = enter("adam")
    wait_for_phone(asterisk, adam)
    adam.call("103")
    call = desk.do(anna.incoming())
    desk.do(call.answer())
    adam.sees_call("talking")
    hears_tone(adam, ANNAS_TONE)

    adam.act("hold")
    adam.sees_call("on_hold")
    desk.do(call.hears_something())  # music
    adam.act("hold")
    adam.sees_call("talking")
    hears_tone(adam, ANNAS_TONE)

    adam.act("keypad")
    for key in "15":
        adam.page.locator("#call-keypad").get_by_role("button", name=key, exact=True).click()
    desk.do(call.receives_keys("15"))


def test_a_browser_sends_a_desk_phone_on_to_another(enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk) -> None:
    anna, piotr = desk.phone("103", ANNAS_TONE), desk.phone("102", PIOTRS_TONE)
    adam = enter("adam")
    wait_for_phone(asterisk, adam)
    theirs = desk.now(lambda: anna.call("101"))
    adam.sees_call("ringing")
    adam.act("answer")
    hears_tone(adam, ANNAS_TONE)

    choose(adam, "adamiak", "102").get_by_role("button", name="Transfer now").click()

    last = desk.do(piotr.incoming())
    desk.do(last.answer())
    desk.do(theirs.hears(PIOTRS_TONE))
    desk.do(last.hears(ANNAS_TONE))
    adam.sees_end("transferred")


def test_desk_phone_and_browser_of_one_person_ring_together(
    enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk
) -> None:
    anna, adams_desk = desk.phone("103", ANNAS_TONE), desk.phone("101", KITCHEN_TONE)
    adam = enter("adam")
    wait_for_phone(asterisk, adam)

    call = desk.now(lambda: anna.call("101"))
    ringing = desk.do(adams_desk.incoming())
    desk.now(ringing.ring)
    adam.sees_call("ringing")
    adam.act("answer")
    adam.sees_call("talking")
    desk.do(ringing.is_cancelled())
    hears_tone(adam, ANNAS_TONE)
    desk.do(call.hang_up())
    adam.sees_end("completed")
    adam.act("dismiss")

    again = desk.now(lambda: anna.call("101"))
    ringing = desk.do(adams_desk.incoming())
    adam.sees_call("ringing")
    desk.do(ringing.answer())
    desk.do(again.hears(KITCHEN_TONE))
    adam.sees_call("talking")
    expect(adam.card).to_contain_text("Talking on your desk phone")
    adam.act("hang-up")
    desk.do(again.ends())
    adam.sees_end("completed")


def is_there_anew(person: Person, choice: Locator) -> bool:
    person.reload()
    return choice.is_visible()


def test_a_click_rings_the_own_desk_phone_first_and_the_window_has_the_controls(
    enter: Enter, desk: PhoneDesk, server: Server
) -> None:
    adams_desk, anna = desk.phone("101", KITCHEN_TONE), desk.phone("103", ANNAS_TONE)
    adam = enter("adam", path="/settings/devices/", permissions=[])
    choice = adam.page.get_by_label("On my desk phone", exact=True)
    until(lambda: is_there_anew(adam, choice), adam.page, "the desk phone is not offered")
    choice.check()
    adam.go("/")
    adam.wait_until_live()
    second = adam.open_window()

    adam.call("103")
    own = desk.do(adams_desk.incoming())
    assert own.caller_number == "103"
    expect(adam.card).to_contain_text("Pick up your desk phone")
    desk.do(own.answer())
    call = desk.do(anna.incoming())
    desk.do(call.answer())
    desk.do(own.hears(ANNAS_TONE))
    for window in (adam, second):
        window.sees_call("talking")
        expect(window.card).to_contain_text("Talking on your desk phone")
        assert window.page.evaluate("window.lampfieldPhone.stats()") is None
        expect(window.button("mute")).to_be_hidden()

    second.act("hold")
    adam.sees_call("on_hold")
    adam.act("hold")
    desk.do(own.hears(ANNAS_TONE))
    second.act("hang-up")
    desk.do(own.ends())
    desk.do(call.ends())
    adam.sees_end("completed")


def test_two_browsers_talk_through_asterisk(enter: Enter, asterisk: AsteriskServer) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    for person in (adam, piotr):
        wait_for_phone(asterisk, person)

    talk(adam, piotr, "102")
    assert "2 active channels" in asterisk.command("core show channels count")
    for person in (adam, piotr):
        assert hears_voice(person.page)

    piotr.act("mute")
    assert hears_silence(adam.page)
    piotr.act("mute")
    piotr.act("hold")
    piotr.sees_call("on_hold")
    assert hears_voice(adam.page)  # music, which Asterisk plays
    assert adam.page.evaluate("document.querySelector('#call-card audio[data-role=\"music\"]').paused")
    piotr.act("hold")
    piotr.sees_call("talking")
    adam.hears_more_and_more()
    piotr.act("hang-up")
    adam.sees_end("completed")
    until(lambda: "0 active channels" in asterisk.command("core show channels count"), adam.page, "channels are left")


def test_a_visitor_talks_through_asterisk(enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk) -> None:
    piotr = desk.phone("102", PIOTRS_TONE)
    visitor = visit(enter, "/visit/102/")

    ask_for(visitor)
    theirs = desk.do(piotr.incoming())
    assert theirs.caller_name == "Jan Gość"
    desk.do(theirs.answer())

    visitor.sees_call("talking")
    hears_tone(visitor, PIOTRS_TONE)
    desk.do(theirs.hears_something())
    visitor.act("hang-up")
    desk.do(theirs.ends())
    visitor.sees_end("completed")


def test_a_reloaded_window_is_back_in_its_call(enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk) -> None:
    anna = desk.phone("103", ANNAS_TONE)
    adam = enter("adam")
    wait_for_phone(asterisk, adam)
    adam.call("103")
    call = desk.do(anna.incoming())
    desk.do(call.answer())
    hears_tone(adam, ANNAS_TONE)

    adam.reload()

    adam.sees_call("talking")
    hears_tone(adam, ANNAS_TONE)
    desk.do(call.hears_something())


@pytest.mark.parametrize(
    "headers", [{}, {"PJSIP_HEADER(add,X-Lampfield-Call)": "e6d1c3f2-0000-4000-8000-000000000000"}]
)
def test_a_window_answers_nothing_but_its_own_calls(
    enter: Enter, asterisk: AsteriskServer, headers: dict[str, str]
) -> None:
    adam = enter("adam")
    wait_for_phone(asterisk, adam)

    endpoint = quote(f"PJSIP/{PREFIX}{window_of(adam)}", safe="")
    path = f"/channels/stranger?endpoint={endpoint}&context=nowhere&extension=s&priority=1&timeout=20"
    status, text = ask_ari(asterisk, "POST", path, {"variables": headers})
    assert status == 200, text

    until(lambda: ask_ari(asterisk, "GET", "/channels/stranger")[0] == 404, adam.page, "it was answered")
    assert adam.page.evaluate("window.lampfieldPhone.stats()") is None


def test_a_message_is_recorded_by_asterisk(enter: Enter, asterisk: AsteriskServer) -> None:
    adam = enter("adam")
    wait_for_phone(asterisk, adam)

    adam.call("105")
    adam.sees_call("talking")
    expect(adam.card).to_have_attribute("data-voicemail-stage", re.compile("greeting|recording"))
    adam.hears_more_and_more()
    expect(adam.card).to_have_attribute("data-voicemail-stage", "recording", timeout=30_000)


def test_after_asterisk_was_started_anew_windows_register_again(
    enter: Enter, asterisk: AsteriskServer, server: Server
) -> None:
    adam = enter("adam")
    wait_for_phone(asterisk, adam)
    adam.expect_lost_server()

    asterisk.restart()

    window = window_of(adam)
    until(lambda: is_registered(asterisk, window), adam.page, "not registered again", seconds=60)
    server.log.clear()  # the link was lost, which it says


def test_voices_are_back_soon_after_the_network_became_another_one(
    enter: Enter, asterisk: AsteriskServer, desk: PhoneDesk, wifi: Network, laptops: Browser
) -> None:
    anna = desk.phone("103", ANNAS_TONE)
    adam = enter("adam", browser=laptops, script=WATCHED)
    wait_for_phone(asterisk, adam)
    adam.call("103")
    call = desk.do(anna.incoming())
    desk.do(call.answer())
    hears_tone(adam, ANNAS_TONE)
    wifi.plug(*CABLE)
    assert adam.page.evaluate(FINDS, [CABLE[1], PATIENCE_MS])
    until(lambda: WIFI[1] in addresses(adam), adam.page, "the call does not go by this network")
    adam.page.evaluate(f"window.back = null; void ({HEARD_AGAIN})(15_000).then((back) => (window.back = back))")

    wifi.unplug(WIFI[0])

    adam.page.wait_for_function("() => window.back !== null")
    silence = adam.page.evaluate("window.back")
    log.info("heard nothing for %.1f s", silence)
    assert silence < BACK_SECONDS
    until(lambda: WIFI[1] not in addresses(adam), adam.page, "the call still goes by the network that has gone")
    desk.do(call.hears_something())
    adam.act("hang-up")
    desk.do(call.ends())
