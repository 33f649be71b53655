"""The help's texts cut into their sections, as the search needs them: read from the templates once per language."""

from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils import translation

from webclient.help_topics import QUESTIONS, TOPICS
from webclient.surfaces import WEB_CLIENT

EXCERPT_LENGTH = 160


@dataclass(slots=True)
class Section:
    """What stands under one heading; `anchor` is the heading's id."""

    slug: str
    anchor: str
    heading: str = ""
    text: str = ""
    questions: str = ""

    @property
    def title(self) -> str:
        return str(TOPICS[self.slug].title)

    @property
    def excerpt(self) -> str:
        text = " ".join(self.text.split())
        return text if len(text) <= EXCERPT_LENGTH else text[:EXCERPT_LENGTH].rpartition(" ")[0] + "…"


def topic_template(slug: str, language: str) -> str:
    return f"help/{language}/{slug}.html"


@cache
def sections(language: str) -> tuple[Section, ...]:
    with translation.override(language):
        return tuple(section for slug in TOPICS for section in _sections_of(slug, language))


def _sections_of(slug: str, language: str) -> list[Section]:
    reader = _SectionReader(slug)
    reader.feed(render_to_string(topic_template(slug, language), {"pages": WEB_CLIENT}))
    for section in reader.sections:
        asked = [str(each.words) for each in QUESTIONS if (each.slug, each.anchor) == (slug, section.anchor)]
        section.questions = " ".join(asked)
    return reader.sections


class _SectionReader(HTMLParser):
    """A section begins with its heading."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.sections: list[Section] = []
        self._slug = slug
        self._is_in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self.sections.append(Section(self._slug, dict(attrs).get("id") or ""))
            self._is_in_heading = True

    def handle_endtag(self, tag: str) -> None:
        self._is_in_heading = self._is_in_heading and tag != "h2"

    def handle_data(self, data: str) -> None:
        if not self.sections:
            return
        if self._is_in_heading:
            self.sections[-1].heading += data
        else:
            self.sections[-1].text += data
