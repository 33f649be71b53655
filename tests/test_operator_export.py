"""Exporting extensions: what the file holds, and that no spreadsheet runs anything in it."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from presence.domain.table_text import guarded, unguarded
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status
from presence.models import Extension, User
from presence.services.tables import read_table, write_csv, write_xlsx
from tests.cast import rule

HOSTILE = ["=1+1", "+48600100200", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "''", "'plain", "＝1"]


@pytest.fixture
def operators_browser(adam: Extension, client: Client) -> Client:
    user = User.objects.get(extension=adam)
    user.is_staff = True
    user.save()
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="presence"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_a_formula_is_guarded_and_comes_back(text: str) -> None:
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "101", "Adam Nowak", "o'Brien", "a=b", "adam@example.com"])
def test_other_text_is_written_as_it_is(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


def test_no_cell_of_a_csv_begins_like_a_formula() -> None:
    cells = next(csv.reader(io.StringIO(write_csv([HOSTILE]).decode("utf-8-sig"), newline="")))
    assert [cell for cell in cells if not cell.startswith("'")] == []


def test_every_cell_of_an_xlsx_is_text() -> None:
    data = write_xlsx([["number", *["name"] * len(HOSTILE)], ["007", *HOSTILE]])
    book = load_workbook(io.BytesIO(data))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} == {"s"}
    assert read_table(data).rows[0][1][0] == "007"


@pytest.mark.django_db
def test_the_csv_has_everybody_by_number_with_own_rules_only(
    operators_browser: Client, adam: Extension, piotr: Extension
) -> None:
    Extension.objects.filter(pk=adam.pk).update(mobile_number="+48600100200", number="99")
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.EXTENSION, "102", origin=Origin.EXTERNAL)
    response = operators_browser.get("/admin/export/?format=csv", headers={"accept-language": "en"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == ["99", "102"]
    assert {key: value for key, value in rows[0].items() if value} == {
        "number": "99",
        "name": "Adam Nowak",
        "department": "Sales",
        "mobile_number": "'+48600100200",
        "voicemail_on": "yes",
        "voicemail_email": "none",
        "takes_visits": "yes",
        "external_forwarding": "yes",
        "available.no_answer.external": "extension:102",
    }
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.django_db
def test_a_polish_spreadsheet_finds_its_own_delimiter(operators_browser: Client) -> None:
    with override("pl"):
        response = operators_browser.get("/admin/export/?format=csv", headers={"accept-language": "pl"})
    assert response.content.decode("utf-8-sig").startswith("number;name;email")


@pytest.mark.django_db
def test_the_xlsx_reads_back(operators_browser: Client, adam: Extension) -> None:
    response = operators_browser.get("/admin/export/")
    assert read_table(response.content).rows[0][1][:2] == ["101", "Adam Nowak"]
