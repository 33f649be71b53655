"""No address of the product shows a page that axe has not seen: what has no test of its own is looked at here."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.person import Enter
from tests.browser.test_accessibility import LOOKS
from tests.browser.test_status_end import soon_over
from webclient.help_topics import TOPICS

MINE = {
    "app-status-end": "/app/status/end/",
    "account_logout": "/logout/",
    "": "/nothing/here/",
}
THE_OPERATORS = {
    "operator-templates": "/admin/templates/",
    "operator-template": "/admin/templates/company/",
    "operator-departments": "/admin/departments/",
    "operator-department-rights": "/admin/departments/1/rights/",
    "operator-extension-new": "/admin/extensions/new/",
    "operator-check-up": "/admin/check-up/",
    "operator-history": "/admin/history/",
    "operator-system-new": "/admin/system/new/queue/",
}
ON_THE_WAY = {
    *("status-end", "status-reminder", "status-question"),
    *("operator-import", "operator-import-draft", "operator-invite", "operator-company", "invitation"),
}
ELSEWHERE = {
    "test_accessibility": {
        *("account_login", "people", "calls", "voicemail", "settings", "devices", "status-settings"),
        *("app", "app-people", "app-keypad", "app-calls", "app-voicemail", "app-settings", "app-devices"),
        *("app-profile", "app-help", "app-help-topic", "app-status-settings"),
    },
    "test_first_steps": {"welcome"},
    "test_installing": {"app-call-link", "call-link", "status-shortcut", "offline"},
    "test_keys": {"keys"},
    "test_operator_panel": {
        *("operator-home", "operator-extensions", "operator-edit", "operator-preview", "operator-draft"),
        *("operator-edit-done", "operator-extension", "operator-set-status"),
    },
    "test_operator_system": {"operator-systems", "operator-system", "operator-system-delete"},
    "test_profile": {"profile", "help", "help-topic"},
    "test_visits": {"visit", "visit-button", "visit-link", "visit-link-button", "visit-link-settings"},
}
A_FILE = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"number,name\n102,Piotr A\n900,New One\nz,\n"}
NO_PAGES = {
    # what a form sends, answered by the page it stands on
    *("switch-status", "app-favourites", "queue-login", "voicemail-email", "set-language", "calls-seen"),
    *("desk-phone", "app-desk-phone", "greeting", "greeting-delete"),
    *("voicemail-mark", "voicemail-delete", "voicemail-restore"),
    *(f"{app}profile-{what}" for app in ("", "app-") for what in ("picture", "picture-remove", "theme", "sounds")),
    *("operator-confirm", "operator-undo", "operator-import-confirm", "operator-system-greeting", "operator-login"),
    # sounds, pictures, files, words for scripts, figures
    *("picture", "call-greeting", "call-menu-sound", "greeting-sound", "voicemail-sound", "visit-greeting"),
    *("visit-menu-sound", "operator-export", "operator-history-export"),
    *("extension-choices", "operator-extension-choices", "phone-words", "manifest", "service-worker"),
    *("livez", "readyz", "metrics"),
}


def names_of(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        else:
            yield str(pattern.name)


def test_every_address_is_looked_at_or_shows_no_page() -> None:
    looked_at = {*MINE, *THE_OPERATORS, *ON_THE_WAY}.union(*ELSEWHERE.values())
    assert looked_at.isdisjoint(NO_PAGES)
    assert set(names_of(get_resolver().url_patterns)) == (looked_at | NO_PAGES) - {""}


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_left_of_ones_own_pages(enter: Enter, clerk: Clerk, look: dict[str, str]) -> None:
    adam, piotr = enter("adam", **look), enter("piotr")
    adam.expect_complaints("404")
    page, survey = adam.page, Survey(adam.page)

    soon_over(clerk, 100)
    expect(page.locator("#status-reminder")).to_be_visible()
    survey.look("shortly before the end of a status")
    page.locator('#status-reminder [name="end"][value=""]').click()
    adam.call("102")
    expect(page.locator("#status-question")).to_be_visible()
    piotr.sees_call("ringing")
    survey.look("whoever calls at lunch is asked")
    adam.act("hang-up")
    adam.sees_call("ended")
    adam.go("/status/end/")
    survey.look("a status with an end")
    for path in MINE.values():
        adam.go(path)
        survey.look(path)

    assert survey.findings == []


def test_every_text_of_the_help(enter: Enter) -> None:
    """In one look: the pages that test_profile looks at have the same styles, and test_help compares the languages."""
    adam = enter("adam", color_scheme="dark", locale="pl-PL")
    survey = Survey(adam.page)
    for slug in TOPICS:
        adam.go(f"/help/{slug}/")
        survey.look(slug)
    assert survey.findings == []


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_left_of_the_operator_panel(enter: Enter, look: dict[str, str]) -> None:
    olga = enter("olga", path="/admin/", **look)
    page, survey = olga.page, Survey(olga.page)
    for path in THE_OPERATORS.values():
        olga.go(path)
        survey.look(path)

    olga.go("/admin/import/")
    survey.look("import")
    page.locator("#import-file").set_input_files(A_FILE)  # type: ignore[arg-type]
    page.locator("main .button-primary").first.click()
    expect(page.locator("main [data-role=rows]")).to_be_visible()
    survey.look("import, before anything is written")

    assert survey.findings == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_company_and_whoever_has_no_extension_yet(enter: Enter, clerk: Clerk, look: dict[str, str]) -> None:
    clerk.make_superuser("chief")
    chief, newcomer = (enter(name, log_in=False, **look) for name in ("chief", "newcomer"))
    chief.expect_complaints("403")
    newcomer.expect_complaints("404")
    chief.carry_session(clerk.open_session("chief"))
    page, survey, outside = chief.page, Survey(chief.page), Survey(newcomer.page)
    for path in ("/admin/company/", "/"):
        chief.go(path)
        survey.look(path)

    chief.go("/admin/extensions/102/")
    page.locator('form[action$="/invite/"] button').click()
    link = page.locator("#invitation-link")
    expect(link).to_be_visible()
    survey.look("an invitation")
    newcomer.page.goto(link.input_value())
    expect(newcomer.page.locator("[type=password]").first).to_be_visible()
    outside.look("a password of one's own")
    newcomer.go("/invitation/x/y/")
    outside.look("an invitation that is gone")

    assert survey.findings + outside.findings == []
