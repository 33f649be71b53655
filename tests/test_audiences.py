"""Who sees whose statuses and calls, and what the wire tells each audience."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presence.domain.audiences import COMPANY, Audience, DepartmentRights, Rights, Viewer, audience_of, audiences_of
from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Lamp, Sight, Status
from presence.replica import Replica, encoded
from tests.mirror import mirror_of
from tests.presence_rows import MORNING, a_row

SALES, OFFICE, SUPPORT = 1, 2, 3
WITHOUT_CALLS = DepartmentRights(Sight.WITHOUT_CALLS, frozenset({SUPPORT}))
NOTHING = DepartmentRights(Sight.NOTHING, frozenset({SUPPORT}))


@pytest.mark.parametrize(
    ("viewer", "rights", "seen"),
    [
        (Viewer(OFFICE), {}, Sight.WHOLE),
        (Viewer(OFFICE), {SALES: WITHOUT_CALLS}, Sight.WITHOUT_CALLS),
        (Viewer(OFFICE), {SALES: NOTHING}, Sight.NOTHING),
        (Viewer(None), {SALES: NOTHING}, Sight.NOTHING),
        (Viewer(SALES), {SALES: NOTHING}, Sight.WHOLE),
        (Viewer(SUPPORT), {SALES: NOTHING}, Sight.WHOLE),
        (Viewer(SUPPORT), {SALES: WITHOUT_CALLS}, Sight.WHOLE),
        (Viewer(OFFICE, is_operator=True), {SALES: NOTHING}, Sight.WHOLE),
        (Viewer(OFFICE), {OFFICE: NOTHING}, Sight.WHOLE),
    ],
)
def test_what_is_seen_of_somebody_in_sales_follows_from_who_looks(viewer: Viewer, rights: Rights, seen: Sight) -> None:
    assert audience_of(viewer, rights).sight(SALES) is seen


def test_whoever_is_in_no_department_is_seen_by_everybody() -> None:
    assert audience_of(Viewer(OFFICE), {SALES: NOTHING, SUPPORT: NOTHING}).sight(None) is Sight.WHOLE


def test_a_company_without_rights_is_one_audience() -> None:
    viewers = {1: Viewer(SALES), 2: Viewer(None), 3: Viewer(OFFICE, is_operator=True)}
    found = audiences_of(viewers, {})
    assert {found.of(user) for user in (*viewers, 99)} == {COMPANY}


def test_those_who_see_alike_share_an_audience() -> None:
    viewers = {1: Viewer(OFFICE), 2: Viewer(None), 3: Viewer(SALES), 4: Viewer(SUPPORT)}
    found = audiences_of(viewers, {SALES: NOTHING})
    assert found.of(1) == found.of(2) == found.of(99) == Audience(hidden=frozenset({SALES}))
    assert found.of(3) == found.of(4) == COMPANY


TALKING = replace(
    a_row("101", 7, "talking", status="lunch", until=MORNING + timedelta(hours=1), note="Cake", department=SALES),
    since=MORNING + timedelta(minutes=5),
)


def test_without_calls_the_lamp_is_that_of_the_status_and_since_when_it_holds() -> None:
    seen = TALKING.seen_with(Sight.WITHOUT_CALLS)
    assert (seen.lamp, seen.since, seen.note) == (Lamp.LUNCH, MORNING, "Cake")
    rung = a_row("101", 2, "ringing", is_rung=True).seen_with(Sight.WITHOUT_CALLS)
    assert (rung.lamp, rung.is_rung) == (Lamp.AVAILABLE, False)


def test_who_is_not_shown_has_a_number_and_nothing_else() -> None:
    assert json.loads(encoded(TALKING.seen_with(Sight.NOTHING))) == ["101", 7, "not_shown", 0, 0, ""]


HIDDEN = Audience(hidden=frozenset({SALES}))
NO_CALLS = Audience(without_calls=frozenset({SALES}))
ADAM = a_row("101", 1, department=SALES)
PIOTR = a_row("102", 1, department=OFFICE)


def a_replica() -> Replica:
    replica = Replica("9f3a1b2c")
    replica.apply([ADAM, PIOTR])
    for audience in (HIDDEN, NO_CALLS):
        replica.snapshot(audience)
    return replica


def test_a_call_is_told_to_those_who_see_it_and_to_nobody_else() -> None:
    patch = a_replica().apply([replace(ADAM, version=2, lamp=Lamp.RINGING, is_rung=True)])
    assert patch is not None
    assert patch.audiences == [COMPANY]
    assert (patch.text(NO_CALLS), patch.text(HIDDEN)) == ("", "")


def test_a_status_is_told_to_those_who_see_it_even_while_a_call_goes_on() -> None:
    replica = a_replica()
    replica.apply([replace(ADAM, version=2, lamp=Lamp.TALKING)])
    patch = replica.apply([replace(ADAM, version=3, lamp=Lamp.TALKING, status=Status.DND)])
    assert patch is not None
    assert patch.audiences == [COMPANY, NO_CALLS]
    assert json.loads(patch.text(NO_CALLS))["rows"] == [["101", 3, "dnd", 1, int(MORNING.timestamp()), "dnd"]]


def test_not_even_the_snapshot_of_those_who_see_no_calls_grows_newer_with_one() -> None:
    replica = a_replica()
    before = [replica.snapshot(audience) for audience in (HIDDEN, NO_CALLS)]
    replica.apply([replace(ADAM, version=2, lamp=Lamp.RINGING)])
    replica.apply([replace(ADAM, version=3)])
    assert [replica.snapshot(audience) for audience in (HIDDEN, NO_CALLS)] == before


def test_what_is_kept_from_an_audience_leaves_no_gap_in_what_it_hears() -> None:
    replica = a_replica()
    mirror = mirror_of(replica.snapshot(HIDDEN))
    replica.apply([replace(ADAM, version=2, lamp=Lamp.RINGING)])
    patch = replica.apply([replace(PIOTR, version=2, lamp=Lamp.RINGING)])
    assert patch is not None
    mirror.hear(patch.text(HIDDEN))
    assert (mirror.needs_snapshot, mirror.lamp("102")) == (False, "ringing")


def test_who_moves_to_a_hidden_department_disappears_and_comes_back_with_the_next_move() -> None:
    replica = a_replica()
    mirror = mirror_of(replica.snapshot(HIDDEN))
    for version, department, lamp in [(2, SALES, "not_shown"), (3, None, "available")]:
        patch = replica.apply([replace(PIOTR, version=version, department=department)])
        assert patch is not None
        mirror.hear(patch.text(HIDDEN))
        assert mirror.lamp("102") == lamp


DEPARTMENTS = st.sampled_from([None, SALES, OFFICE, SUPPORT])
RIGHTS = st.dictionaries(
    st.sampled_from([SALES, OFFICE, SUPPORT]),
    st.builds(
        DepartmentRights,
        st.sampled_from([Sight.WITHOUT_CALLS, Sight.NOTHING]),
        st.frozensets(st.sampled_from([SALES, OFFICE, SUPPORT])),
    ),
)
ROWS = st.builds(
    a_row,
    st.sampled_from(["100", "101", "102"]),
    st.integers(1, 8),
    st.sampled_from(["available", "away", "ringing", "talking"]),
    status=st.sampled_from(["available", "away"]),
    is_rung=st.booleans(),
    note=st.sampled_from(["", "Cake"]),
    department=DEPARTMENTS,
)
STEPS = st.lists(st.tuples(st.lists(ROWS, max_size=3), st.sets(st.sampled_from(["100", "101"]), max_size=1)))


def told(row: PresenceRow, audience: Audience) -> list[object]:
    """As the rule says it, without the version, which may be older where a change was kept back."""
    number, _, *rest = json.loads(encoded(row.seen_with(audience.sight(row.department))))
    return [number, *rest]


@given(RIGHTS, st.builds(Viewer, DEPARTMENTS, st.booleans()), STEPS)
def test_each_audience_ends_with_what_the_rule_says_of_the_rows(
    rights: Rights, viewer: Viewer, steps: list[tuple[list[PresenceRow], set[str]]]
) -> None:
    audience = audience_of(viewer, rights)
    replica = a_replica()
    held = {row.number: row for row in (ADAM, PIOTR)}
    mirror = mirror_of(replica.snapshot(audience))
    for rows, gone in steps:
        patch = replica.apply(rows, gone)
        if patch is not None and (text := patch.text(audience)):
            mirror.hear(text)
        held = {number: row for number, row in held.items() if number not in gone}
        for row in rows:
            if row.version > (held[row.number].version if row.number in held else -1):
                held[row.number] = row
    assert not mirror.needs_snapshot
    assert mirror.rows == mirror_of(replica.snapshot(audience)).rows
    shown = [[number, *rest] for number, _, *rest in mirror.rows.values()]
    assert sorted(map(str, shown)) == sorted(str(told(row, audience)) for row in held.values())
