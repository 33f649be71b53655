"""Takes a picture of every page, in every look, from the running product: one sheet a page, in docs/screenshots/.

A sheet shows the page at 1440, 768 and 320 px; light and dark, English and Polish below each other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import product

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, expect

from scripts.screenshots import ROOT, call, chromium, demo_server, logged_in, switch_status

SHEETS = ROOT / "docs/screenshots"
WIDTHS = (1440, 768, 320)
LANGUAGES = ("en-GB", "pl-PL")
THEMES = ("light", "dark")
SCALE = 0.5
HEIGHT_MIN, HEIGHT_MAX = 640, 1400
GAP = 16
QUALITY = 60
MESSAGE_MS = 4_000
_BACKGROUND = (128, 128, 128)
_RULES = "settings/status/available/"

Prepare = Callable[[Page], None]


def as_it_comes(page: Page) -> None:
    """The page needs nothing more."""


def open_menu(page: Page) -> None:
    page.locator("#status-menu-button").click()


def show_field(page: Page) -> None:
    page.locator('[data-people-view="field"]').click()


def show_list(page: Page) -> None:
    page.locator('[data-people-view="list"]').click()


def choose_two(page: Page) -> None:
    for box in page.locator('input[name="ids"]').all()[:2]:
        box.check()
    page.locator('button[formaction$="/status/"]').click()
    page.wait_for_url("**/status/")


def open_rights(page: Page) -> None:
    page.locator('a[href$="/rights/"]').first.click()
    page.wait_for_url("**/rights/")


@dataclass(frozen=True, slots=True)
class Shot:
    """A page, by name; `who` is logged in, nobody if empty."""

    name: str
    path: str
    who: str = "adam"
    prepare: Prepare = as_it_comes
    clean_up: Prepare = as_it_comes


SHOTS = (
    Shot("login", "login/", who=""),
    Shot("visit", "visit/850/", who=""),
    Shot("people", ""),
    Shot("people-field", "", prepare=show_field, clean_up=show_list),
    Shot("status-menu", "", prepare=open_menu),
    Shot("calls", "calls/"),
    Shot("voicemail", "voicemail/"),
    Shot("settings", "settings/"),
    Shot("settings-devices", "settings/devices/"),
    Shot("settings-link", "settings/link/"),
    Shot("keys", "keys/"),
    Shot("first-steps", "welcome/"),
    Shot("profile", "settings/profile/"),
    Shot("help", "help/"),
    Shot("help-lamps", "help/lamps/"),
    Shot("rules-available", _RULES),
    Shot("rules-business-trip", "settings/status/business_trip/"),
    Shot("app-favourites", "app/"),
    Shot("app-people", "app/people/"),
    Shot("app-status-menu", "app/", prepare=open_menu),
    Shot("app-keypad", "app/keypad/"),
    Shot("app-calls", "app/calls/"),
    Shot("app-voicemail", "app/voicemail/"),
    Shot("app-settings", "app/settings/"),
    Shot("app-devices", "app/settings/devices/"),
    Shot("app-rules-lunch", "app/settings/status/lunch/"),
    Shot("not-found", "nothing/here/"),
    Shot("operator-extensions", "admin/", who="olga"),
    Shot("operator-extension", "admin/extensions/102/", who="olga"),
    Shot("operator-set-status", "admin/", who="olga", prepare=choose_two),
    Shot("operator-new", "admin/extensions/new/", who="olga"),
    Shot("operator-templates", "admin/templates/", who="olga"),
    Shot("operator-template", "admin/templates/company/", who="olga"),
    Shot("operator-departments", "admin/departments/", who="olga"),
    Shot("operator-rights", "admin/departments/", who="olga", prepare=open_rights),
    Shot("operator-systems", "admin/system/", who="olga"),
    Shot("operator-queue", "admin/system/800/", who="olga"),
    Shot("operator-receptionist", "admin/system/850/", who="olga"),
    Shot("operator-check-up", "admin/check-up/", who="olga"),
    Shot("operator-import", "admin/import/", who="olga"),
    Shot("operator-history", "admin/history/", who="olga"),
)


def main(names: Sequence[str] = ()) -> None:
    SHEETS.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, chromium() as browser, a_busy_company(browser, address):
        for shot in SHOTS:
            if not names or shot.name in names:
                take_sheet(browser, address, shot)


@contextmanager
def a_busy_company(browser: Browser, address: str) -> Iterator[None]:
    """What an office looks like at eleven: some are away, two talk; and what is left of the morning."""
    star(browser, address, "adam", ("102", "103", "110", "107"))
    leave_message(browser, address, "michal", "101")
    users = ("olga", "piotr", "ewa", "zofia", "jan", "magdalena", "tomasz")
    people = {user: logged_in(browser, address, user) for user in users}
    for user, code in {"ewa": "dnd", "zofia": "business_trip", "tomasz": "away"}.items():
        switch_status(people[user], code)
    call(people["jan"], "102")
    people["piotr"].locator('#call-card [data-call-action="answer"]').click()
    expect(people["jan"].locator("#call-card")).to_have_attribute("data-call-state", "talking")
    yield
    for page in people.values():
        page.context.close()


def star(browser: Browser, address: str, user: str, numbers: Sequence[str]) -> None:
    page = logged_in(browser, address, user)
    page.goto(f"{address}/app/people/")
    for number in numbers:
        button = page.locator(f'main [data-extension="{number}"] .person-star')
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    page.context.close()


def leave_message(browser: Browser, address: str, user: str, number: str) -> None:
    """Nobody is there, so a call goes to voicemail."""
    page = logged_in(browser, address, user)
    call(page, number)
    card = page.locator("#call-card")
    expect(card).to_have_attribute("data-voicemail-stage", "recording", timeout=30_000)
    page.wait_for_timeout(MESSAGE_MS)
    card.locator('[data-role="buttons"] [data-call-action="hang-up"]').click()
    expect(card).to_have_attribute("data-call-state", "ended")
    page.context.close()


def take_sheet(browser: Browser, address: str, shot: Shot) -> None:
    rows = [row for language in LANGUAGES for row in pictures_in(browser, address, shot, language)]
    sheet = sheet_of(rows)
    sheet.save(SHEETS / f"{shot.name}.webp", quality=QUALITY, method=6)


def pictures_in(browser: Browser, address: str, shot: Shot, language: str) -> Iterator[list[Image.Image]]:
    page = page_of(browser, address, shot, language)
    pictures = {look: picture(page, *look) for look in product(THEMES, WIDTHS)}
    shot.clean_up(page)
    page.context.close()
    for theme in THEMES:
        yield [pictures[theme, width] for width in WIDTHS]


def page_of(browser: Browser, address: str, shot: Shot, language: str) -> Page:
    if shot.who:
        page = browser.new_context(locale=language, storage_state=login_of(browser, address, shot.who)).new_page()
    else:
        page = browser.new_context(locale=language).new_page()
    page.goto(f"{address}/{shot.path}")
    page.wait_for_load_state("networkidle")
    shot.prepare(page)
    return page


@cache
def login_of(browser: Browser, address: str, user: str) -> StorageState:
    """One login for all the pictures of a person: the door lets nobody in too often."""
    page = logged_in(browser, address, user)
    state = page.context.storage_state()
    page.context.close()
    return state


def picture(page: Page, theme: str, width: int) -> Image.Image:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    # As high as the page, so that what is fixed to an edge of the window stands at the page's.
    page.set_viewport_size({"width": width, "height": HEIGHT_MIN})
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": min(height, HEIGHT_MAX)})
    page.mouse.move(0, 0)
    shown = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    return shown.resize((round(shown.width * SCALE), round(shown.height * SCALE)), Image.Resampling.LANCZOS)


def sheet_of(rows: list[list[Image.Image]]) -> Image.Image:
    width = max(sum(each.width + GAP for each in row) for row in rows) + GAP
    heights = [max(each.height for each in row) for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) + GAP * (len(rows) + 1)), _BACKGROUND)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        left = GAP
        for each in row:
            sheet.paste(each, (left, top))
            left += each.width + GAP
        top += height + GAP
    return sheet


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
