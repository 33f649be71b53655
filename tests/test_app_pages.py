"""The desktop app's pages: one frame of their own, and every way stays in it."""

import re

import pytest
from django.test import Client

from presence.domain.vocabulary import CallState, Origin, Status, Surface
from presence.models import Call, CallLeg, ChangeRecord, Extension, User
from webclient.help_topics import TOPICS

PAGES = [
    "/app/",
    "/app/people/",
    "/app/keypad/",
    "/app/calls/",
    "/app/voicemail/",
    "/app/settings/",
    "/app/settings/devices/",
    "/app/settings/status/lunch/",
    "/app/settings/profile/",
    "/app/help/",
    "/app/help/?q=status",
    *(f"/app/help/{topic}/" for topic in TOPICS),
]
HTMX = {"HX-Request": "true"}
# What leads out of the window, on purpose.
OUT = {
    "/logout/",
    "/language/",
    "/keys/",
    "/welcome/?then=/app/",
    "/manifest.webmanifest?language=en",
}


def html_of(browser: Client, page: str) -> str:
    return browser.get(page).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_frame_of_the_window_and_is_a_phone(adams_browser: Client, page: str) -> None:
    html = html_of(adams_browser, page)
    assert '<body class="app-window"' in html
    assert "css/window.css" in html
    assert "css/app.css" not in html
    for part in ("status-menu-button", "status-menu", "call-card", "dial-field", "page-config"):
        assert html.count(f'id="{part}"') == 1, part


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_form_stays_in_the_window(adams_browser: Client, page: str) -> None:
    body = html_of(adams_browser, page).partition("<body")[2]
    inside = re.sub(r'<a [^>]*target="lampfield-web" hx-boost="false"[^>]*>', "", body)
    links = set(re.findall(r'(?:href|hx-get)="(/[^"]*)"', inside))
    pages = {link for link in links if not link.startswith("/static/")} - OUT
    assert pages
    assert [link for link in pages if not link.startswith("/app/")] == []


def test_the_web_client_keeps_its_own_frame_and_leads_to_the_app(adams_browser: Client) -> None:
    html = html_of(adams_browser, "/settings/")
    assert "app-window" not in html
    assert "css/window.css" not in html
    assert '<a class="button" href="/app/" target="lampfield-app" hx-boost="false">' in html
    assert 'href="/app/settings/' not in html


def test_the_app_leads_to_the_web_client_as_a_page_of_its_own(adams_browser: Client) -> None:
    link = '<a class="button" href="/" target="lampfield-web" hx-boost="false">Open the web client</a>'
    assert link in html_of(adams_browser, "/app/settings/")


def test_what_only_the_web_client_has_is_a_page_of_its_own(adams_browser: Client) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    for page, target in (("voicemail", "/settings/#settings-voicemail-email"), ("rules", "/admin/")):
        link = f'<a href="{target}" target="lampfield-web" hx-boost="false">'
        assert link in html_of(adams_browser, f"/app/help/{page}/")
        assert f'<a href="{target}">' in html_of(adams_browser, f"/help/{page}/")


def test_help_names_the_operator_panel_to_everybody_and_leads_there_who_may_enter(adams_browser: Client) -> None:
    for page in ("/help/rules/", "/app/help/rules/"):
        assert "Open Extensions and tick" in html_of(adams_browser, page)
        assert 'href="/admin/' not in html_of(adams_browser, page)


@pytest.mark.parametrize("page", ["/app/", "/app/people/"])
def test_the_legend_of_the_lamps_leads_to_the_apps_own_help(adams_browser: Client, page: str) -> None:
    html = html_of(adams_browser, page)
    assert html.count('id="lamp-legend"') == 1
    assert 'href="/app/help/lamps/#talking"' in html


@pytest.mark.parametrize(
    ("what", "sent"),
    [("theme/", {"theme": "dark"}), ("sounds/", {"ringing_volume": "80"}), ("picture/remove/", {})],
)
def test_what_is_chosen_in_the_apps_profile_leads_back_there(
    adams_browser: Client, what: str, sent: dict[str, str]
) -> None:
    response = adams_browser.post(f"/app/settings/profile/{what}", sent)
    assert response.headers["Location"] == "/app/settings/profile/"


def test_what_is_refused_in_the_apps_profile_is_told_in_the_window(adams_browser: Client) -> None:
    response = adams_browser.post("/app/settings/profile/sounds/", {"ringing_volume": "101"})
    assert response.status_code == 422
    html = response.content.decode()
    assert '<body class="app-window"' in html
    assert "Choose a volume from 0 to 100." in html
    assert 'action="/app/settings/profile/sounds/"' in html


def test_an_operator_carries_no_style_of_the_operator_panel_in_the_app(adams_browser: Client) -> None:
    User.objects.update(is_staff=True)
    assert "operator.css" in html_of(adams_browser, "/")
    assert "operator.css" not in html_of(adams_browser, "/app/")


def test_beside_each_status_stands_the_way_to_its_configuration(adams_browser: Client) -> None:
    html = html_of(adams_browser, "/app/")
    for status in Status:
        assert f'role="menuitem" href="/app/settings/status/{status}/"' in html


def test_a_status_switched_in_the_app_is_kept_as_such_and_the_menu_stays_the_apps(
    adams_browser: Client, adam: Extension
) -> None:
    sent = {"status": "lunch", "surface": "desktop_app"}
    response = adams_browser.post("/status/", sent, headers=HTMX)
    adam.refresh_from_db()
    assert adam.status == Status.LUNCH
    assert ChangeRecord.objects.get().surface == Surface.DESKTOP_APP
    menu = response.content.decode()
    assert 'data-status="lunch" aria-checked="true"' in menu
    assert 'href="/app/settings/status/lunch/"' in menu
    assert 'name="surface" value="desktop_app"' in menu


@pytest.mark.parametrize("surface", ["operator_panel", "nonsense"])
def test_a_status_is_not_switched_from_a_surface_that_is_none_of_a_persons(
    adams_browser: Client, adam: Extension, surface: str
) -> None:
    response = adams_browser.post("/status/", {"status": "lunch", "surface": surface}, headers=HTMX)
    assert response.status_code == 422
    adam.refresh_from_db()
    assert adam.status == Status.AVAILABLE


def test_recent_calls_can_be_called_back(adams_browser: Client, adam: Extension, piotr: Extension) -> None:
    call = Call.objects.create(
        caller_number="102", caller_name="Piotr Adamiak", called_number="101", origin=Origin.INTERNAL
    )
    CallLeg.objects.create(call=call, extension=adam, role=CallLeg.Role.CALLEE, state=CallState.ENDED)
    html = html_of(adams_browser, "/app/calls/")
    assert 'data-direction="missed"' in html
    assert 'data-call-action="call" data-number="102" aria-label="Call Piotr Adamiak"' in html


def test_a_page_that_is_not_there_still_stands_in_the_window(adams_browser: Client) -> None:
    for page in ("/app/nothing/", "/app/settings/status/asleep/"):
        response = adams_browser.get(page)
        assert response.status_code == 404
        assert '<body class="app-window"' in response.content.decode()


def test_after_the_login_the_window_comes_back(client: Client, adam: Extension) -> None:
    assert client.get("/app/people/?q=ewa").headers["Location"] == "/login/?next=/app/people/%3Fq%3Dewa"


def test_a_person_without_voicemail_messages_stays_in_the_window_for_the_rules(adams_browser: Client) -> None:
    assert 'href="/app/settings/">See your rules</a>' in html_of(adams_browser, "/app/voicemail/")


def test_whoever_logs_out_and_in_again_is_back_in_the_window(adams_browser: Client) -> None:
    sent = re.search(r'name="next" value="([^"]*)"', html_of(adams_browser, "/app/").split('action="/logout/"')[1])
    assert sent
    response = adams_browser.post("/logout/", {"next": sent[1]})
    assert response.headers["Location"] == "/login/?next=/app/"
