"""`manage.py move_database`: all rows or none, from any database to any other."""

import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections

from benchmarks.postgres import postgres
from presence.management.commands.seed_demo import seed
from presence.models import AsteriskLink, Department, Extension, Favourite, ServerProcess, Visit
from presence.services.database_move import MoveError, move_database
from presence.services.database_move.databases import TARGET, target
from presence.services.database_move.tables import ROWS_AT_ONCE, all_tables
from presence.services.registration import beat
from tests.empty_databases import KINDS, Databases, Watcher
from tests.full_company import ROWS_EACH, fill_every_table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with postgres(flushes=False) as url:
        yield Databases(url, tmp_path_factory.mktemp("databases"))


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, databases: Databases, db: None) -> str:
    return databases.migrated(request.param)


def rows_of(database: str) -> dict[str, list[dict[str, Any]]]:
    """Everything, as Django gives it to the product."""
    return {
        table.name: sorted(
            ({name: _comparable(value) for name, value in row.items()} for row in table.held_by(database).values()),
            key=lambda row: str(row[table.meta.pk.attname]),
        )
        for table in all_tables()
    }


def _comparable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def test_every_table_is_moved_as_it_is(empty: str) -> None:
    fill_every_table()
    moved = move_database(empty, Watcher(), patience_seconds=0)
    here = rows_of("default")
    assert all(len(rows) >= ROWS_EACH for rows in here.values())
    assert {each.table: each.rows for each in moved} == {name: len(rows) for name, rows in here.items()}
    with target(empty):
        assert rows_of(TARGET) == here


def test_what_comes_after_the_move_gets_numbers_of_its_own(empty: str) -> None:
    seed()
    move_database(empty, Watcher())
    with target(empty):
        new = Extension.objects.using(TARGET).create(number="999", name="New")
    assert new.pk == max(Extension.objects.values_list("pk", flat=True)) + 1


def test_more_rows_than_are_in_memory_at_once_are_all_moved(empty: str) -> None:
    many = 2 * ROWS_AT_ONCE + 1
    Visit.objects.bulk_create(Visit(number="100", name=f"Visitor {turn}", address="") for turn in range(many))
    watcher = Watcher()
    moved = move_database(empty, watcher)
    assert {each.rows for each in moved if each.table == "presence_visit"} == {many}
    assert watcher.told["presence_visit"] == many


@pytest.mark.django_db
def test_the_command_makes_the_tables_and_says_what_it_moved(databases: Databases) -> None:
    seed()
    url, said = databases.bare("postgresql"), StringIO()
    call_command("move_database", url, stdout=said)
    with target(url):
        assert rows_of(TARGET) == rows_of("default")
    assert "presence_extension                      23  " in said.getvalue()
    with pytest.raises(CommandError, match="Nothing was moved: the new database is not empty: auth_group has rows"):
        call_command("move_database", url, stdout=said)


def test_what_is_not_empty_is_refused(empty: str) -> None:
    with target(empty):
        Department.objects.using(TARGET).create(name="Sales")
    with pytest.raises(MoveError, match="not empty: presence_department has rows"):
        move_database(empty, Watcher())


def test_what_belongs_to_another_program_is_refused(empty: str) -> None:
    with target(empty), connections[TARGET].cursor() as cursor:
        cursor.execute("CREATE TABLE invoices (number integer)")
    with pytest.raises(MoveError, match="it has a table invoices"):
        move_database(empty, Watcher())


def test_what_would_be_left_behind_is_named(empty: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE own_notes (words text)")
    with pytest.raises(MoveError, match="own_notes: not Lampfield's"):
        move_database(empty, Watcher())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("lampfield", "no address of a database"),
        ("postgres://lampfield@127.0.0.1:1/lampfield", "connection failed"),
        ("mysql://lampfield@127.0.0.1/lampfield", "no address of a database"),
    ],
)
def test_what_is_no_database_is_refused(url: str, reason: str) -> None:
    with pytest.raises(MoveError, match=reason):
        move_database(url, Watcher())


def test_a_row_that_was_changed_before_it_was_copied_is_noticed(empty: str) -> None:
    seed()
    changed = Watcher("Copying", lambda: Extension.objects.filter(number="101").update(name="Adam"))
    with pytest.raises(MoveError, match="presence_extension: was changed while it was moved"):
        move_database(empty, changed)
    assert_still_empty(empty)


def test_a_row_that_came_out_otherwise_is_named(empty: str) -> None:
    seed()
    adam = Extension.objects.get(number="101")
    changed = Watcher("Comparing", lambda: Extension.objects.using(TARGET).filter(number="101").update(name="Adam"))
    with pytest.raises(MoveError, match=f"presence_extension {adam.pk}: name is 'Adam Nowak' here, 'Adam' there"):
        move_database(empty, changed)
    assert_still_empty(empty)


def test_rows_that_are_lost_on_the_way_are_counted_and_named(empty: str) -> None:
    seed()
    adam = Extension.objects.get(number="101")
    lost = Watcher("Comparing", lambda: Extension.objects.using(TARGET).filter(number="101").delete())
    with pytest.raises(MoveError) as refused:
        move_database(empty, lost)
    assert "presence_extension: 23 rows here, 22 there" in str(refused.value)
    assert f"presence_extension {adam.pk}: is not there" in str(refused.value)


def assert_still_empty(url: str) -> None:
    with target(url):
        assert not Extension.objects.using(TARGET).exists()


def test_a_row_that_other_databases_refuse_is_named_before_anything_is_written(empty: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # as loose as SQLite
            cursor.execute("ALTER TABLE presence_extension ALTER name TYPE text, ALTER status_note TYPE text")
    seed()
    adam, piotr = Extension.objects.get(number="101"), Extension.objects.get(number="102")
    Extension.objects.filter(pk=adam.pk).update(name="x" * 121)
    Extension.objects.filter(pk=piotr.pk).update(status_note="y" * 130)
    with pytest.raises(MoveError) as refused:
        move_database(empty, Watcher("Copying", lambda: pytest.fail("something was written")))
    assert f"presence_extension {adam.pk}: name has 121 characters, of which 120 are allowed" in str(refused.value)
    assert f"presence_extension {piotr.pk}: status_note has 130 characters" in str(refused.value)


def test_a_row_that_points_at_nothing_is_named(empty: str, adam: Extension) -> None:
    lost = Favourite(extension=adam, favourite_id=999_999, position=0)
    Favourite.objects.bulk_create([lost])
    try:
        with pytest.raises(MoveError, match="999999"):
            move_database(empty, Watcher())
    finally:
        lost.delete()


@pytest.mark.django_db(transaction=True)
def test_nobody_can_write_while_it_is_moved(databases: Databases, adam: Extension) -> None:
    impatient = connection.copy("impatient")
    refused = []

    def write() -> None:
        try:
            with impatient.cursor() as cursor:
                if impatient.vendor == "postgresql":
                    cursor.execute("SET lock_timeout = 1")
                cursor.execute("UPDATE presence_extension SET name = 'Somebody'")
        except OperationalError as error:
            refused.append(str(error))

    impatient.settings_dict["OPTIONS"] |= {"timeout": 0} if impatient.vendor == "sqlite" else {}
    try:
        move_database(databases.migrated("postgresql"), Watcher("Copying", write))
    finally:
        impatient.close()
    assert len(refused) == 1
    adam.refresh_from_db()
    assert adam.name == "Adam Nowak"


@pytest.mark.django_db(transaction=True)
def test_a_running_lampfield_is_noticed_by_its_beat(databases: Databases) -> None:
    stopped = threading.Event()

    def live() -> None:
        while not stopped.wait(0.05):
            beat("alive")
        connection.close()

    beat("alive")
    process = threading.Thread(target=live)
    process.start()
    try:
        with pytest.raises(MoveError, match="Lampfield runs on this database"):
            move_database(databases.migrated("sqlite"), Watcher())
    finally:
        stopped.set()
        process.join()


@pytest.mark.django_db
def test_what_a_killed_process_left_is_no_reason_to_refuse(databases: Databases) -> None:
    ServerProcess.objects.create(epoch="killed")
    AsteriskLink.objects.create(owner="killed", beats=7)
    moved = move_database(databases.migrated("sqlite"), Watcher(), patience_seconds=0.3)
    assert {each.rows for each in moved if each.table == "presence_serverprocess"} == {1}


@pytest.mark.django_db
def test_a_process_that_starts_meanwhile_is_noticed(databases: Databases) -> None:
    ServerProcess.objects.create(epoch="killed")
    started = Watcher("Waiting for a sign of life of Lampfield", lambda: beat("started"))
    with pytest.raises(MoveError, match="Lampfield runs on this database"):
        move_database(databases.migrated("sqlite"), started, patience_seconds=0)
