"""/keys/: every key, as a page and as the sheet over another page."""

from django.test import Client

from presence.models import User
from tests.operator_cast import browser_of, make_operator
from webclient.key_list import KEY_GROUPS

WORDS = [str(line.words) for group in KEY_GROUPS for line in group.lines]


def test_the_page_and_the_sheet_list_the_same_keys(adams_browser: Client) -> None:
    page = adams_browser.get("/keys/").content.decode()
    sheet = adams_browser.get("/keys/", headers={"X-Sheet": "1"})
    html = sheet.content.decode()
    assert all(words in page and words in html for words in WORDS)
    assert "<main" in page
    assert "<main" not in html
    assert html.lstrip().startswith("<dialog")
    assert "X-Sheet" in sheet.headers["Vary"]


def test_the_keys_are_said_in_polish(adams_browser: Client) -> None:
    html = adams_browser.get("/keys/", headers={"Accept-Language": "pl"}).content.decode()
    assert "<kbd>Spacja</kbd>" in html
    assert "Otwórz menu statusów" in html


def test_an_operator_without_an_extension_has_the_page_too(db: None) -> None:
    assert browser_of(make_operator()).get("/keys/").status_code == 200


def test_nobody_sees_it_without_a_login(client: Client, db: None) -> None:
    assert client.get("/keys/").headers["Location"] == "/login/?next=/keys/"
    assert not User.objects.exists()


def test_each_status_shows_the_digit_that_chooses_it(adams_browser: Client) -> None:
    html = adams_browser.get("/").content.decode()
    choices = [part.split(">")[0] for part in html.split('role="menuitemradio"')[1:]]
    assert [f'aria-keyshortcuts="{n}"' in choice for n, choice in enumerate(choices, 1)] == [True] * 5
