"""The replica: snapshot + patches = fresh snapshot, whatever the wire does to the patches."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Lamp, Status
from presence.replica import Patch, Replica
from tests.mirror import mirror_of
from tests.presence_rows import MORNING, a_row

ADAM = a_row("101", 1)
PIOTR = a_row("102", 1)


def a_replica(*rows: PresenceRow) -> Replica:
    replica = Replica("9f3a1b2c")
    replica.apply(rows)
    return replica


def patched(replica: Replica, *rows: PresenceRow, gone: tuple[str, ...] = ()) -> Patch:
    patch = replica.apply(rows, gone)
    assert patch is not None
    return patch


def numbers_in(replica: Replica) -> set[str]:
    return {row[0] for row in json.loads(replica.snapshot())["rows"]}


def test_a_row_on_the_wire_is_number_version_lamp_registered_since_status() -> None:
    replica = a_replica(a_row("007", 3, "lunch", registered=False, since=MORNING, status="lunch"))
    assert json.loads(replica.snapshot()) == {
        "snapshot": True,
        "epoch": "9f3a1b2c",
        "seq": 1,
        "rows": [["007", 3, "lunch", 0, 1772438400, "lunch"]],
    }


def test_a_row_that_is_rung_says_so_at_its_end_and_no_other_row_grows() -> None:
    dialling = a_row("101", 2, "ringing")
    patch = patched(a_replica(ADAM, PIOTR), dialling, a_row("102", 2, "ringing", is_rung=True))
    assert json.loads(patch.text())["rows"] == [
        ["101", 2, "ringing", 1, 1772438400, "available"],
        ["102", 2, "ringing", 1, 1772438400, "available", 1],
    ]


def test_an_end_and_a_note_come_after_it_and_a_row_without_them_does_not_grow() -> None:
    until = MORNING + timedelta(hours=1)
    lunch = a_row("102", 2, "lunch", status="lunch", until=until, note="Cake „z kremem”")
    patch = patched(a_replica(ADAM, PIOTR), a_row("101", 2, "dnd", status="dnd", until=until), lunch)
    assert json.loads(patch.text())["rows"] == [
        ["101", 2, "dnd", 1, 1772438400, "dnd", 0, 1772442000],
        ["102", 2, "lunch", 1, 1772438400, "lunch", 0, 1772442000, "Cake „z kremem”"],
    ]
    noted = patched(a_replica(ADAM), a_row("101", 2, note="Cake"))
    assert json.loads(noted.text())["rows"] == [["101", 2, "available", 1, 1772438400, "available", 0, 0, "Cake"]]


def test_a_change_with_an_end_keeps_to_the_budget_of_the_wire() -> None:
    """PERFORMANCE.md: 60 bytes a change among others, 150 alone; a note costs its own length besides."""
    until = MORNING + timedelta(hours=1)
    alone = patched(a_replica(ADAM), a_row("101", 12345, "dnd", status="dnd", until=until)).text()
    assert len(alone.encode()) <= 150
    rows = [a_row(str(number), 123, "lunch", status="lunch", until=until) for number in range(100, 200)]
    assert len(patched(a_replica(), *rows).text().encode()) / len(rows) <= 60


def test_a_patch_holds_only_what_changed() -> None:
    patch = patched(a_replica(ADAM, PIOTR), replace(PIOTR, version=2, lamp=Lamp.AWAY, status=Status.AWAY))
    assert json.loads(patch.text()) == {
        "epoch": "9f3a1b2c",
        "seq": 2,
        "rows": [["102", 2, "away", 1, 1772438400, "away"]],
    }


def test_one_change_alone_is_at_most_150_bytes() -> None:
    patch = patched(a_replica(), a_row("1234567890", 123_456, "business_trip", status="business_trip"))
    assert len(patch.text()) <= 150


@pytest.mark.parametrize("version", [0, 1])
def test_what_is_not_newer_is_dropped(version: int) -> None:
    replica = a_replica(ADAM)
    assert replica.apply([replace(ADAM, version=version, lamp=Lamp.AWAY)]) is None
    assert replica.seq == 1


def test_of_two_rows_of_one_extension_in_one_batch_the_newer_is_told() -> None:
    patch = patched(a_replica(), replace(ADAM, version=3, lamp=Lamp.LUNCH), replace(ADAM, version=2, lamp=Lamp.AWAY))
    assert [row[2] for row in json.loads(patch.text())["rows"]] == ["lunch"]


def test_a_removed_extension_is_told_once_and_not_in_the_next_snapshot() -> None:
    replica = a_replica(ADAM, PIOTR)
    assert json.loads(patched(replica, gone=("102",)).text())["gone"] == ["102"]
    assert replica.apply([], ("102",)) is None
    assert numbers_in(replica) == {"101"}


def test_an_extension_made_anew_starts_again_at_a_low_version() -> None:
    replica = a_replica(replace(ADAM, version=57))
    mirror = mirror_of(replica.snapshot())
    fresh = replace(ADAM, version=1, lamp=Lamp.DND)
    mirror.hear(patched(replica, fresh, gone=tuple(replica.outdated_by([fresh]))).text())
    assert mirror.rows["101"][1:3] == [1, "dnd"]
    assert mirror.rows == mirror_of(replica.snapshot()).rows


def test_a_snapshot_is_encoded_once_until_something_changes() -> None:
    replica = a_replica(ADAM)
    before = replica.snapshot()
    assert replica.snapshot() is before
    replica.apply([replace(ADAM, version=2)])
    assert replica.snapshot() is not before


def test_a_pulse_changes_nothing_and_shows_a_gap_to_who_has_one() -> None:
    replica = a_replica(ADAM)
    current, behind = mirror_of(replica.snapshot()), mirror_of(replica.snapshot())
    current.hear(patched(replica, replace(ADAM, version=2, lamp=Lamp.AWAY)).text())
    pulse = replica.pulse().text()
    for mirror in (current, behind):
        mirror.hear(pulse)
    assert (current.needs_snapshot, behind.needs_snapshot) == (False, True)
    assert current.rows == mirror_of(replica.snapshot()).rows


def test_letters_travel_as_they_are() -> None:
    assert "Zielińska" in a_replica(replace(ADAM, note="Zielińska")).snapshot()


NUMBERS = st.sampled_from(["100", "101", "102", "007"])
ROWS = st.builds(
    a_row,
    NUMBERS,
    st.integers(1, 8),
    st.sampled_from(["available", "away", "ringing", "talking"]),
    is_rung=st.booleans(),
    until=st.sampled_from([None, MORNING]),
    note=st.sampled_from(["", "Cake"]),
)
STEPS = st.lists(st.tuples(st.lists(ROWS, max_size=4), st.sets(NUMBERS, max_size=1)), max_size=12)


def played(replica: Replica, steps: list[tuple[list[PresenceRow], set[str]]]) -> list[str]:
    return [patch.text() for rows, gone in steps if (patch := replica.apply(rows, gone)) is not None]


@given(STEPS)
def test_snapshot_and_patches_equal_a_fresh_snapshot(steps: list[tuple[list[PresenceRow], set[str]]]) -> None:
    replica = a_replica(ADAM, PIOTR)
    mirror = mirror_of(replica.snapshot())
    for text in played(replica, steps):
        mirror.hear(text)
    assert not mirror.needs_snapshot
    assert mirror.rows == mirror_of(replica.snapshot()).rows


@given(STEPS, st.data())
def test_repeated_late_lost_and_reordered_patches_are_harmless(
    steps: list[tuple[list[PresenceRow], set[str]]], data: st.DataObject
) -> None:
    """Whatever arrives, the mirror ends right, or knows that it is not and asks."""
    replica = a_replica(ADAM, PIOTR)
    mirror = mirror_of(replica.snapshot())
    texts = played(replica, steps)
    arriving = data.draw(st.lists(st.sampled_from(texts), max_size=20)) if texts else []
    for text in arriving:
        mirror.hear(text)
    if mirror.needs_snapshot or mirror.seq < replica.seq:
        mirror.hear(replica.snapshot())
    assert mirror.rows == mirror_of(replica.snapshot()).rows


@given(STEPS, st.data())
def test_a_mirror_never_shows_a_row_older_than_it_has_shown_before(
    steps: list[tuple[list[PresenceRow], set[str]]], data: st.DataObject
) -> None:
    replica = a_replica(ADAM, PIOTR)
    mirror = mirror_of(replica.snapshot())
    texts = played(replica, [(rows, set()) for rows, _ in steps])
    for text in data.draw(st.lists(st.sampled_from(texts), max_size=20)) if texts else []:
        before = {number: row[1] for number, row in mirror.rows.items()}
        mirror.hear(text)
        assert all(mirror.rows[number][1] >= version for number, version in before.items())


@given(STEPS)
def test_a_patch_of_another_epoch_makes_the_mirror_ask(steps: list[tuple[list[PresenceRow], set[str]]]) -> None:
    mirror = mirror_of(a_replica(ADAM).snapshot())
    restarted = Replica("00c0ffee")
    texts = played(restarted, steps)
    for text in texts:
        mirror.hear(text)
    assert mirror.needs_snapshot == bool(texts)
    mirror.hear(restarted.snapshot())
    assert mirror.rows == mirror_of(restarted.snapshot()).rows


def test_rows_arriving_in_any_order_leave_the_newest() -> None:
    rows = [a_row("101", version, lamp) for version, lamp in [(3, "dnd"), (1, "available"), (2, "away")]]
    assert mirror_of(a_replica(*rows).snapshot()).lamp("101") == "dnd"
