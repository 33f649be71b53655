"""Importing extensions: what the dry run says, what is written, and that nothing else is."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from presence.domain.import_columns import Problem, guessed_columns
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status
from presence.models import BulkEdit, ChangeRecord, Department, Extension, ImportDraft, SystemExtension, User
from presence.selectors.extension_table import extension_table
from presence.selectors.outbound_policy import outside_number
from presence.selectors.settings import own_values
from presence.services.bulk_edit import Skip, undo_edit
from presence.services.import_extensions import ImportChangedError, confirm_import
from presence.services.import_plan import ImportPlan, plan_import
from presence.services.import_row import Outcome, Row
from presence.services.tables import Table, Unreadable, UnreadableTableError, read_table, write_csv, write_xlsx
from tests.cast import make_extension, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db: None) -> User:
    user = make_extension("100", "Olga Zielińska").user
    assert user is not None
    user.is_staff = True
    user.save()
    return user


def draft_of(
    by: User,
    table: Table,
    *,
    columns: Sequence[str] = (),
    creates_departments: bool = False,
    empty_clears: bool = False,
) -> ImportDraft:
    return ImportDraft.objects.create(
        by=by,
        file_name="people.csv",
        header=table.header,
        rows=[[line, cells] for line, cells in table.rows],
        columns=list(columns) or guessed_columns(table.header),
        creates_departments=creates_departments,
        empty_clears=empty_clears,
    )


def home_number(typed: str) -> str:
    return outside_number(typed, "PL")


def planned(draft: ImportDraft) -> ImportPlan:
    return plan_import(draft, by=draft.by, normal_number=home_number)


def confirmed(draft: ImportDraft) -> BulkEdit:
    return confirm_import(draft, by=draft.by, normal_number=home_number, digest=planned(draft).digest)


def table(text: str) -> Table:
    return read_table(text.encode())


def only_row(draft: ImportDraft) -> Row:
    (row,) = planned(draft).rows
    return row


def problems(row: Row) -> list[tuple[str, Problem]]:
    return [(error.column, error.problem) for error in row.errors]


# Reading files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = f"Numer{delimiter}Imię i nazwisko\r\n101{delimiter}Łucja Żak\r\n"
    read = read_table(text.encode(encoding))
    assert read == Table(["Numer", "Imię i nazwisko"], [(2, ["101", "Łucja Żak"])])


def test_quoted_cells_may_hold_delimiters_quotes_and_new_lines() -> None:
    assert table('number,name\n101,"Nowak, ""Adam""\nSales"\n').rows == [(2, ["101", 'Nowak, "Adam"\nSales'])]


def test_a_line_for_spreadsheets_names_the_delimiter() -> None:
    assert table("sep=;\nnumber;name\n101;a,b,c\n").rows == [(2, ["101", "a,b,c"])]


def test_blank_rows_are_passed_over_and_short_ones_filled() -> None:
    assert table("number,name,e-mail\n,,\n101\n").rows == [(3, ["101", "", ""])]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unreadable.NO_ROWS),
        (b"number,name\n", Unreadable.NO_ROWS),
        (b'number,name\n"101,Adam\n', Unreadable.BROKEN_CSV),
        (b"PK\x03\x04 no archive", Unreadable.BROKEN_XLSX),
        (b"\xd0\xcf\x11\xe0 old", Unreadable.OLD_EXCEL),
        (b"number\x81\n101", Unreadable.ENCODING),
        (b"n" * (5 * 1024 * 1024 + 1), Unreadable.TOO_LARGE),
        (b"number\n" + b"101\n" * 10_001, Unreadable.TOO_MANY_ROWS),
        (b"number\n" + b"\n" * 30_000, Unreadable.TOO_MANY_ROWS),
        (b",".join([b"a"] * 251) + b"\n1\n", Unreadable.TOO_MANY_COLUMNS),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(data: bytes, reason: Unreadable) -> None:
    with pytest.raises(UnreadableTableError) as refused:
        read_table(data)
    assert refused.value.reason is reason


# What a re-import does


@pytest.mark.parametrize("write", [write_csv, write_xlsx, lambda rows: write_csv(rows, delimiter=";")])
def test_importing_an_export_again_changes_nothing(
    write: Callable[..., bytes], olga: User, adam: Extension, piotr: Extension, anna: Extension
) -> None:
    Extension.objects.filter(pk=adam.pk).update(mobile_number="+48600100200", voicemail_on=False, name="=1+1")
    Extension.objects.filter(pk=piotr.pk).update(department=None, external_forwarding=False, name='\'-Żółć "x"; y,')
    Extension.objects.filter(pk=anna.pk).update(user=None, mobile_number="+49301234567", number="007")
    User.objects.filter(extension=adam).update(email="-adam@example.com")
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.EXTENSION, "102", origin=Origin.EXTERNAL)
    rule(adam, Status.LUNCH, Condition.BUSY, DestinationKind.SYSTEM_EXTENSION, "800")
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48221234567")
    draft = draft_of(olga, read_table(write(extension_table())), empty_clears=True)
    assert [row.errors for row in planned(draft).rows] == [[], [], [], []]
    assert {row.outcome for row in planned(draft).rows} == {Outcome.UNCHANGED}
    confirmed(draft)
    assert ChangeRecord.objects.count() == 0


def test_an_export_brings_the_company_back_into_an_empty_system(olga: User, adam: Extension, piotr: Extension) -> None:
    Extension.objects.filter(pk=adam.pk).update(mobile_number="+48600100200")
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.EXTENSION, "102", origin=Origin.EXTERNAL)
    rows = list(extension_table())
    Extension.objects.exclude(user=olga).delete()
    Department.objects.exclude(extensions__user=olga).delete()
    confirmed(draft_of(olga, read_table(write_xlsx(rows))))
    assert list(extension_table()) == rows


# What is written


def test_a_row_changes_only_what_its_columns_hold(olga: User, adam: Extension, piotr: Extension) -> None:
    draft = draft_of(olga, table("number;name;mobile;available.no_answer.external\n101;;600 100 200;extension:102\n"))
    row = only_row(draft)
    assert row.outcome is Outcome.CHANGED
    assert row.plan is not None
    assert row.plan.before == {"mobile_number": "", "available.no_answer.external": None}
    assert row.plan.after == {"mobile_number": "+48600100200", "available.no_answer.external": "extension:102"}
    edit = confirmed(draft)
    adam.refresh_from_db()
    assert (adam.name, adam.mobile_number) == ("Adam Nowak", "+48600100200")
    assert edit.what == "import"
    assert not ImportDraft.objects.exists()


def test_an_import_is_undone_like_any_edit_and_new_extensions_stay(olga: User, adam: Extension) -> None:
    draft = draft_of(olga, table("number,name,mobile\n101,Adam Nowacki,600100200\n201,Nina Nowa,600100201\n"))
    undo_edit(confirmed(draft), by=olga)
    adam.refresh_from_db()
    assert (adam.name, adam.mobile_number) == ("Adam Nowak", "")
    nina = Extension.objects.get(number="201")
    assert (nina.name, nina.mobile_number) == ("Nina Nowa", "+48600100201")


def test_a_new_extension_gets_a_login_without_a_usable_password(olga: User) -> None:
    User.objects.create(username="jan.kos")
    header = "Number,FirstName,LastName,EmailAddress,MobileNumber,Department"
    rows = "201,Nina,Nowa,Nina.Nowa@example.com,+48600100201,Sales\n202,Jan,Kos,jan.kos@example.com,,\n203,Ewa,Lis,,,\n"
    confirmed(draft_of(olga, table(f"{header}\n{rows}")))
    made = Extension.objects.select_related("user", "department").filter(number__startswith="20").by_number()
    assert [(e.name, e.user.username, e.user.email) for e in made if e.user] == [
        ("Nina Nowa", "nina.nowa", "Nina.Nowa@example.com"),
        ("Jan Kos", "jan.kos-202", "jan.kos@example.com"),
        ("Ewa Lis", "203", ""),
    ]
    assert [e.user.has_usable_password() for e in made if e.user] == [False, False, False]
    assert made[0].department == Department.objects.get(name="Sales")


def test_an_empty_cell_empties_the_value_only_when_asked(olga: User, adam: Extension) -> None:
    Extension.objects.filter(pk=adam.pk).update(mobile_number="+48600100200")
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL)
    given = table("number,mobile,away.always.internal\n101,,\n")
    assert only_row(draft_of(olga, given)).outcome is Outcome.UNCHANGED
    row = only_row(draft_of(olga, given, empty_clears=True))
    assert row.plan is not None
    assert row.plan.after == {"mobile_number": "", "away.always.internal": None}


def test_an_unknown_department_is_an_error_or_is_made(olga: User, adam: Extension) -> None:
    given = table("number,department\n101,Logistics\n")
    assert problems(only_row(draft_of(olga, given))) == [("department", Problem.UNKNOWN_DEPARTMENT)]
    draft = draft_of(olga, given, creates_departments=True)
    assert planned(draft).new_departments == ["Logistics"]
    confirmed(draft)
    adam.refresh_from_db()
    assert str(adam.department) == "Logistics"


def test_a_department_is_found_however_its_name_is_cased(olga: User, adam: Extension) -> None:
    assert only_row(draft_of(olga, table("number,department\n101,SALES\n"))).outcome is Outcome.UNCHANGED
    given = table("number,department\n101,Żeglarze\n100,żeglarze\n")
    assert planned(draft_of(olga, given, creates_departments=True)).new_departments == ["Żeglarze"]


def test_an_email_goes_to_the_login_and_is_recorded(olga: User, adam: Extension) -> None:
    confirmed(draft_of(olga, table("number,e-mail\n101,adam@example.com\n")))
    assert User.objects.get(extension=adam).email == "adam@example.com"
    record = ChangeRecord.objects.get()
    assert (record.before, record.after) == ({"email": ""}, {"email": "adam@example.com"})


def test_undoing_leaves_an_email_as_imported(olga: User, adam: Extension) -> None:
    undo_edit(confirmed(draft_of(olga, table("number,name,e-mail\n101,Adam Nowacki,adam@example.com\n"))), by=olga)
    adam.refresh_from_db()
    assert (adam.name, User.objects.get(extension=adam).email) == ("Adam Nowak", "adam@example.com")


def test_only_a_superuser_changes_where_an_operators_mail_goes(olga: User) -> None:
    given = table("number,e-mail\n100,mallory@example.com\n")
    assert problems(only_row(draft_of(olga, given))) == [("email", Problem.OPERATORS_EMAIL)]
    olga.is_superuser = True
    assert only_row(draft_of(olga, given)).outcome is Outcome.CHANGED


# What is refused


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("number", "1", Problem.BAD_NUMBER),
        ("number", "12a", Problem.BAD_NUMBER),
        ("number", "١٢٣", Problem.BAD_NUMBER),
        ("number", "12345678901", Problem.BAD_NUMBER),
        ("number", "", Problem.MISSING),
        ("number", "800", Problem.SYSTEM_NUMBER),
        ("name", "N" * 121, Problem.TOO_LONG),
        ("name", "Adam\x07Nowak", Problem.BAD_TEXT),
        ("email", "adam@", Problem.BAD_EMAIL),
        ("email", "a" * 250 + "@example.com", Problem.TOO_LONG),
        ("mobile_number", "12", Problem.BAD_MOBILE),
        ("mobile_number", "+1 212 555 0100", Problem.BAD_MOBILE),
        ("mobile_number", "+48 700 123 456", Problem.BAD_MOBILE),
        ("mobile_number", "600" * 30, Problem.TOO_LONG),
        ("department", "D" * 81, Problem.TOO_LONG),
        ("voicemail_on", "perhaps", Problem.BAD_YES_NO),
        ("external_forwarding", "2", Problem.BAD_YES_NO),
        ("takes_visits", "2", Problem.BAD_YES_NO),
        ("lunch.stays_in_queues", "2", Problem.BAD_YES_NO),
        ("voicemail_email", "fax", Problem.BAD_VOICEMAIL_EMAIL),
        ("available.internal.seconds", "4", Problem.BAD_SECONDS),
        ("available.internal.seconds", "²", Problem.BAD_SECONDS),
        ("away.always.internal", "moon", Problem.BAD_DESTINATION),
        ("away.always.internal", "extension", Problem.BAD_DESTINATION),
        ("away.always.internal", "extension:1a", Problem.BAD_DESTINATION),
        ("away.always.internal", "system_extension:800", Problem.NOT_OFFERED),
        ("away.always.internal", "external_number:112", Problem.BAD_OUTSIDE_NUMBER),
    ],
)
def test_an_error_names_its_row_and_column(
    column: str, text: str, problem: Problem, olga: User, adam: Extension
) -> None:
    SystemExtension.objects.create(number="800", name="Queue", kind="queue")
    cells = {"number": "101", "name": "Adam", column: text}
    read = Table(list(cells), [(2, list(cells.values()))])
    draft = draft_of(olga, read, columns=list(cells))
    row = only_row(draft)
    assert (row.line, row.outcome) == (2, Outcome.ERROR)
    assert problems(row) == [(column, problem)]
    confirmed(draft)
    assert ChangeRecord.objects.count() == 0


def test_switches_and_voicemail_by_email_are_taken_over(olga: User, adam: Extension) -> None:
    columns = "number,lunch.stays_in_queues,voicemail_email,takes_visits,lunch.rings_mobile_too"
    confirmed(draft_of(olga, table(f"{columns}\n101,tak,Attachment,no,yes\n")))
    assert ChangeRecord.objects.get().after == {
        "lunch.stays_in_queues": True,
        "voicemail_email": "attachment",
        "takes_visits": False,
        "lunch.rings_mobile_too": True,
    }


def test_a_ring_time_is_taken_over(olga: User, adam: Extension) -> None:
    confirmed(draft_of(olga, table("number,available.internal.seconds\n101,30\n")))
    assert ChangeRecord.objects.get().after == {"available.internal.seconds": 30}


def test_a_number_that_stands_twice_is_an_error_in_both_rows(olga: User, adam: Extension) -> None:
    draft = draft_of(olga, table("number,name\n101,First\n102,Other\n101,Second\n"))
    assert [(row.line, row.errors[0].detail) for row in planned(draft).of(Outcome.ERROR)] == [(2, "4"), (4, "2")]


def test_a_new_extension_needs_a_name(olga: User) -> None:
    assert problems(only_row(draft_of(olga, table("number,name\n201,\n")))) == [("name", Problem.MISSING)]


def test_a_row_that_no_operator_could_save_is_skipped_with_the_reason(olga: User, adam: Extension) -> None:
    row = only_row(draft_of(olga, table("number,away.always.internal\n101,mobile\n")))
    assert row.outcome is Outcome.SKIPPED
    assert row.plan is not None
    assert row.plan.skip is Skip.NO_MOBILE_NUMBER


def test_nothing_is_written_when_an_extension_changed_since_the_dry_run(
    olga: User, adam: Extension, piotr: Extension
) -> None:
    draft = draft_of(olga, table("number,name\n101,New Name\n102,Other Name\n"))
    seen = planned(draft).digest
    Extension.objects.filter(pk=piotr.pk).update(settings_version=7)
    with pytest.raises(ImportChangedError):
        confirm_import(draft, by=olga, normal_number=home_number, digest=seen)
    assert own_values([adam])[adam.pk]["name"] == "Adam Nowak"
    assert not BulkEdit.objects.exists()
    assert ImportDraft.objects.exists()


# The pages


@pytest.fixture
def panel(olga: User, client: Client) -> Client:
    olga.user_permissions.add(*Permission.objects.filter(content_type__app_label="presence"))
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


def uploaded(panel: Client, data: bytes, name: str = "people.csv") -> str:
    response = panel.post("/admin/import/", {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_a_file_is_checked_then_imported_and_can_be_undone(panel: Client, adam: Extension) -> None:
    at = uploaded(panel, "Number;FirstName;LastName\n101;Adam;Nowacki\n201;Żaneta;Nowa\n".encode("cp1250"))
    checked = panel.get(at)
    assert checked.context["plan"].counts[Outcome.NEW] == 1
    adam.refresh_from_db()
    assert adam.name == "Adam Nowak"
    done = panel.post(f"{at}confirm/", {"digest": checked.context["plan"].digest}, follow=True)
    edit = BulkEdit.objects.get(what="import")
    assert done.redirect_chain == [(f"/admin/edits/{edit.pk}/", 302)]
    adam.refresh_from_db()
    assert adam.name == "Adam Nowacki"
    assert Extension.objects.get(number="201").name == "Żaneta Nowa"
    panel.post(f"/admin/edits/{edit.pk}/undo/")
    adam.refresh_from_db()
    assert adam.name == "Adam Nowak"


def test_columns_that_nobody_guessed_are_mapped_by_the_operator(panel: Client, adam: Extension) -> None:
    at = uploaded(panel, b"Id,Who,Whatever\n101,Adam Nowacki,x\n")
    assert not panel.get(at).context["has_number"]
    response = panel.post(at, {"column-0": "number", "column-1": "name", "column-2": ""}, follow=True)
    assert response.context["plan"].counts[Outcome.CHANGED] == 1


@pytest.mark.parametrize(
    "columns", [("", "name"), ("number", "number"), ("number", "is_superuser"), ("number", "is_enabled")]
)
def test_columns_that_make_no_sense_are_refused(columns: tuple[str, str], panel: Client, adam: Extension) -> None:
    at = uploaded(panel, b"number,name\n101,Adam Nowacki\n")
    response = panel.post(at, {f"column-{i}": column for i, column in enumerate(columns)})
    assert response.status_code == 422
    assert ImportDraft.objects.get().columns == ["number", "name"]


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"number", 422), (b"PK\x03\x04", 422), (b"\x81\x83\x88", 422), (b"1" * (5 * 1024 * 1024 + 1), 413)],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(data: bytes, status: int, panel: Client) -> None:
    response = panel.post("/admin/import/", {"file": SimpleUploadedFile("x.csv", data)})
    assert response.status_code == status
    assert response.context["error"]
    assert panel.post("/admin/import/").status_code == 422


def test_what_changed_since_the_dry_run_is_shown_again(panel: Client, adam: Extension) -> None:
    at = uploaded(panel, b"number,name\n101,Adam Nowacki\n")
    digest = panel.get(at).context["plan"].digest
    Extension.objects.filter(pk=adam.pk).update(settings_version=9)
    response = panel.post(f"{at}confirm/", {"digest": digest})
    assert response.status_code == 409
    assert panel.post(f"{at}confirm/", {"digest": response.context["plan"].digest}).status_code == 302


def test_an_import_belongs_to_who_began_it(panel: Client, adam: Extension, client: Client) -> None:
    at = uploaded(panel, b"number,name\n101,Adam Nowacki\n")
    ImportDraft.objects.update(by=User.objects.get(extension=adam))
    assert panel.post(f"{at}confirm/").status_code == 404
    assert panel.get(at)["Location"] == "/admin/import/"


def test_every_problem_and_skip_has_words(panel: Client, adam: Extension) -> None:
    SystemExtension.objects.create(number="800", name="Queue", kind="queue")
    header = "number,name,e-mail,mobile,department,voicemail_on,away.always.internal,available.internal.seconds"
    rows = [
        "1,,,,,,,",
        "800,Queue,,,,,,",
        f"101,{'N' * 121},a@,12,Nowhere,perhaps,moon,4",
        "102,New,,+12125550100,,,system_extension:800,",
        "103,New,,112,,,external_number:+48700123456,",
        "104,New,,,,,mobile,",
        "105,New,,,,,extension:999,",
        "106,Twice,,,,,,",
        "106,Twice,,,,,,",
        "100,,x@example.com,,,,,",
    ]
    at = uploaded(panel, "\n".join([header, *rows]).encode())
    for outcome in Outcome:
        assert panel.get(f"{at}?show={outcome}&page=x").status_code == 200
    text = panel.get(f"{at}?show=error").content.decode()
    for words in (
        "2 to 10 digits",
        "belongs to a queue",
        "longer than 120",
        "is no e-mail",
        "no such department",
        "is a number with special charges",
        "is an emergency number",
        "also in row",
    ):
        assert words in text
    assert "there is no extension 999" in panel.get(f"{at}?show=skipped").content.decode()


# Files that mean harm


def xlsx(sheet: str, **parts: str) -> bytes:
    """A workbook whose sheet is this XML; `parts` are added beside it."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    whole = io.BytesIO(write_xlsx([["number", "name"], ["101", "Adam"]]))
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in given.infolist():
            if entry.filename != "xl/worksheets/sheet1.xml":
                archive.writestr(entry.filename, given.read(entry.filename))
        archive.writestr("xl/worksheets/sheet1.xml", sheet.replace("SPACE", space))
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (xlsx("<worksheet SPACE><sheetData/></worksheet>"), Unreadable.NO_ROWS),
        (xlsx("<worksheet SPACE><sheetData>"), Unreadable.BROKEN_XLSX),
        (xlsx("<worksheet SPACE/>", bomb="0" * (81 * 1024 * 1024)), Unreadable.TOO_LARGE),
        (
            xlsx(
                f'<worksheet SPACE><sheetData><row r="1">{cell("A1", "number")}</row>'
                f'<row r="1000000">{cell("A1000000", "101")}</row></sheetData></worksheet>'
            ),
            Unreadable.TOO_MANY_ROWS,
        ),
        (
            xlsx(
                '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                f'<worksheet SPACE><sheetData><row r="1">{cell("A1", "&b;")}</row></sheetData></worksheet>'
            ),
            Unreadable.BROKEN_XLSX,
        ),
    ],
    ids=["empty", "cut off", "bomb", "far away row", "entities"],
)
def test_a_workbook_that_means_harm_is_refused(data: bytes, reason: Unreadable) -> None:
    with pytest.raises(UnreadableTableError) as refused:
        read_table(data)
    assert refused.value.reason is reason


def test_numbers_in_a_workbook_are_read_as_people_see_them() -> None:
    book = Workbook()
    book.worksheets[0].append(["number", "name", "voicemail_on"])
    book.worksheets[0].append([101.0, "Adam", True])
    made = io.BytesIO()
    book.save(made)
    assert read_table(made.getvalue()).rows == [(2, ["101", "Adam", "True"])]
