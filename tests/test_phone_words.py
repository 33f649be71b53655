"""The words of calls: fetched once, in the page's language, and kept by the browser while they stay the same."""

import pytest
from django.test import Client
from django.utils import translation

from webclient.phone_words import PHONE_WORDS, phone_words_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("en", "Hang up"), ("pl", "Rozłącz")])
def test_a_page_names_the_words_of_its_language(client: Client, language: str, words: str) -> None:
    with translation.override(language):
        answer = client.get(phone_words_address())
    assert answer.json()["call_hang_up"] == words
    assert answer.json().keys() == PHONE_WORDS.keys()
    assert "immutable" in answer["Cache-Control"]


def test_a_page_of_an_older_release_gets_todays_words_and_does_not_keep_them(client: Client) -> None:
    answer = client.get("/words/phone/en/older/")
    assert answer.json().keys() == PHONE_WORDS.keys()
    assert answer["Cache-Control"] == "no-store"


def test_there_are_no_words_of_a_language_that_is_not_ours(client: Client) -> None:
    assert client.get("/words/phone/de/1/").status_code == 404
