"""The operator's pages say whether calls can leave the company, as long as they can't."""

from html import unescape

import pytest
from pytest_django import Settings

from presence.models import Extension, User
from tests.operator_cast import browser_of, make_operator
from tests.outside_cast import open_line

WORDS = "There is no outside line yet"


@pytest.mark.parametrize(
    "address", ["/admin/extensions/101/", "/admin/templates/company/", "/admin/system/new/ring_group/"]
)
def test_a_page_that_offers_numbers_outside_says_when_nothing_leads_there(
    settings: Settings, adam: Extension, address: str
) -> None:
    browser = browser_of(User.objects.create(username="root", is_staff=True, is_superuser=True))
    assert WORDS in unescape(browser.get(address).content.decode())
    open_line(settings)
    assert WORDS not in unescape(browser.get(address).content.decode())


def test_so_does_the_edit_of_many(settings: Settings, adam: Extension, piotr: Extension) -> None:
    browser, many = browser_of(make_operator()), {"ids": f"{adam.pk},{piotr.pk}"}
    assert WORDS in unescape(browser.post("/admin/extensions/edit/", many, follow=True).content.decode())
    open_line(settings)
    assert WORDS not in unescape(browser.post("/admin/extensions/edit/", many, follow=True).content.decode())
