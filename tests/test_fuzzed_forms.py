"""Whatever is posted to whatever address, by whomever: an answer, and never a server error."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from presence.models import Extension
from tests.cast import register
from tests.nonsense import Nonsense
from tests.operator_cast import browser_of, make_operator
from tests.soak_size import size
from tests.test_access import TABLE, someone_elses
from tests.test_operator_access import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(size(120, 7_200))]

FORMS = size(150, 20_000)
NAME = re.compile(r"""<(?:input|select|textarea|button)\b[^>]*\bname="([^"]+)\"""")
# What comes from scripts and is in no page.
OTHERS = ("surface", "end", "time_zone", "back", "x", "y", "zoom", "star", "unstar", "is_logged_in", "then", "next")
# They end the login, without which nothing else would be tried.
NOT_TRIED = {"account_logout", "operator-login"}


def posted_to(owner: Extension) -> list[str]:
    """Every address that takes a POST."""
    arguments = someone_elses(owner)
    named = [name for name, row in TABLE.items() if "post" in row and name not in NOT_TRIED]
    return [reverse(name, kwargs=arguments.get(name)) for name in named] + sorted(set(addresses()))


def fields_of(browser: Client, pages: list[str]) -> list[str]:
    """The names of all controls of these pages."""
    found = set(OTHERS)
    for page in pages:
        answer = browser.get(page)
        if answer.status_code == HTTPStatus.OK and answer.headers.get("Content-Type", "").startswith("text/html"):
            found |= set(NAME.findall(answer.content.decode()))
    return sorted(found - {"csrfmiddlewaretoken"})


def forms(seed: int, fields: list[str], values: list[str]) -> Iterator[dict[str, str | list[str]]]:
    """Some controls, with nonsense or with what another control may hold."""
    nonsense = Nonsense(seed)
    while True:
        chosen = {nonsense.one_of(fields) for _ in range(nonsense.chance.randrange(1, 30))}
        form: dict[str, str | list[str]] = {}
        for name in sorted(chosen):
            value = nonsense.one_of(values) if nonsense.chance.random() < 0.6 else nonsense.text()
            # A browser sends no lone surrogate.
            text = value.encode(errors="replace").decode()
            form[name] = [text, nonsense.one_of(values)] if nonsense.chance.random() < 0.1 else text
        yield form


VALUES = [
    *(
        "available",
        "lunch",
        "away",
        "1",
        "on",
        "101",
        "102",
        "103",
        "voicemail",
        "extension",
        "external_number",
        "mobile",
    ),
    *("system_extension", "end_call", "30m", "time", "17:00", "2026-03-29", "Europe/Warsaw", "web_client", "pl", "PL"),
]


def test_nothing_that_is_posted_breaks_the_server(adam: Extension, piotr: Extension, anna: Extension) -> None:
    assert adam.user is not None
    register(anna)
    operator = make_operator(
        *("view_extension", "add_extension", "change_extension", "delete_extension"),
        *("view_company", "change_company", "add_user", "change_user"),
    )
    operator.is_superuser = True
    operator.save()
    browsers = [browser_of(adam.user), browser_of(operator), Client()]
    places = posted_to(piotr)
    looked_at = places[:: size(4, 1)]
    fields = [fields_of(browser, looked_at) for browser in browsers[:2]]
    fields.append(fields[0])
    chance = Nonsense(4)
    fuzz = [forms(seed, each, VALUES) for seed, each in enumerate(fields)]
    for turn in range(FORMS):
        who = turn % len(browsers)
        place, form = chance.one_of(places), next(fuzz[who])
        browser = browsers[who]
        ask = browser.get if chance.chance.random() < 0.1 else browser.post
        # A client of Django's raises what a view raised.
        answer = ask(place, form, headers={"Referer": chance.text().encode(errors="replace").decode("latin-1")})
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (place, form)
        if answer.streaming:
            answer.getvalue()
        # Who has been disabled or logged out by it comes back.
        if who < len(browsers) - 1 and "_auth_user_id" not in browser.session:
            Extension.objects.update(is_enabled=True)
            user = (adam.user, operator)[who]
            type(user).objects.update(is_active=True)
            user.refresh_from_db()
            browsers[who] = browser_of(user)
