"""The history: who changed what, where, from what to what; narrowed, grouped, exported."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from presence.domain.vocabulary import Status, Surface
from presence.models import BulkEdit, ChangeRecord, Extension, User
from presence.services.bulk_edit import confirm_edit, draft_edit, undo_edit
from presence.services.extension_settings import write_settings
from presence.services.status import end_due_statuses, set_status
from tests.cast import make_extension
from webclient.operator import history_views

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db: None) -> User:
    user = User.objects.get(extension=make_extension("100", "Olga Zielińska"))
    user.is_staff = True
    user.save()
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="presence"))
    return user


@pytest.fixture
def panel(olga: User, client: Client) -> Client:
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


def edit_all(by: User, request: dict[str, str | int | bool | None]) -> BulkEdit:
    return confirm_edit(draft_edit(list(Extension.objects.all()), request, by=by), by=by)


def records_on(panel: Client, query: str = "") -> list[ChangeRecord]:
    return [entry.record for entry in panel.get(f"/admin/history/?{query}").context["entries"]]


def text_of(panel: Client, query: str = "") -> str:
    return " ".join(panel.get(f"/admin/history/?{query}").content.decode().split())


def test_a_change_is_told_in_words(panel: Client, adam: Extension, olga: User) -> None:
    change = {"mobile_number": "+48600100200", "available.no_answer.external": "extension:100"}
    write_settings({adam.pk: change}, by=olga, surface=Surface.OPERATOR_PANEL)
    text = text_of(panel)
    for words in ("Olga Zielińska", "operator panel", "Adam Nowak", "600 100 200", "No answer", "100 Olga Zielińska"):
        assert words in text


def test_a_status_that_ended_by_itself_is_told_as_such(panel: Client, adam: Extension, olga: User) -> None:
    until = timezone.now() + timedelta(hours=1)
    set_status(extension=adam, status=Status.LUNCH, by=olga, surface=Surface.OPERATOR_PANEL, note="Cake", until=until)
    end_due_statuses(until)
    page = panel.get("/admin/history/").content.decode()
    assert "by itself, at its end" in page
    assert f"{timezone.localtime(until):%H:%M}" in page
    assert "What follows:" in page


def test_a_status_set_by_somebody_is_told_with_its_note(panel: Client, adam: Extension, olga: User) -> None:
    set_status(extension=adam, status=Status.AWAY, by=olga, surface=Surface.OPERATOR_PANEL, note="Dentist")
    text = text_of(panel)
    assert "Available" in text
    assert "Away" in text
    assert "Dentist" in text


def test_an_edit_of_many_is_one_line_with_its_undo(
    panel: Client, olga: User, adam: Extension, piotr: Extension
) -> None:
    edit = edit_all(olga, {"voicemail_on": False})
    (entry,) = panel.get("/admin/history/").context["entries"]
    assert (entry.count, entry.record.edit, entry.may_undo) == (3, edit, True)
    panel.post(f"/admin/edits/{edit.pk}/undo/")
    undoing, undone = panel.get("/admin/history/").context["entries"]
    assert (undoing.record.edit.undoes, undone.is_undone, undone.may_undo) == (edit, True, False)


def test_an_import_of_one_person_is_one_line_with_all_it_changed(panel: Client, olga: User, adam: Extension) -> None:
    edit = edit_all(olga, {"voicemail_on": False})
    edit.changes.exclude(extension=adam).delete()
    email = {"before": {"email": ""}, "after": {"email": "adam@example.com"}}
    ChangeRecord.objects.create(by=olga, extension=adam, edit=edit, surface="operator_panel", what="settings", **email)
    (entry,) = panel.get("/admin/history/").context["entries"]
    assert (entry.count, entry.differences) == (1, [])
    text = text_of(panel, f"edit={edit.pk}")
    assert "adam@example.com" in text
    assert "Voicemail" in text


def test_an_edit_opens_into_its_records(panel: Client, olga: User, adam: Extension, piotr: Extension) -> None:
    edit = edit_all(olga, {"voicemail_on": False})
    edit_all(olga, {"voicemail_on": True})
    assert {record.edit for record in records_on(panel, f"edit={edit.pk}")} == {edit}
    assert len(records_on(panel, f"edit={edit.pk}")) == 3


def test_the_history_of_one_extension_has_its_part_of_every_edit(
    panel: Client, olga: User, adam: Extension, piotr: Extension
) -> None:
    edit_all(olga, {"voicemail_on": False})
    set_status(extension=piotr, status=Status.AWAY, by=olga, surface=Surface.WEB_CLIENT)
    records = records_on(panel, "extension=101")
    assert [(record.extension, record.after) for record in records] == [(adam, {"voicemail_on": False})]


def test_the_history_is_narrowed_by_person_place_and_kind(
    panel: Client, olga: User, adam: Extension, piotr: Extension
) -> None:
    own = User.objects.get(extension=adam)
    set_status(extension=adam, status=Status.AWAY, by=own, surface=Surface.WEB_CLIENT)
    edit = edit_all(olga, {"voicemail_on": False})
    BulkEdit.objects.filter(pk=edit.pk).update(what="import")
    undo_edit(edit, by=olga)
    undone, imported, status = records_on(panel)
    assert records_on(panel, "by=Nowak") == [status]
    assert records_on(panel, "by=100") == [undone, imported]
    assert records_on(panel, "surface=web_client") == [status]
    assert records_on(panel, "surface=import") == [imported]
    assert records_on(panel, "surface=operator_panel") == [undone]
    assert records_on(panel, "kind=status") == [status]
    assert records_on(panel, "kind=settings") == [undone, imported]
    assert records_on(panel, "kind=undo") == [undone]
    assert records_on(panel, "surface=nowhere&kind=%00&extension=abc%00&since=yesterday&edit=x") is not None


def test_the_history_is_narrowed_by_date(panel: Client, olga: User, adam: Extension) -> None:
    set_status(extension=adam, status=Status.AWAY, by=olga, surface=Surface.WEB_CLIENT)
    set_status(extension=adam, status=Status.DND, by=olga, surface=Surface.WEB_CLIENT)
    old = ChangeRecord.objects.get(after={"status": "away"})
    ChangeRecord.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=3))
    long_ago, recently = (timezone.localdate() - timedelta(days=days) for days in (3, 2))
    assert records_on(panel, f"since={long_ago}&until={recently}") == [old]
    assert old not in records_on(panel, f"since={recently}")


def test_older_changes_follow_on_further_pages(panel: Client, olga: User, adam: Extension) -> None:
    for at in range(60):
        status = Status.AWAY if at % 2 else Status.DND
        set_status(extension=adam, status=status, by=olga, surface=Surface.WEB_CLIENT)
    first = panel.get("/admin/history/?by=Olga")
    assert len(first.context["entries"]) == 50
    older = panel.get("/admin/history/", {"by": "Olga", "before": first.context["older"]})
    assert len(older.context["entries"]) == 10
    assert older.context["older"] == ""


def test_a_full_page_takes_as_many_queries_as_a_short_one(panel: Client, olga: User, adam: Extension) -> None:
    def change(name: str) -> None:
        values = {"name": name, "away.always.external": f"extension:{name[-3:]}"}
        write_settings({adam.pk: values}, by=olga, surface=Surface.OPERATOR_PANEL)
        edit_all(olga, {"voicemail_on": name.endswith("0"), "is_enabled": True})

    change("Adam 101")
    panel.get("/admin/history/")  # what is cached is cached
    with CaptureQueriesContext(connection) as short:
        panel.get("/admin/history/")
    for at in range(110, 140):
        change(f"Adam {at}")
    with CaptureQueriesContext(connection) as full:
        panel.get("/admin/history/")
    assert len(full) == len(short)


def test_the_export_has_a_row_for_each_value_with_codes_and_words(panel: Client, olga: User, adam: Extension) -> None:
    change = {"mobile_number": "+48600100200", "away.always.external": "extension:100"}
    write_settings({adam.pk: change}, by=olga, surface=Surface.OPERATOR_PANEL)
    set_status(extension=adam, status=Status.AWAY, by=olga, surface=Surface.WEB_CLIENT)
    data = panel.get("/admin/history/export/?kind=settings", headers={"accept-language": "en"}).content
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [(row["extension"], row["setting"], row["before"], row["after"]) for row in rows] == [
        ("101", "mobile_number", "", "'+48600100200"),
        ("101", "away.always.external", "", "extension:100"),
    ]
    assert rows[1]["after_words"] == "Forward to an internal number: 100 Olga Zielińska"


def test_an_export_that_is_cut_short_says_so(
    panel: Client, olga: User, adam: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_views, "EXPORTED_MAX", 1)
    for status in (Status.AWAY, Status.DND):
        set_status(extension=adam, status=status, by=olga, surface=Surface.WEB_CLIENT)
    lines = panel.get("/admin/history/export/").content.decode().splitlines()
    assert len(lines) == 3
    assert "newest 1 changes" in lines[-1]
