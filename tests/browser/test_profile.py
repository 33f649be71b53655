"""Settings > Profile in the browser: the square that was chosen, the theme from the first paint, the sounds."""

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.accessibility import Survey
from tests.browser.person import Enter
from tests.browser.test_accessibility import LOOKS
from tests.picture_cast import file_of, halves

PROFILE = "/settings/profile/"
# What the element paints, as Chromium decoded it.
PIXEL = """async ([selector, x, y]) => {
    const shown = document.querySelector(selector);
    await shown.decode?.();
    const canvas = document.createElement('canvas');
    const width = shown.naturalWidth ?? shown.width, height = shown.naturalHeight ?? shown.height;
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext('2d');
    pen.drawImage(shown, 0, 0);
    return [...pen.getImageData(x * (width - 1), y * (height - 1), 1, 1).data].slice(0, 3);
}"""
# The background of each frame that was painted, from the first on.
NOTE_GROUNDS = """
    window.grounds = [];
    const note = () => {
        if (document.body) window.grounds.push(getComputedStyle(document.body).backgroundColor);
        if (window.grounds.length < 20) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
"""
GROUNDS = """async () => {
    while (window.grounds.length < 20) await new Promise(requestAnimationFrame);
    return window.grounds;
}"""
# How loud each sound was that has begun.
LISTEN = """
    window.gains = [];
    const connect = GainNode.prototype.connect;
    GainNode.prototype.connect = function (...args) {
        window.gains.push(this.gain.value);
        return connect.apply(this, args);
    };
"""
SECOND_GAIN = """async () => {
    while (window.gains.length < 2) await new Promise(requestAnimationFrame);
    return window.gains[1];
}"""
# A message arrives; how many have been heard once it is over, when the desk is there and the lock is free again.
ARRIVE = """async () => {
    document.dispatchEvent(new CustomEvent('lampfield:voicemail-arrived', { detail: {} }));
    await navigator.locks.request('lampfield-message-101', () => {});
    return window.gains.length;
}"""
# When the light and the dark colour of the browser's own bar hold.
BARS = "() => [...document.querySelectorAll('meta[name=theme-color]')].map((bar) => bar.media)"
DARK_GROUND, LIGHT_GROUND = "rgb(22, 21, 19)", "rgb(244, 243, 240)"


def choose_file(page: Page, content: bytes, name: str = "me.png") -> None:
    page.locator("[name=picture]").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def colour(page: Page, selector: str, x: float, y: float) -> str:
    red, _, blue = page.evaluate(PIXEL, [selector, x, y])
    return "red" if red > blue else "blue"


def push(page: Page, slider: str, key: str) -> None:
    page.locator(f"#picture-form [name={slider}]").press(key)


def test_a_picture_is_cropped_by_keyboard_and_shown_in_the_bar_at_once_and_after_a_reload(enter: Enter) -> None:
    adam = enter("adam", path=PROFILE)
    page = adam.page
    choose_file(page, file_of(halves()))
    expect(page.locator("[data-role=crop]")).to_be_visible()
    assert (colour(page, ".picture-preview", 0.1, 0.5), colour(page, ".picture-preview", 0.9, 0.5)) == ("red", "blue")
    push(page, "x", "End")
    assert colour(page, ".picture-preview", 0.1, 0.5) == "blue"
    push(page, "zoom", "End")
    push(page, "x", "Home")
    assert colour(page, ".picture-preview", 0.9, 0.5) == "red"

    page.get_by_role("button", name="Save the picture").click()

    expect(page.locator(".notice-success")).to_contain_text("Your picture is saved.")
    expect(page.locator("img#my-avatar")).to_be_visible()
    assert colour(page, "img#my-avatar", 0.9, 0.5) == "red"
    adam.reload()
    adam.wait_until_live()
    assert colour(page, "img#my-avatar", 0.9, 0.5) == "red"

    page.get_by_role("button", name="Remove the picture").click()
    expect(
        page.get_by_role("dialog", name="Remove your picture?").get_by_role("button", name="Keep it")
    ).to_be_focused()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("span#my-avatar")).to_have_text("AN")


def test_a_picture_is_moved_with_the_mouse(enter: Enter) -> None:
    page = enter("adam", path=PROFILE).page
    choose_file(page, file_of(halves(400, 200)))
    expect(page.locator("[data-role=crop]")).to_be_visible()
    box = page.locator(".picture-preview").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.9, middle)
    page.mouse.down()
    page.mouse.move(box["x"] - box["width"], middle, steps=4)
    page.mouse.up()
    assert colour(page, ".picture-preview", 0.1, 0.5) == "blue"
    expect(page.locator("#picture-form [name=x]")).to_have_value("100")


def test_a_picture_taken_sideways_is_previewed_as_it_is_kept(enter: Enter) -> None:
    page = enter("adam", path=PROFILE).page
    exif = Image.Exif()
    exif[0x0112] = 6
    choose_file(page, file_of(halves(200, 200), "JPEG", exif=exif), "me.jpg")
    expect(page.locator("[data-role=crop]")).to_be_visible()
    previewed = colour(page, ".picture-preview", 0.5, 0.1)
    page.get_by_role("button", name="Save the picture").click()
    expect(page.locator("img.profile-face")).to_be_visible()
    assert colour(page, "img.profile-face", 0.5, 0.1) == previewed == "red"


def test_a_file_that_is_no_picture_is_refused_before_it_is_sent(enter: Enter) -> None:
    page = enter("adam", path=PROFILE).page
    refusal = page.locator("#picture-refusal")
    page.get_by_role("button", name="Save the picture").click()
    expect(refusal).to_have_text("Choose a picture first.")
    expect(page.locator("[name=picture]")).to_be_focused()
    choose_file(page, b"<svg/>")
    expect(refusal).to_contain_text("This is not a picture that can be used.")
    choose_file(page, b"\0" * 5_000_001)
    expect(refusal).to_contain_text("This file is larger than 5 MB.")
    choose_file(page, file_of(halves()))
    expect(refusal).to_have_text("")


def test_what_the_server_refuses_is_told_beside_the_field(enter: Enter) -> None:
    adam = enter("adam", path=PROFILE)
    adam.expect_complaints("422")
    choose_file(adam.page, file_of(halves(20, 20)))
    adam.page.get_by_role("button", name="Save the picture").click()
    expect(adam.page.locator("#picture-form .errorlist")).to_contain_text("This picture is too small")
    expect(adam.page.locator("[name=picture]")).to_be_focused()


def test_a_theme_holds_at_once_and_no_page_flashes_in_the_other(enter: Enter) -> None:
    adam = enter("adam", path=PROFILE, color_scheme="light", script=NOTE_GROUNDS)
    page = adam.page
    page.evaluate("window.unswapped = true")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("body")).to_have_css("background-color", DARK_GROUND)
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.unswapped")
    for path in ("/", PROFILE):
        adam.go(path)
        assert set(page.evaluate(GROUNDS)) == {DARK_GROUND}, path
    page.get_by_role("button", name="As the system").click()
    expect(page.locator("body")).to_have_css("background-color", LIGHT_GROUND)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", DARK_GROUND)


def test_other_windows_take_a_new_theme_and_sounds_at_once_and_keep_what_was_typed(enter: Enter) -> None:
    adam = enter("adam", path=PROFILE, color_scheme="light")
    app, twin = adam.open_window("/app/"), adam.open_window(PROFILE)
    for window in (adam, app, twin):
        window.load_the_rest()
    twin.page.get_by_label("Other sounds").uncheck()
    page = adam.page
    page.get_by_role("button", name="Dark").click()
    for window in (adam, app, twin):
        expect(window.page.locator("body")).to_have_css("background-color", DARK_GROUND)
        assert window.page.evaluate(BARS) == ["not all", "all"]
    expect(twin.page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")

    page.locator("[name=ringing_volume]").press("End")
    page.get_by_role("button", name="Save the sounds").click()
    expect(twin.page.locator("#sounds-form")).to_have_attribute("data-volume", "100")
    expect(twin.page.locator("[name=ringing_volume]")).to_have_value("100")
    expect(twin.page.get_by_label("Other sounds")).not_to_be_checked()
    adam.switch_status("lunch")  # any other swap brings no old choice back
    expect(twin.avatar).to_have_attribute("data-status", "lunch")
    twin.switch_status("available")
    for window in (adam, app, twin):
        expect(window.page.locator("body")).to_have_css("background-color", DARK_GROUND)
    twin.page.get_by_role("button", name="Save the sounds").click()
    expect(page.locator("#sounds-form")).to_have_attribute("data-others", "false")


def test_ringing_is_as_loud_as_the_slider_says_and_silent_when_it_is_off(enter: Enter) -> None:
    adam, piotr = enter("adam", path=PROFILE, script=LISTEN), enter("piotr")
    page = adam.page
    page.locator("[name=ringing_volume]").press("End")
    page.get_by_role("button", name="Try it").click()
    assert page.evaluate("window.gains") == [2]
    page.get_by_role("button", name="Save the sounds").click()
    expect(page.locator(".notice-success")).to_contain_text("Saved.")

    piotr.call("101")
    adam.sees_call("ringing")
    assert page.evaluate(SECOND_GAIN) == 2
    adam.act("decline")
    adam.sees_call("ended")
    piotr.act("hang-up")
    page.get_by_label("A ringing sound").uncheck()
    page.get_by_role("button", name="Save the sounds").click()
    expect(page.locator("#sounds-form")).to_have_attribute("data-ringing", "false")
    piotr.sees_call("ended")
    piotr.call("101")
    adam.sees_call("ringing")
    assert page.evaluate("window.gains.length") == 2


def test_a_new_message_is_heard_unless_other_sounds_are_off_or_nobody_is_to_disturb(enter: Enter) -> None:
    adam = enter("adam", path=PROFILE, script=LISTEN)
    page = adam.page
    adam.dial("999")
    adam.sees_end("unknown_number")
    adam.act("dismiss")
    page.evaluate("window.gains = []")

    def messages_heard() -> int:
        return int(page.evaluate(ARRIVE))

    assert messages_heard() == 1
    adam.switch_status("dnd")
    assert messages_heard() == 1
    adam.switch_status("available")
    assert messages_heard() == 2
    page.get_by_label("Other sounds").uncheck()
    page.get_by_role("button", name="Save the sounds").click()
    expect(page.locator("#sounds-form")).to_have_attribute("data-others", "false")
    assert messages_heard() == 2


@pytest.mark.parametrize("look", LOOKS)
def test_profile_and_help_are_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    adam = enter("adam", **look)
    page, survey = adam.page, Survey(adam.page)
    page.locator("[popovertarget=lamp-legend]").click()
    survey.look("legend")
    adam.go(PROFILE)
    adam.wait_until_live()
    choose_file(page, file_of(halves()))
    expect(page.locator("[data-role=crop]")).to_be_visible()
    survey.look("profile, cropping")
    page.locator("#picture-form .button-primary").click()
    expect(page.locator("img.profile-face")).to_be_visible()
    survey.look("profile with a picture")
    page.locator(".button-danger[popovertarget=picture-removal]").click()
    survey.look("profile, removing")
    for path in ("/help/", "/help/?q=status", "/help/?q=xyzzy", "/help/lamps/", "/help/rules/", "/help/keyboard/"):
        adam.go(path)
        adam.wait_until_live()
        survey.look(path)
    assert survey.findings == []
