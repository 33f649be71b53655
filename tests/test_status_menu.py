"""The status menu: five statuses, what each does with calls, one click to switch."""

import pytest
from django.test import Client

from presence.domain.forwarding import default_profile
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface
from presence.models import ChangeRecord, Extension, StatusProfileRow
from presence.selectors import effective_profile
from tests.cast import rule
from webclient.words import outcome_lines

HTMX = {"HX-Request": "true"}


def test_the_menu_offers_the_five_statuses_available_and_away_first(adams_browser: Client) -> None:
    choices = adams_browser.get("/").context["status_choices"]()
    assert [choice.code for choice in choices] == ["available", "away", "dnd", "lunch", "business_trip"]


def test_the_current_status_alone_is_ticked(adams_browser: Client, adam: Extension) -> None:
    Extension.objects.filter(pk=adam.pk).update(status=Status.LUNCH)
    html = adams_browser.get("/").content.decode()
    assert 'data-status="lunch" aria-checked="true"' in html
    assert html.count('aria-checked="true"') == 1


def test_every_status_leads_to_its_rules(adams_browser: Client) -> None:
    html = adams_browser.get("/").content.decode()
    for status in Status:
        assert f'href="/settings/status/{status}/"' in html


def test_one_click_switches(adams_browser: Client, adam: Extension) -> None:
    response = adams_browser.post("/status/", {"status": "away"}, headers=HTMX)
    adam.refresh_from_db()
    assert adam.status == Status.AWAY
    assert response.status_code == 200
    assert 'data-status="away" aria-checked="true"' in response.content.decode()
    assert "<html" not in response.content.decode()


def test_the_answer_brings_the_own_row_of_the_switch_for_news_of_it_may_come_later(
    adams_browser: Client, adam: Extension
) -> None:
    html = adams_browser.post("/status/", {"status": "away"}, headers=HTMX).content.decode()
    adam.refresh_from_db()
    own_row = f'data-extension="101" data-lamp="away" data-registered="false" data-version="{adam.version}"'
    assert own_row in html


def test_the_switch_is_kept_as_a_change_on_the_web_client(adams_browser: Client, adam: Extension) -> None:
    adams_browser.post("/status/", {"status": "dnd"}, headers=HTMX)
    change = ChangeRecord.objects.get()
    assert (change.extension, change.by, change.surface) == (adam, adam.user, Surface.WEB_CLIENT)


def test_without_script_the_switch_returns_to_the_page_it_was_made_on(adams_browser: Client, adam: Extension) -> None:
    response = adams_browser.post("/status/", {"status": "away"}, headers={"Referer": "http://testserver/calls/"})
    assert response.status_code == 302
    assert response["Location"] == "http://testserver/calls/"


def test_without_script_a_foreign_referer_is_not_followed(adams_browser: Client) -> None:
    response = adams_browser.post("/status/", {"status": "away"}, headers={"Referer": "https://evil.example/"})
    assert response["Location"] == "/"


@pytest.mark.parametrize("status", ["", "sleeping", "AVAILABLE", "available "])
def test_an_unknown_status_is_refused_and_the_menu_shows_what_holds(
    adams_browser: Client, adam: Extension, status: str
) -> None:
    response = adams_browser.post("/status/", {"status": status}, headers=HTMX)
    adam.refresh_from_db()
    assert adam.status == Status.AVAILABLE
    assert response.status_code == 422
    assert 'data-status="available" aria-checked="true"' in response.content.decode()


def test_nobody_switches_without_a_login(client: Client, adam: Extension) -> None:
    assert client.post("/status/", {"status": "away"}).status_code == 302
    adam.refresh_from_db()
    assert adam.status == Status.AVAILABLE


def test_nobody_switches_by_following_a_link(adams_browser: Client) -> None:
    assert adams_browser.get("/status/", {"status": "away"}).status_code == 405


def test_nobody_switches_without_the_token_of_the_page(adam: Extension) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert adam.user is not None
    browser.force_login(adam.user, backend="django.contrib.auth.backends.ModelBackend")
    response = browser.post("/status/", {"status": "away"})
    assert response.status_code == 403
    assert "The page was too old" in response.content.decode()


def test_one_line_says_both_origins_when_they_meet_the_same() -> None:
    assert outcome_lines(default_profile(Status.AVAILABLE)) == ["Rings 20 s, then voicemail"]
    assert outcome_lines(default_profile(Status.AWAY)) == ["The call ends"]
    assert outcome_lines(default_profile(Status.BUSINESS_TRIP)) == ["Voicemail"]


def test_each_origin_has_its_line_when_they_differ(adam: Extension) -> None:
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.EXTENSION, "105", origin=Origin.EXTERNAL)
    StatusProfileRow.objects.create(extension=adam, status=Status.AVAILABLE, external_ring_seconds=45)
    assert outcome_lines(effective_profile(adam, Status.AVAILABLE)) == [
        "Internal: rings 20 s, then voicemail",
        "External: rings 45 s, then to 105",
    ]


@pytest.mark.parametrize(
    ("kind", "value", "line"),
    [
        (DestinationKind.VOICEMAIL, "", "Voicemail"),
        (DestinationKind.EXTENSION_VOICEMAIL, "105", "Voicemail of 105"),
        (DestinationKind.MOBILE, "", "Your mobile"),
        (DestinationKind.EXTENSION, "105", "To 105"),
        (DestinationKind.EXTERNAL_NUMBER, "+48225550123", "To 22 555 01 23"),
        (DestinationKind.SYSTEM_EXTENSION, "300", "To 300"),
        (DestinationKind.END_CALL, "", "The call ends"),
    ],
)
def test_every_destination_has_its_words(adam: Extension, kind: DestinationKind, value: str, line: str) -> None:
    rule(adam, Status.AWAY, Condition.ALWAYS, kind, value)
    assert outcome_lines(effective_profile(adam, Status.AWAY)) == [line]
