"""Which pages `scripts.page_pictures` takes pictures of, who sees each, and what is done before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from benchmarks.pages import GREY_AFTER
from scripts.screenshots import SUPERUSER, act, call, switch_status

Prepare = Callable[[Page], None]

ANSWERS_AT_ONCE = "105"
MINUTE = timedelta(minutes=1)
A_FILE = "number,first name,last name,department\n102,Piotr,Adamiak,Sales\n190,Nowa,Osoba,Sales\nx,,,\n"
_RULES = "settings/status/available/"


def as_it_comes(page: Page) -> None:
    """The page needs nothing more."""


def open_menu(page: Page) -> None:
    page.locator("#status-menu-button").click()


def open_status_end(page: Page) -> None:
    open_menu(page)
    page.locator('#status-menu [data-role="status-end"]').click()
    page.locator('#status-menu [name="end"][value="1h"]').check()


def open_legend(page: Page) -> None:
    page.locator("[popovertarget=lamp-legend]").click()


def show_field(page: Page) -> None:
    page.locator('[data-people-view="field"]').click()


def show_list(page: Page) -> None:
    page.locator('[data-people-view="list"]').click()


def let_lunch_end_soon(page: Page) -> None:
    """Within two minutes, so that it is asked about; the browser's zone is the one of the pictures."""
    open_status_end(page)
    soon = datetime.now(UTC) + 2 * MINUTE
    page.locator('#status-menu [name="end_time"]').fill(f"{soon:%H:%M}")
    page.locator('#status-menu [name="end_date"]').fill(f"{soon:%Y-%m-%d}")
    page.locator('[role="menuitemradio"][data-status="lunch"]').click()
    expect(page.locator("#status-reminder")).to_be_visible(timeout=30_000)


def call_at_lunch(page: Page) -> None:
    switch_status(page, "lunch")
    talk(page)
    expect(page.locator("#status-question")).to_be_visible()


def be_available(page: Page) -> None:
    if page.locator('#call-card [data-role="buttons"] [data-call-action="hang-up"]').is_visible():
        hang_up(page)
    if page.locator("#status-menu-button").get_attribute("data-status") != "available":
        switch_status(page, "available")


def talk(page: Page) -> None:
    call(page, ANSWERS_AT_ONCE)
    quality = page.locator('#call-card [data-call-action="quality"]')
    expect(quality).to_be_visible(timeout=20_000)
    quality.click()


def hang_up(page: Page) -> None:
    act(page, "hang-up")
    expect(page.locator("#call-card")).to_have_attribute("data-call-state", "ended")


def lose_the_connection(page: Page) -> None:
    page.evaluate(GREY_AFTER)


def without_a_server(page: Page) -> None:
    page.route("**/livez", lambda route: route.fulfill(status=503))
    page.goto(f"{page.evaluate('location.origin')}/offline/")


def call_as_visitor(page: Page) -> None:
    page.locator("input[name=name]").fill("Maria Wiśniewska")
    page.locator("#visit-form button").click()
    expect(page.locator("#call-card")).to_have_attribute("data-media", "connected", timeout=20_000)


def open_rights(page: Page) -> None:
    page.locator('a[href$="/rights/"]').first.click()
    page.wait_for_url("**/rights/")


def choose_two(page: Page) -> None:
    for box in page.locator('input[name="ids"]').all()[:2]:
        box.check()
    page.locator('button[formaction$="/status/"]').click()
    page.wait_for_url("**/status/")


def edit_one(page: Page) -> None:
    page.locator('[name="mobile_number"]').fill("+48 600 100 200")
    page.locator(".edit-actions button").click()
    expect(page.locator('[data-role="confirm"]')).to_be_visible()


def open_phones(page: Page) -> None:
    page.locator('[data-role="tabs"] [aria-controls="tab-phones"]').click()


def check_a_file(page: Page) -> None:
    page.locator("#import-file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": A_FILE.encode()}
    )
    page.locator("main .button-primary").first.click()
    expect(page.locator('main [data-role="rows"]')).to_be_visible()


def invite(page: Page) -> None:
    page.locator('form[action$="/invite/"] button').click()
    expect(page.locator("#invitation-link")).to_be_visible()


def accept_an_invitation(page: Page) -> None:
    invite(page)
    link = page.locator("#invitation-link").input_value()
    page.context.clear_cookies()
    page.goto(link)


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
    Shot("visit-call", f"visit/{ANSWERS_AT_ONCE}/", who="", prepare=call_as_visitor, clean_up=hang_up),
    Shot("people", ""),
    Shot("people-field", "", prepare=show_field, clean_up=show_list),
    Shot("people-legend", "", prepare=open_legend),
    Shot("status-menu", "", prepare=open_menu),
    Shot("status-end", "", prepare=open_status_end),
    Shot("status-end-page", "status/end/"),
    Shot("status-reminder", "", prepare=let_lunch_end_soon, clean_up=be_available),
    Shot("status-question", "", prepare=call_at_lunch, clean_up=be_available),
    Shot("call", "", prepare=talk, clean_up=hang_up),
    Shot("connection-lost", "", prepare=lose_the_connection),
    Shot("calls", "calls/"),
    Shot("call-link", "call/?to=tel:102"),
    Shot("voicemail", "voicemail/"),
    Shot("settings", "settings/"),
    Shot("settings-devices", "settings/devices/"),
    Shot("settings-link", "settings/link/"),
    Shot("keys", "keys/"),
    Shot("first-steps", "welcome/"),
    Shot("profile", "settings/profile/"),
    Shot("help", "help/"),
    Shot("help-lamps", "help/lamps/"),
    Shot("help-app", "help/app/"),
    Shot("rules-available", _RULES),
    Shot("rules-business-trip", "settings/status/business_trip/"),
    Shot("app-favourites", "app/"),
    Shot("app-people", "app/people/"),
    Shot("app-status-menu", "app/", prepare=open_menu),
    Shot("app-status-end", "app/", prepare=open_status_end),
    Shot("app-status-reminder", "app/", prepare=let_lunch_end_soon, clean_up=be_available),
    Shot("app-shortcut", "app/status/lunch/"),
    Shot("app-keypad", "app/keypad/"),
    Shot("app-call", "app/people/", prepare=talk, clean_up=hang_up),
    Shot("app-calls", "app/calls/"),
    Shot("app-voicemail", "app/voicemail/"),
    Shot("app-settings", "app/settings/"),
    Shot("app-devices", "app/settings/devices/"),
    Shot("app-rules-lunch", "app/settings/status/lunch/"),
    Shot("not-found", "nothing/here/"),
    Shot("offline", "", who="", prepare=without_a_server),
    Shot("no-extension", "", who=SUPERUSER),
    Shot("invitation", "admin/extensions/102/", who="olga", prepare=accept_an_invitation),
    Shot("operator-extensions", "admin/", who="olga"),
    Shot("operator-extension", "admin/extensions/102/", who="olga"),
    Shot("operator-phones", "admin/extensions/102/", who="olga", prepare=open_phones),
    Shot("operator-preview", "admin/extensions/102/", who="olga", prepare=edit_one),
    Shot("operator-set-status", "admin/", who="olga", prepare=choose_two),
    Shot("operator-new", "admin/extensions/new/", who="olga"),
    Shot("operator-invitation", "admin/extensions/102/", who="olga", prepare=invite),
    Shot("operator-templates", "admin/templates/", who="olga"),
    Shot("operator-template", "admin/templates/company/", who="olga"),
    Shot("operator-departments", "admin/departments/", who="olga"),
    Shot("operator-rights", "admin/departments/", who="olga", prepare=open_rights),
    Shot("operator-systems", "admin/system/", who="olga"),
    Shot("operator-queue", "admin/system/800/", who="olga"),
    Shot("operator-ring-group-new", "admin/system/new/ring_group/", who="olga"),
    Shot("operator-receptionist", "admin/system/850/", who="olga"),
    Shot("operator-delete", "admin/system/850/delete/", who="olga"),
    Shot("operator-check-up", "admin/check-up/", who="olga"),
    Shot("operator-import", "admin/import/", who="olga"),
    Shot("operator-import-check", "admin/import/", who="olga", prepare=check_a_file),
    Shot("operator-history", "admin/history/", who="olga"),
    Shot("operator-company", "admin/company/", who=SUPERUSER),
)
OF_A_LARGE_COMPANY = (Shot("people-large", ""),)
