"""Takes the help's pictures from the running product, in both languages, light and dark; names limit it to some.

    .venv/bin/python -m scripts.help_pictures [name ...]

A shot of something that the product does not have is left out and named; its text then stands without a picture.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.screenshots import ROOT, act, call, chromium, demo_server, logged_in, row, switch_status

PICTURES = ROOT / "static/help"  # <language>/<name>-<theme>.webp, as webclient/help_pictures.py looks for them
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCALE = 1.5  # pixels to one of the page, sharp enough on most screens and half as heavy as two
LOCALES = {"en": "en-GB", "pl": "pl-PL"}
WIDE = {"width": 900, "height": 1600}  # high: nothing that sticks to its edges covers what is shown
NARROW = {"width": 400, "height": 720}
QUALITY = 72
MESSAGE_MS = 3000  # long enough to be a message


class NotThereError(Exception):
    """The product has no such page or part."""


@dataclass
class Studio:
    """A company of its own for each language, and whoever is logged in to it."""

    browser: Browser
    address: str
    language: str
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, user: str, path: str = "/", viewport: dict[str, int] | None = None) -> Page:
        """The user's one window, on this page."""
        if user not in self.pages:
            locale = LOCALES[self.language]
            self.pages[user] = logged_in(self.browser, self.address, user, locale=locale, device_scale_factor=SCALE)
        page = self.pages[user]
        page.set_viewport_size(viewport or WIDE)  # type: ignore[arg-type]
        answer = page.goto(self.address + path)
        if answer is None or answer.status == 404:
            raise NotThereError(path)
        expect(page.locator("html")).to_have_attribute("data-connection", "live")
        page.mouse.move(0, 0)
        return page


Shot = Callable[[Studio], Iterator[tuple[str, Locator]]]


def lamps_and_picking_up(studio: Studio) -> Iterator[tuple[str, Locator]]:
    """Piotr's phone rings, Katarzyna talks; Jan leaves Piotr a message in the end."""
    for user, status in {"tomasz": "lunch", "michal": "away"}.items():
        switch_status(studio.page(user), status)
    jan, katarzyna, piotr = studio.page("jan"), studio.page("katarzyna"), studio.page("piotr")
    magdalena, adam = studio.page("magdalena"), studio.page("adam")
    call(magdalena, "105")
    act(katarzyna, "answer")
    call(jan, "102")
    for number, lamp in {"102": "ringing", "104": "lunch", "105": "talking", "106": "away"}.items():
        expect(row(adam, number)).to_have_attribute("data-lamp", lamp)
    yield "lamps", adam.locator("section.department", has=adam.locator('[data-extension="102"]'))
    yield "pick-up", row(adam, "102")
    act(magdalena, "hang-up")
    act(piotr, "decline")
    expect(jan.locator("#call-card")).to_have_attribute("data-voicemail-stage", "recording", timeout=40_000)
    jan.wait_for_timeout(MESSAGE_MS)
    act(jan, "hang-up")
    expect(piotr.locator('.rail [data-role="unheard"]')).to_be_visible(timeout=20_000)
    yield "voicemail", studio.page("piotr", "/voicemail/").locator("#voicemail-box")


def a_call(studio: Studio) -> Iterator[tuple[str, Locator]]:
    adam, piotr = studio.page("adam"), studio.page("piotr")
    call(adam, "102")
    act(piotr, "answer")
    card = adam.locator("#call-card")
    expect(card).to_have_attribute("data-media", "connected")
    yield "call-card", card
    act(adam, "transfer")
    adam.locator("#transfer-field").fill("ka")
    expect(card.locator('[data-role="choices"] > *').first).to_be_visible()
    yield "transfer", card
    act(adam, "hang-up")


def the_status_menu(studio: Studio) -> Iterator[tuple[str, Locator]]:
    page = studio.page("adam")
    page.locator("#status-menu-button").click()
    yield "status-menu", page.locator("#status-menu")


def an_end_for_a_status(studio: Studio) -> Iterator[tuple[str, Locator]]:
    page = studio.page("adam")
    page.locator("#status-menu-button").click()
    opener = page.locator('#status-menu [data-role="status-end"]')
    if not opener.count():
        raise NotThereError("the end of a status in the menu")
    opener.click()
    page.locator('#status-menu [name="end"][value="1h"]').check()
    page.mouse.move(0, 0)
    yield "status-end", page.locator("#status-menu")


def rules_in_the_web_client(studio: Studio) -> Iterator[tuple[str, Locator]]:
    yield "rules", studio.page("adam", "/settings/status/available/").locator(".rules-columns")


def rules_in_the_operator_panel(studio: Studio) -> Iterator[tuple[str, Locator]]:
    page = studio.page("olga", "/admin/extensions/102/", {"width": 1180, "height": 1600})
    page.locator('[data-role="tabs"] [aria-controls="tab-rules"], [data-role="tabs"] [href="#tab-rules"]').click()
    yield "operator-rules", page.locator('#tab-rules [data-lamp="available"]')


def the_desktop_app(studio: Studio) -> Iterator[tuple[str, Locator]]:
    page = studio.page("adam", "/app/", NARROW)
    page.locator("#status-menu-button").click()
    yield "app-statuses", page.locator("body")
    yield "app-rules", studio.page("adam", "/app/settings/status/available/", NARROW).locator("body")


def devices(studio: Studio) -> Iterator[tuple[str, Locator]]:
    page = studio.page("adam", "/settings/devices/")
    page.locator('[data-device-action="listen"]').click()
    expect(page.locator('[data-role="level-words"]')).not_to_be_empty()
    page.mouse.move(0, 0)
    yield "devices", page.locator("main .page")


def own_queues(studio: Studio) -> Iterator[tuple[str, Locator]]:
    yield "queues", studio.page("jan").locator("#my-queues")


def the_profile(studio: Studio) -> Iterator[tuple[str, Locator]]:
    page = studio.page("adam", "/settings/profile/", {"width": 760, "height": 1600})
    page.locator('[name="picture"]').set_input_files(
        {"name": "portrait.png", "mimeType": "image/png", "buffer": portrait()}
    )
    page.locator("#picture-form .button-primary").click()
    expect(page.locator("img.profile-face")).to_be_visible()
    yield "profile", page.locator(".profile")


SHOTS: dict[Shot, tuple[str, ...]] = {
    the_status_menu: ("status-menu",),
    an_end_for_a_status: ("status-end",),
    rules_in_the_web_client: ("rules",),
    rules_in_the_operator_panel: ("operator-rules",),
    the_desktop_app: ("app-statuses", "app-rules"),
    devices: ("devices",),
    own_queues: ("queues",),
    lamps_and_picking_up: ("lamps", "pick-up", "voicemail"),
    a_call: ("call-card", "transfer"),
    the_profile: ("profile",),
}


def portrait() -> bytes:
    """A face that is nobody's."""
    picture = Image.new("RGB", (400, 400), "#cfd8e6")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 270, 360, 620), fill="#2f4a6d")
    pen.ellipse((125, 75, 275, 265), fill="#e8c3a4")
    pen.pieslice((115, 55, 285, 235), 180, 360, fill="#4a3527")
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def take(studio: Studio, wanted: set[str]) -> Iterator[str]:
    """The names that were wanted and are not there."""
    for shot, names in SHOTS.items():
        if wanted.isdisjoint(names):
            continue
        taken = set()
        try:
            for name, part in shot(studio):
                keep(studio, name, part)
                taken.add(name)
        except NotThereError as missing:
            print(f"{studio.language}: no {', '.join(set(names) - taken)} yet, because there is no {missing}")
        yield from wanted.intersection(names) - taken


def keep(studio: Studio, name: str, part: Locator) -> None:
    for theme in THEMES:
        part.page.emulate_media(color_scheme=theme)
        part.page.evaluate("document.fonts.ready")
        with Image.open(BytesIO(part.screenshot(animations="disabled"))) as picture:
            path = PICTURES / studio.language / f"{name}-{theme}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
    part.page.emulate_media(color_scheme="light")


def main(names: list[str]) -> int:
    everything = {name for names in SHOTS.values() for name in names}
    if unknown := set(names) - everything:
        print(f"no such picture: {', '.join(sorted(unknown))}; there are {', '.join(sorted(everything))}")
        return 2
    missing: set[str] = set()
    with chromium() as browser:
        for language in LOCALES:
            with demo_server() as address:
                missing |= set(take(Studio(browser, address, language), set(names) or everything))
    return 1 if missing & set(names) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
