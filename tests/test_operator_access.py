"""The operator panel exists for operators only: every address of it, for everybody else."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from presence.models import Extension, User
from tests.operator_cast import browser_of, make_operator
from webclient.operator.urls import urlpatterns

# Values for what addresses name; none of these objects exists, and nobody may learn that.
ARGUMENTS: tuple[dict[str, object], ...] = (
    {},
    {"number": "101"},
    {"pk": 1},
    {"draft_id": uuid.UUID(int=1)},
    {"scope": "company"},
    {"slug": "company"},
)
LOGIN = "operator-login"


def addresses() -> Iterator[str]:
    """Every address of webclient/operator/urls.py, whatever it names."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name, pattern
        if pattern.name != LOGIN:
            yield address_of(pattern.name, pattern)


def address_of(name: str, pattern: URLPattern) -> str:
    converters = getattr(pattern.pattern, "converters", {})
    samples = {"int": 1, "uuid": uuid.UUID(int=1), "str": "company", "slug": "company"}
    guessed = {
        each: samples[type(kind).__name__.removesuffix("Converter").lower().replace("string", "str")]
        for each, kind in converters.items()
    }
    for arguments in (guessed, *ARGUMENTS):
        try:
            return reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no sample of an address for {name}")


@pytest.mark.parametrize("address", sorted(set(addresses())))
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_is_not_there_for_users_and_leads_everybody_else_to_the_login(
    adam: Extension, address: str, method: str
) -> None:
    assert adam.user is not None
    colleague = getattr(browser_of(adam.user), method)(address)
    nobody = getattr(Client(), method)(address)
    # 405 says no more than that nobody asks so.
    assert colleague.status_code in {404, 405}
    assert nobody.status_code == 405 or nobody.headers["Location"].startswith("/login/?next=/admin/")


@pytest.mark.parametrize("address", sorted(set(addresses())))
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_permission_are_told_so(db: None, address: str, method: str) -> None:
    clerk = User.objects.create(username="clerk", is_staff=True)
    assert getattr(browser_of(clerk), method)(address).status_code in {403, 404, 405}


def test_each_address_answers_at_least_one_method(adam: Extension) -> None:
    """So that 405 above hides nothing."""
    assert adam.user is not None
    browser = browser_of(adam.user)
    for address in addresses():
        assert 404 in {browser.get(address).status_code, browser.post(address).status_code}, address


def test_the_login_of_the_panel_is_the_one_login(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=/admin/")


def test_who_may_only_look_may_not_edit(adam: Extension) -> None:
    browser = browser_of(make_operator("view_extension"))
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/extensions/101/").status_code == 403
    assert browser.post("/admin/extensions/edit/", {"ids": adam.pk}).status_code == 403


def test_the_rail_shows_the_panel_to_operators_only(adam: Extension, piotr: Extension) -> None:
    assert adam.user is not None
    assert piotr.user is not None
    assert b'href="/admin/"' not in browser_of(adam.user).get("/").content
    piotr.user.user_permissions.set(make_operator().user_permissions.all())
    User.objects.filter(pk=piotr.user.pk).update(is_staff=True)
    assert b'href="/admin/"' in browser_of(piotr.user).get("/").content


def test_an_operator_without_an_extension_is_led_nowhere_but_to_the_panel_and_the_help(db: None) -> None:
    browser = browser_of(make_operator())
    panel, people = browser.get("/admin/").content.decode(), browser.get("/")
    rail = panel.partition('<nav class="rail"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)"', rail) == ["/help/", "/admin/"]
    assert "dial-form" not in panel
    assert people.status_code == 403
    assert 'href="/admin/"' in people.content.decode()
