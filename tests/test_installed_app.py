"""The installable app: its manifest, what its service worker keeps, and what its shortcuts and links ask."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from presence.domain.vocabulary import Status
from presence.models import ChangeRecord, Extension
from webclient import worker_release

pytestmark = pytest.mark.django_db


def manifest(client: Client, **query: str) -> dict[str, Any]:
    response = client.get("/manifest.webmanifest", query)
    assert response["Content-Type"] == "application/manifest+json"
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_the_manifest_says_what_a_browser_needs_to_install(client: Client) -> None:
    said = manifest(client)
    assert (said["id"], said["start_url"], said["scope"]) == ("/app/", "/app/", "/")
    assert said["display_override"] == ["window-controls-overlay", "standalone"]
    assert said["launch_handler"] == {"client_mode": "focus-existing"}
    assert {(icon["sizes"], icon["purpose"]) for icon in said["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
        ("any", "any"),
    }
    assert said["protocol_handlers"] == [{"protocol": scheme, "url": "/app/call/?to=%s"} for scheme in ("tel", "sip")]


def test_every_icon_of_the_manifest_is_there(client: Client, settings: Settings) -> None:
    for icon in manifest(client)["icons"]:
        assert (Path(settings.STATIC_ROOT) / icon["src"].removeprefix("/static/")).is_file()


@pytest.mark.parametrize(
    ("language", "shortcut"), [("en", "Status: Do Not Disturb"), ("pl", "Status: Nie przeszkadzać (DND)")]
)
def test_the_manifest_speaks_the_language_that_the_page_names(client: Client, language: str, shortcut: str) -> None:
    said = manifest(client, language=language)
    assert said["lang"] == language
    assert shortcut in [each["name"] for each in said["shortcuts"]]


def test_without_a_name_the_manifest_speaks_the_language_of_the_browser(client: Client) -> None:
    response = client.get("/manifest.webmanifest", headers={"Accept-Language": "pl"})
    assert json.loads(response.content)["lang"] == "pl"
    assert "private" in response["Cache-Control"]
    assert "Accept-Language" in response["Vary"]


def test_a_language_that_we_do_not_speak_is_answered_in_one_that_we_do(client: Client) -> None:
    assert manifest(client, language="../de")["lang"] == "en"


def test_a_manifest_in_a_named_language_may_be_kept_by_everybody(client: Client) -> None:
    response = client.get("/manifest.webmanifest", {"language": "pl"})
    assert response["Cache-Control"] == "max-age=3600, public"


def test_there_is_a_shortcut_for_each_status_and_it_leads_to_a_question(client: Client) -> None:
    urls = [shortcut["url"] for shortcut in manifest(client)["shortcuts"]]
    assert sorted(urls) == sorted(f"/app/status/{status.value}/" for status in Status)


def test_pages_link_the_manifest_in_their_own_language(adams_browser: Client) -> None:
    page = adams_browser.get("/", headers={"Accept-Language": "pl"}).content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest?language=pl">' in page


def test_opening_a_shortcut_switches_nothing(adams_browser: Client, adam: Extension) -> None:
    page = adams_browser.get("/app/status/lunch/")
    assert "Switch to Lunch?" in page.content.decode()
    adam.refresh_from_db()
    assert adam.status == Status.AVAILABLE


def test_the_answer_switches_and_is_known_as_the_desktop_apps(adams_browser: Client, adam: Extension) -> None:
    page = adams_browser.post("/app/status/lunch/", follow=True)
    assert "Your status is Lunch" in page.content.decode()
    adam.refresh_from_db()
    assert adam.status == Status.LUNCH
    assert ChangeRecord.objects.get().surface == "desktop_app"


def test_links_and_shortcuts_of_the_app_stay_in_its_window(adams_browser: Client, piotr: Extension) -> None:
    for address in ("/app/call/?to=tel:102", "/app/status/lunch/"):
        page = adams_browser.get(address).content.decode()
        assert '<body class="app-window"' in page
        assert 'href="/app/"' in page.partition("<main")[2]


def test_an_answer_from_another_site_is_refused(adam: Extension) -> None:
    assert adam.user is not None
    client = Client(enforce_csrf_checks=True)
    client.force_login(adam.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/app/status/lunch/").status_code == 403
    adam.refresh_from_db()
    assert adam.status == Status.AVAILABLE


@pytest.mark.parametrize("code", ["busy", "Lunch", "lunch%00", "%2e%2e"])
def test_a_shortcut_to_no_status_leads_nowhere(adams_browser: Client, code: str) -> None:
    assert adams_browser.get(f"/app/status/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("tel:+48221234567", "Call 22 123 45 67?"),
        ("tel:102", "Call Piotr Adamiak?"),
        ("sip:102@phone.example.com", "The link names the phone system phone.example.com."),
        ("tel:101", "This is your own number."),
    ],
)
def test_a_link_is_shown_and_asked_about(adams_browser: Client, piotr: Extension, link: str, shown: str) -> None:
    page = adams_browser.get("/call/", {"to": link})
    assert page.status_code == 200
    assert shown in page.content.decode()


def test_the_number_of_a_link_stands_in_the_dial_field(adams_browser: Client) -> None:
    page = adams_browser.get("/call/", {"to": "tel:+48221234567"}).content.decode()
    assert 'value="+48221234567"' in page


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", "The link names no number."),
        ("tel:*21*601100200#", "The link holds a dial code."),
        ("sip:adam@example.com", "This is not a phone number."),
        ("tel:" + "1" * 300, "The link is too long for a phone number."),
    ],
)
def test_a_link_that_is_no_number_is_refused_in_words(adams_browser: Client, link: str, words: str) -> None:
    page = adams_browser.get("/call/", {"to": link})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_what_a_link_says_is_never_markup(adams_browser: Client) -> None:
    page = adams_browser.get("/call/", {"to": "tel:<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "tel:&lt;script&gt;" in page


def test_the_offline_page_is_the_same_for_everybody_and_in_every_language(
    adams_browser: Client, client: Client
) -> None:
    page = adams_browser.get("/offline/", headers={"Accept-Language": "pl"})
    assert page.content == Client().get("/offline/").content
    text = page.content.decode()
    assert "No connection to the server" in text
    assert "Brak połączenia z serwerem" in text
    assert "csrf" not in text
    assert "Adam" not in text


@pytest.mark.parametrize("address", ["/", "/calls/", "/voicemail/", "/settings/", "/app/"])
def test_no_page_of_somebody_who_is_logged_in_is_kept(adams_browser: Client, address: str) -> None:
    assert adams_browser.get(address)["Cache-Control"] == "private, no-store"


def test_browsers_ask_for_the_worker_every_time(client: Client) -> None:
    response = client.get("/service-worker.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Static files as the product serves them: bundled, under hashed names."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "webclient.static_files.HashedStaticFilesStorage"},
    }
    forget()
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["django_htmx", "*.mp3"])
    yield settings
    forget()


def forget() -> None:
    """What this process took from its static files."""
    for kept in ("worker_script", "release_version", "kept_files", "offline_page", "_worker_source"):
        getattr(worker_release, kept).cache_clear()


@pytest.mark.slow
def test_the_worker_keeps_files_with_hashes_and_never_a_page(collected: Settings, client: Client) -> None:
    script = client.get("/service-worker.js").content.decode()
    first, _, source = script.partition(";\n")
    release = json.loads(first.removeprefix("self.lampfieldRelease = "))

    assert any(name.startswith("/static/js/app.") for name in release["files"])
    assert any(name.startswith("/static/css/app.") for name in release["files"])
    hashed = [name for name in release["files"] if name.rsplit(".", 2)[1].isalnum()]
    assert hashed == release["files"]
    assert all(name.startswith("/static/") and len(name.rsplit(".", 2)[1]) == 12 for name in release["files"])
    assert release["offline"][0] == "/offline/"
    assert all(name.startswith("/static/") for name in release["offline"][1:])
    assert "import" not in source


@pytest.mark.slow
def test_another_byte_of_what_is_kept_is_another_release(collected: Settings) -> None:
    before = worker_release.release_version()
    assert worker_release.release_version() == before
    sheet = Path(str(collected.STATIC_ROOT)) / "js/worker/service_worker.js"
    sheet.write_text(sheet.read_text() + "//")
    forget()
    assert worker_release.release_version() != before
