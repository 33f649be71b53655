"""A NUL is no text to PostgreSQL: whoever sends one is refused before the database is asked, on every database."""

import pytest
from django.test import Client

from presence.models import Extension
from webclient.consumers.call_socket import MalformedError, field


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/v/a%00b/", "/v/a%00b/button/", "/visit/1%000/"])
def test_an_address_with_a_nul_is_nobodys(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/people/1%0001/picture/1/a/", "/settings/extensions/%00/"])
def test_it_is_none_to_people_who_are_logged_in(adams_browser: Client, path: str) -> None:
    assert adams_browser.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/app/people/?q=%00", "/settings/extensions/?q=a%00"])
def test_who_looks_for_a_nul_finds_what_is_left_of_it(adams_browser: Client, piotr: Extension, path: str) -> None:
    assert adams_browser.get(path).status_code == 200


def test_a_message_with_a_nul_is_malformed() -> None:
    with pytest.raises(MalformedError):
        field({"number": "10\x001"}, "number", str)
    assert field({"number": "101"}, "number", str) == "101"
