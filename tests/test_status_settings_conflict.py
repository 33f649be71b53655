"""Settings > Status: two editors of the same rules."""

import re

import pytest
from django.test import Client

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import (
    DestinationKind,
    Status,
    Surface,
)
from presence.models import ChangeRecord, Extension, User
from presence.selectors import profile_version
from presence.services.forwarding import save_profile
from tests.cast import make_extension
from tests.settings_page import (
    ALWAYS,
    INTERNAL,
    address,
    control,
    rules,
    text,
    version,
)


def holder(extension: Extension) -> User:
    assert extension.user is not None
    return extension.user


def changed_elsewhere(extension: Extension) -> None:
    """An operator ends Adam's internal calls while he is away, after he opened the page."""
    save_profile(
        extension=extension,
        status=Status.AWAY,
        destinations={(ALWAYS, INTERNAL): Destination(DestinationKind.VOICEMAIL)},
        ring_seconds={},
        expected_version=profile_version(extension, Status.AWAY),
        by=holder(make_extension("100", "Olga Zielińska")),
        surface=Surface.OPERATOR_PANEL,
    )


def test_the_second_of_two_editors_is_told_by_whom_and_shown_what_is_saved_now(
    adams_browser: Client, adam: Extension, piotr: Extension
) -> None:
    opened = version(adams_browser.get(address(Status.AWAY)))
    changed_elsewhere(adam)
    controls = {"always-internal-kind": "extension", "always-internal-extension": "102"}

    response = adams_browser.post(address(Status.AWAY), {"version": opened, **controls})

    assert response.status_code == 409
    assert "Olga Zielińska changed them (operator panel, " in text(response)
    assert "Saved now: Forward to voicemail" in re.sub(r"\s+", " ", text(response))
    assert 'value="102"' in control(response, "always-internal-extension")
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).kind is DestinationKind.VOICEMAIL

    again = {"version": version(response), **controls}
    assert adams_browser.post(address(Status.AWAY), again).status_code == 302
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).value == "102"


def test_two_editors_who_save_the_same_are_both_content(adams_browser: Client, adam: Extension) -> None:
    opened = version(adams_browser.get(address(Status.AWAY)))
    changed_elsewhere(adam)
    same = {"version": opened, "always-internal-kind": "voicemail", "always-external-kind": "end_call"}
    assert adams_browser.post(address(Status.AWAY), same).status_code == 302


def test_an_error_is_mended_before_a_conflict_is_told(adams_browser: Client, adam: Extension) -> None:
    opened = version(adams_browser.get(address(Status.AWAY)))
    changed_elsewhere(adam)
    wrong = {"version": opened, "always-internal-kind": "extension", "always-internal-extension": "101"}
    response = adams_browser.post(address(Status.AWAY), wrong)
    assert response.status_code == 422
    assert version(response) == opened


def test_a_switch_changed_elsewhere_is_said_beside_it(adams_browser: Client, adam: Extension) -> None:
    opened = version(adams_browser.get(address(Status.LUNCH)))
    adams_browser.post(address(Status.LUNCH), {"version": opened, "stays_in_queues": "on"})
    response = adams_browser.post(address(Status.LUNCH), {"version": opened, "stays_in_queues": "off"})
    assert response.status_code == 409
    assert "Saved now: on" in re.sub(r"\s+", " ", text(response))
    adams_browser.post(address(Status.LUNCH), {"version": version(response), "stays_in_queues": "off"})
    assert not rules(adam, Status.LUNCH).stays_in_queues


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "1e3", "９", "9" * 40])
def test_a_version_that_was_never_given_out_saves_nothing(
    adams_browser: Client, adam: Extension, nonsense: str
) -> None:
    response = adams_browser.post(address(Status.AWAY), {"version": nonsense, "always-internal-kind": "voicemail"})
    assert response.status_code == 409
    assert not ChangeRecord.objects.exists()
