"""Polish and English: as the browser asks, until a person chooses."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from presence.models import Extension, User

EVENING = datetime(2026, 11, 29, 18, 38, tzinfo=UTC)
POLISH = {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"}


def test_the_browser_asks_and_the_page_answers_in_polish(client: Client, db: None) -> None:
    html = client.get("/login/", headers=POLISH).content.decode()
    assert '<html lang="pl"' in html
    assert "Zaloguj się" in html


def test_a_language_nobody_translated_gives_english(client: Client, db: None) -> None:
    assert '<html lang="en"' in client.get("/login/", headers={"Accept-Language": "de"}).content.decode()


def test_the_statuses_have_their_polish_names(adams_browser: Client) -> None:
    html = adams_browser.get("/", headers=POLISH).content.decode()
    for label in ("Dostępny", "Niedostępny", "Nie przeszkadzać (DND)", "Lunch", "Business Trip"):
        assert f">{label}<" in html


def test_scripts_get_their_words_in_the_language_of_the_page(adams_browser: Client) -> None:
    words = adams_browser.get("/", headers=POLISH).context["js_words"]()
    assert words["lamp_talking"] == "Rozmawia"
    assert words["since"] == "od {time}"


def test_the_choice_is_kept_with_the_person_for_every_browser(adams_browser: Client, adam: Extension) -> None:
    response = adams_browser.post("/language/", {"language": "pl", "next": "/settings/"})
    assert response["Location"] == "/settings/"
    assert user_of(adam).language == "pl"
    another = Client()
    another.force_login(user_of(adam), backend="django.contrib.auth.backends.ModelBackend")
    assert '<html lang="pl"' in another.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_before_the_login_the_choice_is_kept_in_the_browser(client: Client, db: None) -> None:
    client.post("/language/", {"language": "pl", "next": "/login/"})
    assert '<html lang="pl"' in client.get("/login/", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("language", ["", "de", "pl-PL", "../en"])
def test_a_language_that_is_not_offered_changes_nothing(adams_browser: Client, adam: Extension, language: str) -> None:
    assert adams_browser.post("/language/", {"language": language}).status_code == 302
    assert user_of(adam).language == ""
    assert "django_language" not in adams_browser.cookies


def test_the_choice_leads_to_no_other_site(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_a_link_changes_no_language(client: Client, db: None) -> None:
    assert client.get("/language/", {"language": "pl"}).status_code == 405


def user_of(extension: Extension) -> User:
    return User.objects.get(extension=extension)


@pytest.mark.parametrize(
    "page", ["żżż", "people", "", "//evil.example/", "http://evil.example/", "http://[", "javascript:1"]
)
def test_what_is_no_page_of_ours_leads_to_people(client: Client, page: str) -> None:
    answer = client.post("/language/", {"language": "pl", "next": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("page", ["żżż", "people", "http://[", "http://evil.example/"])
def test_a_status_switched_from_no_page_of_ours_leads_to_people(adams_browser: Client, page: str) -> None:
    answer = adams_browser.post("/status/", {"status": "lunch"}, headers={"Referer": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_english_dates_name_their_month_and_use_the_clock_of_lamps_and_calls() -> None:
    with translation.override("en"):
        assert date_format(EVENING, "SHORT_DATETIME_FORMAT") == "29 Nov 2026, 18:38"
