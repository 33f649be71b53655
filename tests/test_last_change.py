"""Rules say who changed them last, where and when: to their owner and to the operator."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from presence.domain.extension_settings import Values
from presence.domain.vocabulary import Surface
from presence.models import ChangeRecord, Extension, User
from presence.services.extension_settings import write_settings
from tests.operator_cast import browser_of, make_operator
from webclient.last_change import LastChange
from webclient.person_row import moment_words

VOICEMAIL: Values = {"away.always.internal": "voicemail"}


def change(extension: Extension, by: User | None, surface: Surface, values: Values = VOICEMAIL) -> ChangeRecord:
    write_settings({extension.pk: values}, by=by, surface=surface)
    return ChangeRecord.objects.latest("pk")


def words(record: ChangeRecord, viewer: User | None) -> tuple[str, str]:
    assert viewer is not None
    last = LastChange.of(record, viewer)
    assert last is not None
    return last.words, last.news


def test_ones_own_change_is_said_to_be_ones_own(adam: Extension) -> None:
    record = change(adam, adam.user, Surface.DESKTOP_APP)
    time = moment_words(record.at)
    assert words(record, adam.user) == (
        f"Last changed by you in the desktop app, {time}",
        f"You changed these rules in another window (desktop app, {time}).",
    )


def test_somebody_elses_change_has_their_name(adam: Extension, piotr: Extension) -> None:
    record = change(adam, piotr.user, Surface.OPERATOR_PANEL)
    time = moment_words(record.at)
    assert words(record, adam.user) == (
        f"Last changed by Piotr Adamiak in the operator panel, {time}",
        f"Piotr Adamiak changed these rules (operator panel, {time}).",
    )
    operator = change(adam, make_operator(), Surface.OPERATOR_PANEL, {"away.always.external": "voicemail"})
    assert words(operator, adam.user)[0].startswith("Last changed by olga in the operator panel, ")


def test_a_change_of_a_login_that_is_gone_has_no_name(adam: Extension) -> None:
    record = change(adam, None, Surface.WEB_CLIENT)
    assert words(record, adam.user)[0] == f"Last changed in the web client, {moment_words(record.at)}"


def test_a_change_of_another_day_has_its_day(adam: Extension) -> None:
    record = change(adam, adam.user, Surface.WEB_CLIENT)
    record.at = timezone.now() - timedelta(days=40)
    assert words(record, adam.user)[0].endswith(f"web client, {moment_words(record.at)}")
    assert ":" not in moment_words(record.at)


def test_the_news_is_said_in_polish_too(adam: Extension, piotr: Extension) -> None:
    with translation.override("pl"):
        line, news = words(change(adam, piotr.user, Surface.OPERATOR_PANEL), adam.user)
    assert line.startswith("Ostatnia zmiana: Piotr Adamiak (panel operatora), ")
    assert news.startswith("Piotr Adamiak: zmiana tych reguł (panel operatora, ")


@pytest.mark.parametrize("status", ["away", "dnd"])
def test_the_page_of_a_status_says_it_of_that_status_only(adams_browser: Client, adam: Extension, status: str) -> None:
    change(adam, adam.user, Surface.DESKTOP_APP)
    html = adams_browser.get(f"/settings/status/{status}/").content.decode()
    assert ("Last changed by you in the desktop app, " in html) is (status == "away")


def test_the_operators_page_of_one_extension_says_it(adam: Extension) -> None:
    record = change(adam, adam.user, Surface.DESKTOP_APP)
    html = browser_of(make_operator()).get("/admin/extensions/101/").content.decode()
    assert "Last changed by Adam Nowak in the desktop app, " in html
    assert f'data-version="{record.pk}" data-socket="/ws/operator/?extension=101"' in html


def test_the_page_of_many_says_it_of_nobody(adam: Extension, piotr: Extension) -> None:
    change(adam, adam.user, Surface.DESKTOP_APP)
    browser = browser_of(make_operator())
    html = browser.post("/admin/extensions/edit/", {"ids": f"{adam.pk},{piotr.pk}"}).content.decode()
    assert "Edit 2 extensions" in html
    assert "Last changed" not in html


def test_a_page_that_is_fetched_in_the_background_leaves_the_messages_to_the_next(adams_browser: Client) -> None:
    sent = {"version": "0", "always-internal-kind": "voicemail", "always-external-kind": "voicemail"}
    adams_browser.post("/settings/status/away/", sent)
    for path in ("/settings/", "/settings/status/away/"):
        assert "Saved." not in adams_browser.get(path, headers={"X-Background": "1"}).content.decode()
    assert "Saved." in adams_browser.get("/settings/status/away/").content.decode()
