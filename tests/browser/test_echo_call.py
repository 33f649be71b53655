"""The echo test from a browser, how the sound of a call is shown and kept, and that both sides rate it alike."""

import re
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from presence.domain.call_quality import Sample, grade, rating
from tests.browser.person import Enter
from tests.browser.sound import hears_voice

QUALITY_SCRIPT = Path("static/js/phone/quality.js")

_RATED = """async ([source, samples]) => {
    const script = await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    return samples.map(([lossPercent, jitterMs, roundTripMs]) => {
        const rated = script.rating({ lossPercent, jitterMs, roundTripMs });
        return [rated, script.grade(rated)];
    });
}"""


def test_the_echo_test_sends_back_ones_own_voice_and_tells_how_it_sounded(enter: Enter) -> None:
    adam, olga = enter("adam", path="/settings/devices/"), enter("olga")
    adam.page.get_by_role("button", name="Call the echo test").click()

    adam.sees_call("talking")
    expect(adam.card).to_contain_text("Echo test")
    expect(adam.card).to_contain_text("you hear yourself a moment later")
    adam.hears_more_and_more()
    assert hears_voice(adam.page)
    olga.sees_lamp("101", "talking")
    for action in ("hold", "transfer", "park", "keypad"):
        expect(adam.button(action)).to_be_hidden()

    quality = adam.card.locator('[data-call-action="quality"]')
    expect(quality).to_have_text("Good")
    quality.click()
    expect(adam.card.get_by_role("img", name="The last ")).to_be_visible()
    expect(adam.card.locator('[data-role="quality-figures"]')).to_contain_text("jitter")
    expect(adam.card.locator("polyline")).to_have_attribute("points", re.compile(","))

    adam.act("hang-up")
    adam.sees_end("completed")
    olga.sees_lamp("101", "available")
    adam.follow("Calls")
    entry = adam.page.locator("#call-log li").first
    expect(entry).to_contain_text("Echo test")
    expect(entry).to_contain_text("Sound: Good")
    entry.locator("summary").click()
    expect(entry).to_contain_text("How it sounded to you: Good (lost")


def test_script_and_server_rate_a_call_alike(chromium: Browser) -> None:
    samples = list(product((0, 0.5, 3, 7.5, 20, 100), (0, 2.5, 30, 250, 60_000), (None, 0, 45, 310, 900, 60_000)))
    page = chromium.new_page()

    rated = page.evaluate(_RATED, [QUALITY_SCRIPT.read_text(), samples])

    page.close()
    for sample, (by_script, word) in zip(samples, rated, strict=True):
        by_server = rating(Sample(*sample))
        assert by_script == pytest.approx(by_server), sample
        assert word == grade(by_server), sample
