"""Takes a picture of every page, in every look, from the running product: one sheet a page, in docs/screenshots/.

A sheet shows the page at 1440, 768 and 320 px; light and dark, English and Polish below each other.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import product

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, expect

from benchmarks.servers import company
from benchmarks.servers import product as serving
from scripts.page_shots import OF_A_LARGE_COMPANY, SHOTS, Shot
from scripts.screenshots import ROOT, SUPERUSER, act, call, chromium, demo_server, log_in, logged_in, switch_status

SHEETS = ROOT / "docs/screenshots"
WIDTHS = (1440, 768, 320)
LANGUAGES = ("en-GB", "pl-PL")
THEMES = ("light", "dark")
SCALE = 0.5
HEIGHT_MIN, HEIGHT_MAX = 640, 1400
GAP = 16
QUALITY = 60
MESSAGE_MS = 4_000
LARGE = 1_200  # extensions: more than one page of People holds
_BACKGROUND = (128, 128, 128)
_ANSWER_EVERYBODY = """() => {
    const card = document.querySelector('#call-card');
    const answer = card.querySelector('[data-role="buttons"] [data-call-action="answer"]');
    const look = () => card.dataset.callState === 'ringing' && !answer.hidden && answer.click();
    new MutationObserver(look).observe(card, { attributes: true, subtree: true });
}"""


def main(names: Sequence[str] = ()) -> None:
    SHEETS.mkdir(parents=True, exist_ok=True)
    wanted, of_a_large_company = (
        [shot for shot in shots if not names or shot.name in names] for shots in (SHOTS, OF_A_LARGE_COMPANY)
    )
    with chromium() as browser:
        if wanted:
            with demo_server(SUPERUSER) as address, a_busy_company(browser, address):
                take_sheets(browser, address, wanted)
        if of_a_large_company:
            with company(LARGE) as crowd, serving(crowd) as server:
                take_sheets(browser, f"http://127.0.0.1:{server.port}", of_a_large_company)


@contextmanager
def a_busy_company(browser: Browser, address: str) -> Iterator[None]:
    """What an office looks like at eleven: some are away, two talk; and what is left of the morning."""
    star(browser, address, "adam", ("102", "103", "110", "107"))
    leave_message(browser, address, "michal", "101")
    users = ("olga", "piotr", "ewa", "zofia", "jan", "magdalena", "tomasz", "katarzyna")
    people = {user: logged_in(browser, address, user) for user in users}
    for user, code in {"ewa": "dnd", "zofia": "business_trip", "tomasz": "away"}.items():
        switch_status(people[user], code)
    call(people["jan"], "102")
    act(people["piotr"], "answer")
    expect(people["jan"].locator("#call-card")).to_have_attribute("data-call-state", "talking")
    people["katarzyna"].evaluate(_ANSWER_EVERYBODY)
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
    act(page, "hang-up")
    expect(card).to_have_attribute("data-call-state", "ended")
    page.context.close()


def take_sheets(browser: Browser, address: str, shots: Sequence[Shot]) -> None:
    for shot in shots:
        rows = [row for language in LANGUAGES for row in pictures_in(browser, address, shot, language)]
        sheet_of(rows).save(SHEETS / f"{shot.name}.webp", quality=QUALITY, method=6)


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
    page = browser.new_context().new_page()
    log_in(page, f"{address}/login/?next=/keys/", user)  # a page for those without an extension, too
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
    page.evaluate("scrollTo(0, 0); document.querySelector('#main')?.scrollTo(0, 0)")
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
