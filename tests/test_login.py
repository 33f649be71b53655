"""Logging in and out, and what the door shows."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from presence import hub
from presence.models import Extension, User

PASSWORD = "a long and quiet river"


@pytest.fixture
def adams_user(adam: Extension) -> User:
    assert adam.user is not None
    adam.user.set_password(PASSWORD)
    adam.user.first_steps_at = timezone.now()  # tests/test_first_steps.py is about whoever is new
    adam.user.save()
    return adam.user


def log_in(client: Client, password: str = PASSWORD, login: str = "adam", **extra: str) -> int:
    return client.post("/login/", {"login": login, "password": password, **extra}).status_code


def test_the_right_password_opens_the_people_page(client: Client, adams_user: User) -> None:
    response = client.post("/login/", {"login": "adam", "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "Adam Nowak" in response.content.decode()


def test_the_page_asked_for_is_opened_after_the_login(client: Client, adams_user: User) -> None:
    response = client.post("/login/", {"login": "adam", "password": PASSWORD, "next": "/settings/"})
    assert response["Location"] == "/settings/"


def test_no_login_leads_to_another_site(client: Client, adams_user: User) -> None:
    response = client.post("/login/", {"login": "adam", "password": PASSWORD, "next": "https://evil.example/"})
    assert response["Location"] == "/"


@pytest.mark.parametrize(("login", "password"), [("adam", "wrong"), ("nobody", PASSWORD), ("adam", "")])
def test_a_wrong_name_or_password_is_told_and_the_name_stays(
    client: Client, adams_user: User, login: str, password: str
) -> None:
    response = client.post("/login/", {"login": login, "password": password})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="errorlist' in html or 'role="alert"' in html
    assert f'value="{login}"' in html
    assert "sessionid" not in client.cookies


def test_a_disabled_login_stays_outside(client: Client, adams_user: User) -> None:
    User.objects.filter(pk=adams_user.pk).update(is_active=False)
    log_in(client)
    assert client.get("/").status_code == 302


def test_the_login_starts_a_session_of_its_own(client: Client, adams_user: User) -> None:
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    log_in(client)
    assert client.session.session_key != before


def test_guessing_is_stopped_with_a_page_that_says_so(client: Client, adams_user: User) -> None:
    answers = [client.post("/login/", {"login": "adam", "password": "wrong"}) for _ in range(6)]
    assert "Too many" in answers[-1].content.decode()
    log_in(client)
    assert client.get("/").status_code == 302


def test_logging_out_asks_first_and_then_ends_the_session(client: Client, adams_user: User) -> None:
    log_in(client)
    assert "Log out?" in client.get("/logout/").content.decode()
    assert client.get("/").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_the_session_is_over_before_its_windows_hear_of_it(
    client: Client, adams_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They ask for their page at once, and must be led to the login."""
    log_in(client)
    address_then: list[str] = []
    monkeypatch.setattr(hub, "publish_close", lambda **_: address_then.append(client.get("/").headers["Location"]))
    session = client.cookies["sessionid"].value
    leaving = Client()
    leaving.cookies["sessionid"] = session
    leaving.post("/logout/")
    assert address_then == ["/login/?next=/"]


def test_nobody_can_sign_up(client: Client, db: None) -> None:
    assert client.get("/signup/").status_code == 404
    assert "sign up" not in client.get("/login/").content.decode().lower()


def test_the_demo_company_names_its_logins_and_warns(client: Client, db: None, settings: Settings) -> None:
    make_demo_operator("lampfield")
    settings.DEMO = True
    html = client.get("/login/").content.decode()
    assert "Demo logins" in html
    assert "<code>piotr</code>" in html
    assert "banner-warning" in html


def test_a_changed_demo_password_ends_the_warning(client: Client, db: None, settings: Settings) -> None:
    make_demo_operator(PASSWORD)
    settings.DEMO = True
    html = client.get("/login/").content.decode()
    assert "Demo logins" not in html
    assert "banner-warning" not in html


def test_a_served_installation_warns_without_naming_the_logins(client: Client, db: None) -> None:
    make_demo_operator("lampfield")
    html = client.get("/login/").content.decode()
    assert "Demo logins" not in html
    assert "banner-warning" in html


def test_operators_are_warned_on_every_page_and_others_are_not(adams_browser: Client, adam: Extension) -> None:
    make_demo_operator("lampfield")
    assert "banner-warning" not in adams_browser.get("/").content.decode()
    User.objects.filter(extension=adam).update(is_staff=True)
    assert "banner-warning" in adams_browser.get("/").content.decode()


def make_demo_operator(password: str) -> None:
    olga = User(username="olga", is_staff=True)
    olga.set_password(password)
    olga.save()
