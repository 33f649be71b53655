"""People's data: departments, new extensions, invitations, and what switching an extension off does."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from presence import hub
from presence.domain.vocabulary import Status, Surface, SystemExtensionKind
from presence.models import Department, Extension, SystemExtension, User
from presence.selectors import effective_profile
from presence.services.extension_settings import write_settings
from tests.operator_cast import browser_of, make_operator

NEW = "/admin/extensions/new/"
DEPARTMENTS = "/admin/departments/"
PERMISSIONS = (
    "view_extension",
    "change_extension",
    "add_extension",
    "add_department",
    "change_department",
    "delete_department",
    "change_user",
)
MARIA = {"number": "140", "name": "Maria Lis", "username": "maria"}
PASSWORD = "a long word of Maria's"


@pytest.fixture
def browser(db: None) -> Client:
    return browser_of(make_operator(*PERMISSIONS))


def link_in(response: Any) -> str:
    """The path of the invitation that the operator is shown."""
    found = re.search(r'id="invitation-link" readonly value="http://testserver(/invitation/[^"]+)"', page_of(response))
    assert found
    return found[1]


def page_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_new_extension_has_the_rules_of_its_department_and_a_login_without_password(browser: Client) -> None:
    sales = Department.objects.create(name="Sales")
    sales.template_settings.create(key="away.always.internal", value="voicemail")
    response = browser.post(NEW, {**MARIA, "department": str(sales.pk), "mobile_number": "601 234 567"})
    maria = Extension.objects.get(number="140")
    assert response.status_code == 200
    assert (maria.name, maria.department, maria.mobile_number) == ("Maria Lis", sales, "+48601234567")
    assert {str(to.kind) for to in effective_profile(maria, Status.AWAY).destinations.values()} == {
        "voicemail",
        "end_call",
    }
    assert maria.user is not None
    assert (maria.user.username, maria.user.first_name, maria.user.last_name) == ("maria", "Maria", "Lis")
    assert not maria.user.has_usable_password()
    assert not maria.user.is_staff
    assert not maria.user.is_superuser


def test_colleagues_see_a_new_extension_at_once(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(hub, "publish_presence", lambda numbers: told.append(list(numbers)))
    browser.post(NEW, MARIA)
    assert told == [["140"]]


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("number", "101", "101 Adam Nowak has this number already."),
        ("number", "800", "800 Support queue has this number already."),
        ("number", "1", "Type 2 to 10 digits"),
        ("number", "12345678901", "Type 2 to 10 digits"),
        ("number", "1a", "Type 2 to 10 digits"),
        ("number", "٣٤٥", "Type 2 to 10 digits"),
        ("number", "", "required"),
        ("name", " ", "required"),
        ("username", "ADAM", "Somebody logs in with this name already."),
        ("username", "mar ia", "valid username"),
        ("email", "maria@", "valid email"),
        ("mobile_number", "112", "emergency"),
        ("mobile_number", "+1 212 555 2368", "own country only"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    browser: Client, adam: Extension, field: str, typed: str, complaint: str
) -> None:
    SystemExtension.objects.create(number="800", name="Support queue", kind=SystemExtensionKind.QUEUE)
    response = browser.post(NEW, {**MARIA, field: typed})
    assert response.status_code == 422
    assert complaint in page_of(response)
    assert re.search(rf'<input[^>]*name="{field}"[^>]*aria-invalid="true"', page_of(response))
    assert Extension.objects.count() == 1
    assert not User.objects.filter(username__startswith="mar").exists()


def test_full_width_digits_are_digits(browser: Client) -> None:
    browser.post(NEW, {**MARIA, "number": "１４０"})
    assert Extension.objects.get().number == "140"


def test_an_invitation_leads_to_a_password_once_and_into_the_product(browser: Client, client: Client) -> None:
    link = link_in(browser.post(NEW, MARIA))
    assert "maria" in page_of(client.get(link))
    response = client.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (302, "/welcome/")
    assert "Maria Lis" in page_of(client.get("/"))
    assert User.objects.get(username="maria").check_password(PASSWORD)
    again = Client().get(link)
    assert again.status_code == 404
    assert "This invitation no longer works" in page_of(again)


@pytest.mark.parametrize(
    ("password", "other"),
    [("maria", "maria"), ("short", "short"), ("password123", "password123"), (PASSWORD, "")],
)
def test_a_bad_password_is_refused_and_the_invitation_stays(
    browser: Client, client: Client, password: str, other: str
) -> None:
    link = link_in(browser.post(NEW, MARIA))
    assert client.post(link, {"new_password1": password, "new_password2": other}).status_code == 422
    assert not User.objects.get(username="maria").has_usable_password()
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "link", ["/invitation/MQ/x/", "/invitation/%00/x/", "/invitation/zzzz/x-y/", "/invitation/LTE/a/"]
)
def test_a_made_up_invitation_opens_nothing(client: Client, adam: Extension, link: str) -> None:
    assert client.get(link).status_code == 404
    assert client.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 404


def test_an_invitation_is_mailed_where_mail_is_set_up(browser: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    response = browser.post(NEW, {**MARIA, "email": "maria@example.com"})
    assert "It was sent to maria@example.com" in page_of(response)
    (letter,) = mail.outbox
    assert letter.to == ["maria@example.com"]
    assert link_in(response) in letter.body
    assert "Your user name is maria." in letter.body


@pytest.mark.parametrize(("host", "email"), [("", "maria@example.com"), ("mail.example.com", "")])
def test_without_mail_the_operator_passes_the_link_on(
    browser: Client, settings: Settings, host: str, email: str
) -> None:
    settings.EMAIL_HOST = host
    response = browser.post(NEW, {**MARIA, "email": email})
    assert "No mail was sent." in page_of(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert mail.outbox == []


def test_somebody_who_lost_their_password_is_invited_again(browser: Client, adam: Extension) -> None:
    link = link_in(browser.post("/admin/extensions/101/invite/"))
    assert Client().get(link).status_code == 200


def test_an_operator_cannot_come_into_the_login_of_another_operator(browser: Client, adam: Extension) -> None:
    assert adam.user is not None
    adam.user.is_staff = True
    adam.user.save()
    assert browser.post("/admin/extensions/101/invite/").status_code == 404


def test_a_department_is_added_renamed_and_deleted_when_empty(browser: Client) -> None:
    browser.post(DEPARTMENTS, {"name": "Sales"})
    sales = Department.objects.get()
    browser.post(DEPARTMENTS, {"rename": str(sales.pk), "name": "Trade"})
    sales.refresh_from_db()
    assert sales.name == "Trade"
    browser.post(DEPARTMENTS, {"delete": str(sales.pk)})
    assert not Department.objects.exists()


def test_a_department_with_people_stays(browser: Client, adam: Extension) -> None:
    response = browser.post(DEPARTMENTS, {"delete": str(adam.department_id)}, follow=True)
    assert "Sales is not empty. Move its people first." in page_of(response)
    assert Department.objects.exists()


@pytest.mark.parametrize("name", ["sales", "SALES", " Sales "])
def test_two_departments_of_one_name_are_refused(browser: Client, adam: Extension, anna: Extension, name: str) -> None:
    added = browser.post(DEPARTMENTS, {"name": name})
    renamed = browser.post(DEPARTMENTS, {"rename": str(anna.department_id), "name": name})
    for response in (added, renamed):
        assert response.status_code == 422
        assert "There is a department of this name already." in page_of(response)
    assert sorted(Department.objects.values_list("name", flat=True)) == ["Reception", "Sales"]


def test_whoever_is_switched_off_is_out_at_once(adam: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    monkeypatch.setattr(hub, "publish_close", lambda *, user_id, session, code: closed.append(user_id))
    for is_enabled in (False, True):
        write_settings({adam.pk: {"is_enabled": is_enabled}}, by=None, surface=Surface.OPERATOR_PANEL)
    assert closed == [adam.user_id]


def test_the_page_of_an_extension_offers_the_invitation(browser: Client, adam: Extension) -> None:
    assert 'action="/admin/extensions/101/invite/"' in page_of(browser.get("/admin/extensions/101/"))
    looker = browser_of(make_operator("view_extension", "change_extension", username="second"))
    assert "invite" not in page_of(looker.get("/admin/extensions/101/"))
