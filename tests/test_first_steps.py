"""The first steps: who is led through them after a login, once, and what the page says without any script."""

import pytest
from django.core.management import call_command
from django.test import Client

from presence.models import Extension, User
from webclient.invitations import invitation_path

PASSWORD = "a long and quiet river"


@pytest.fixture
def user(adam: Extension) -> User:
    assert adam.user is not None
    adam.user.set_password(PASSWORD)
    adam.user.save()
    return adam.user


def log_in(next_page: str = "") -> tuple[Client, str]:
    browser = Client()
    sent = {"login": "adam", "password": PASSWORD} | ({"next": next_page} if next_page else {})
    return browser, str(browser.post("/login/", sent).headers["Location"])


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", "/welcome/"),
        ("/", "/welcome/"),
        ("/app/", "/welcome/?then=%2Fapp%2F"),
        ("/settings/", "/settings/"),
        ("/?number=102", "/?number=102"),
        ("https://evil.example/", "/welcome/"),
    ],
)
def test_a_new_user_is_led_unless_a_page_was_asked_for(user: User, asked: str, first: str) -> None:
    assert log_in(asked)[1] == first


@pytest.mark.parametrize(("then", "page"), [("/", "/"), ("/app/", "/app/"), ("https://evil.example/", "/"), ("", "/")])
def test_the_steps_end_where_the_login_would_have_led_and_are_never_shown_again(
    user: User, then: str, page: str
) -> None:
    browser, _ = log_in()
    response = browser.post("/welcome/", {"then": then})
    assert (response.status_code, response.headers["Location"]) == (302, page)
    assert log_in()[1] == "/"
    assert log_in("/app/")[1] == "/app/"


def test_who_only_looked_elsewhere_is_asked_once_more_at_the_next_login_and_not_before(user: User) -> None:
    browser, _ = log_in()
    assert browser.get("/").status_code == 200
    assert browser.get("/").status_code == 200
    assert log_in()[1] == "/welcome/"


def test_they_can_be_opened_again_and_end_a_second_time(user: User) -> None:
    browser, _ = log_in()
    browser.post("/welcome/")
    user.refresh_from_db()
    first_time = user.first_steps_at
    assert 'href="/welcome/"' in browser.get("/settings/").content.decode()
    assert browser.get("/welcome/").status_code == 200
    browser.post("/welcome/")
    user.refresh_from_db()
    assert user.first_steps_at == first_time


def test_a_login_without_an_extension_has_no_phone_to_be_led_to(client: Client, db: None) -> None:
    User.objects.create_user("adam", password=PASSWORD)
    browser, first = log_in()
    assert first == "/"
    assert browser.get("/welcome/").status_code == 403


def test_nobody_is_led_without_a_login(client: Client, db: None) -> None:
    assert client.get("/welcome/").headers["Location"] == "/login/?next=/welcome/"


def test_an_invitation_leads_to_them(adam: Extension, client: Client) -> None:
    assert adam.user is not None
    sent = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(invitation_path(adam.user), sent).headers["Location"] == "/welcome/"


def test_the_people_of_the_demo_company_have_been_led(db: None) -> None:
    call_command("seed_demo", verbosity=0)
    assert User.objects.exists()
    assert not User.objects.filter(first_steps_at=None).exists()


def test_the_page_explains_all_three_steps_without_script(adams_browser: Client) -> None:
    html = adams_browser.get("/welcome/").content.decode()
    for words in ("Welcome, Adam Nowak", "Step 1 of 3", "Step 2 of 3", "Step 3 of 3", "Skip everything", "Go on"):
        assert words in html
    assert html.count("data-step=") == 3
    assert "hidden" not in html.split('data-step="microphone"')[1].split(">")[0]
