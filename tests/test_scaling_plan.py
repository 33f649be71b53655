"""The paper plan reckons with what was measured: its table follows docs/performance.md."""

import pytest

from benchmarks.plan import BEGIN, END, MEASURED, PLAN, Figures, Plan, figure, measured, plan_table

TABLE = """
<!-- measured, calls: begin -->
| times | 20 | 10,000 |
| --- | ---: | ---: |
| **one call** (wanted: 5) | **1.5 ms** | **2,500 ms, 3 queries** |
<!-- measured, calls: end -->
<!-- measured, other: begin -->
| times | 20 |
| one | 7 |
"""


def test_the_plan_stands_as_it_follows_from_the_figures_that_were_measured() -> None:
    try:
        expected = plan_table(measured(MEASURED.read_text()))
    except LookupError:
        expected = ""  # not everything has been measured yet
    assert PLAN.read_text().partition(BEGIN)[2].partition(END)[0].strip() == expected


@pytest.mark.parametrize(("row", "column", "found"), [("one call", "20", 1.5), ("one call", "10,000", 2500.0)])
def test_a_figure_is_found_by_its_row_and_column(row: str, column: str, found: float) -> None:
    assert figure(TABLE, "calls", row, column) == found


@pytest.mark.parametrize(
    ("part", "row", "column"), [("calls", "one", "30"), ("calls", "two", "20"), ("none", "one", "20")]
)
def test_a_figure_that_is_nowhere_is_not_made_up(part: str, row: str, column: str) -> None:
    with pytest.raises(LookupError):
        figure(TABLE, part, row, column)


def test_twice_as_dear_calls_take_twice_the_processors_and_nothing_else() -> None:
    cheap, dear = (
        Plan(Figures(20_000, 50, 1e-5, 0.05, 0.05, call=call, publishes=30_000, commits=2_000, connects=700))
        for call in (0.05, 0.1)
    )
    assert dear.processors["calls"] == 2 * cheap.processors["calls"]
    assert (dear.deliveries, dear.commits, dear.messages) == (cheap.deliveries, cheap.commits, cheap.messages)
    assert dear.workers > cheap.workers
