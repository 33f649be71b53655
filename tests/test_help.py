"""The help: the same in both languages, no link that leads nowhere, and an answer to each question."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from presence.domain.vocabulary import Lamp, Theme
from presence.models import User
from tests.settings_page import text
from webclient.help_pictures import picture_file
from webclient.help_search import search
from webclient.help_sections import EXCERPT_LENGTH, sections, topic_template
from webclient.help_topics import QUESTIONS, TOPICS

TEXTS = Path(settings.BASE_DIR) / "templates/help"
PICTURES = Path(settings.BASE_DIR) / "static"
LANGUAGES = ("en", "pl")

# Taken by scripts/help_pictures.py; the rest of those that the texts name are shown once they are taken.
REQUIRED_PICTURES = {
    "app-rules",
    "app-statuses",
    "call-card",
    "devices",
    "lamps",
    "operator-rules",
    "pick-up",
    "profile",
    "queues",
    "rules",
    "status-end",
    "status-menu",
    "transfer",
    "voicemail",
}


class Page(HTMLParser):
    """The ids, links, pictures and lamps of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, str]] = []
        self.lamps: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if "data-lamp" in given:
            self.lamps.append(given["data-lamp"])
        if tag == "a":
            self.links.append(given["href"])
        if tag in {"img", "source"} and "help/" in given.get("src", "") + given.get("srcset", ""):
            self.pictures.append(given)


def source(slug: str, language: str) -> str:
    return (TEXTS.parent / topic_template(slug, language)).read_text()


def outline(slug: str, language: str) -> list[str]:
    """What both languages must have in the same order: sections, lamps, tables, pictures, links."""
    return re.findall(
        r'<(?:h[23]|dt) id="[^"]+"|<tr>|<li>|{% (?:lamp|help_picture) "[^"]+"|href="[^"]+"', source(slug, language)
    )


def help_page(browser: Client, path: str, language: str) -> Page:
    answer = browser.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, path
    return Page(text(answer))


def test_each_language_has_a_text_for_each_topic_and_no_other() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (TEXTS / language).iterdir()} == set(TOPICS)


@pytest.mark.parametrize("slug", TOPICS)
def test_both_languages_say_the_same_in_the_same_order(slug: str) -> None:
    assert outline(slug, "en") == outline(slug, "pl")


@pytest.mark.parametrize("slug", TOPICS)
def test_no_text_was_left_in_the_other_language(slug: str) -> None:
    english, polish = (re.findall(r">([^<>{}]{25,})<", source(slug, language)) for language in LANGUAGES)
    assert not set(english) & set(polish)
    assert not re.search("[ąćęłńóśźż]", "".join(english))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("help_index", ["/help/", "/app/help/"])
def test_every_link_of_the_help_leads_somewhere(adams_browser: Client, language: str, help_index: str) -> None:
    pages: dict[str, Page] = {}

    def page(path: str) -> Page:
        if path not in pages:
            pages[path] = help_page(adams_browser, path, language)
        return pages[path]

    waiting, seen = [help_index], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for link in page(path).links:
            target, anchor = urldefrag(link)
            target = target or path
            assert target.startswith("/"), link
            assert not anchor or anchor in page(target).ids, f"{path}: {link}"
            if target.startswith(help_index) and target not in seen:
                waiting.append(target)
    assert seen >= {help_index, *(f"{help_index}{slug}/" for slug in TOPICS)}


@pytest.mark.parametrize("slug", TOPICS)
def test_no_id_stands_twice_on_a_page(adams_browser: Client, slug: str) -> None:
    ids = help_page(adams_browser, f"/help/{slug}/", "en").ids
    assert sorted(ids) == sorted(set(ids))


def test_every_question_leads_to_a_section_that_answers_it(adams_browser: Client) -> None:
    for question in QUESTIONS:
        assert question.anchor in help_page(adams_browser, f"/help/{question.slug}/", "en").ids, str(question.words)


def test_the_legend_leads_to_each_lamp(adams_browser: Client) -> None:
    page = help_page(adams_browser, "/", "en")
    anchors = {urldefrag(link)[1] for link in page.links if link.startswith("/help/lamps/")}
    assert anchors == {lamp.value for lamp in Lamp if lamp is not Lamp.UNKNOWN} | {"hollow", "yellow"}
    assert anchors <= set(help_page(adams_browser, "/help/lamps/", "en").ids)


def test_the_lamps_of_the_help_are_those_of_the_product(adams_browser: Client) -> None:
    text_alone = Page(text(adams_browser.get("/help/lamps/")).partition('class="help-text"')[2].partition("<nav")[0])
    assert set(text_alone.lamps) == {lamp.value for lamp in Lamp}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_required_pictures_are_there_and_named_by_a_text(language: str) -> None:
    named = set(re.findall(r'{% help_picture "([^"]+)"', "".join(source(slug, language) for slug in TOPICS)))
    assert named >= REQUIRED_PICTURES
    missing = [
        file
        for name in sorted(REQUIRED_PICTURES)
        for theme in Theme
        if not (PICTURES / (file := picture_file(name, language, theme))).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_picture_that_no_text_shows(language: str) -> None:
    named = set(re.findall(r'{% help_picture "([^"]+)"', "".join(source(slug, language) for slug in TOPICS)))
    kept = {path.name for path in (PICTURES / "help" / language).glob("*")}
    assert kept <= {Path(picture_file(name, language, theme)).name for name in named for theme in Theme}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", TOPICS)
def test_no_picture_is_broken_and_each_is_described(adams_browser: Client, slug: str, language: str) -> None:
    for picture in help_page(adams_browser, f"/help/{slug}/", language).pictures:
        address = picture.get("src") or picture["srcset"]
        assert (PICTURES / address.removeprefix("/static/")).exists(), address
        if "src" in picture:
            assert len(picture["alt"]) > 20
            assert picture["loading"] == "lazy"
            assert int(picture["width"]) > 100


@pytest.mark.parametrize("theme", Theme)
def test_a_chosen_theme_has_its_own_pictures(adams_browser: Client, theme: str) -> None:
    adams_browser.post("/settings/profile/theme/", {"theme": theme})
    (picture,) = help_page(adams_browser, "/help/lamps/", "en").pictures
    assert picture["src"].endswith(f"-{theme}.webp")


def test_a_picture_that_was_not_taken_is_not_shown() -> None:
    from django.template import Context, Template

    shown = Template('{% load help %}{% help_picture "never-taken" "Nothing" %}').render(Context({}))
    assert shown.strip() == ""


@pytest.mark.parametrize("slug", ["nothing", "en", "index", "_picture"])
def test_a_topic_that_is_none_has_no_page(adams_browser: Client, slug: str) -> None:
    assert adams_browser.get(f"/help/{slug}/").status_code == 404


def test_a_login_without_an_extension_may_read_the_help(client: Client, db: None) -> None:
    client.force_login(User.objects.create(username="stranger"), backend=settings.AUTHENTICATION_BACKENDS[0])
    for path in ("/help/", "/help/rules/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("language", "query", "found"),
    [
        ("en", "What does yellow mean?", ("lamps", "yellow")),
        ("en", "yellow", ("lamps", "yellow")),
        ("en", "why does my phone not ring", ("no-ring", "silent")),
        ("en", "install", ("app", "install")),
        ("en", "*43", ("devices", "echo")),
        ("en", "how do I transfer a call", ("calls", "transfer")),
        ("en", "who sees my status", ("privacy", "status")),
        ("pl", "Co oznacza żółta lampka?", ("lamps", "yellow")),
        ("pl", "zolty", ("lamps", "yellow")),
        ("pl", "dlaczego telefon nie dzwoni", ("no-ring", "silent")),
        ("pl", "przekazać rozmowę", ("calls", "transfer")),
        ("pl", "instalacja", ("app", "install")),
        ("pl", "**102", ("calls", "pick-up")),
        ("pl", "sprawdzić słuchawki", ("devices", "echo")),
        ("pl", "SZARE LAMPKI", ("lamps", "grey")),
    ],
)
def test_a_question_finds_its_answer_first(language: str, query: str, found: tuple[str, str]) -> None:
    with translation.override(language):
        best = search(query, language)[0]
    assert (best.slug, best.anchor) == found


@pytest.mark.parametrize("query", ["xyzzy", "?!", "   ", "\x00", "'; drop table", "qq " * 200])
def test_a_question_without_an_answer_says_what_to_do(adams_browser: Client, query: str) -> None:
    page = text(adams_browser.get("/help/", {"q": query}))
    assert ("Nothing was found." in page) == bool(query.strip())
    assert "help-topics" in page


def test_a_question_is_shown_again_and_harmless(adams_browser: Client) -> None:
    page = text(adams_browser.get("/help/", {"q": '<script>"yellow'}))
    assert "<script>&quot;yellow" not in page
    assert "&lt;script&gt;&quot;yellow" in page
    assert '/help/lamps/#yellow"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_has_an_anchor_a_heading_and_something_to_say(language: str) -> None:
    for section in sections(language):
        assert section.anchor, section.heading
        assert section.heading
        assert len(section.text) > 60, section.heading
        assert len(section.excerpt) <= EXCERPT_LENGTH + 1
