"""The tables of `benchmarks.page_load`, with the figures to reach."""

from collections.abc import Iterable, Sequence

from benchmarks.page_load import LOGIN_SECONDS, LOGINS, THINK_SECONDS, USERS, Act, PageLoad
from benchmarks.tables import markdown

# p99 in milliseconds, with pauses. A click is answered before the eye moves on (100 to 200 ms), a page is there before
# anybody wonders (300 ms); a login may cost its hash, which is slow on purpose, twice.
OFFICE: dict[str, tuple[str, int]] = {
    "people": ("People", 300),
    "rules": ("rules of a status, the page", 200),
    "save": ("the same, saved", 300),
    "switch": ("a status by the menu", 200),
    "login": (f"login by password, {LOGINS / LOGIN_SECONDS:.0f} a second", 1_000),
}
# Acts a second of one process.
RUSH: dict[str, tuple[str, int]] = {
    "people": ("People", 15),
    "rules": ("rules of a status, the page", 30),
    "save": ("rules saved and shown again", 15),
    "switch": ("a status by the menu", 40),
}


def page_load_table(results: dict[str, PageLoad]) -> str:
    """Two tables: with pauses, and as fast as one process can."""
    loads = list(results.values())
    office = [
        [f"{USERS} people, {THINK_SECONDS:.0f} s of thought between two acts", *_columns(results, ("p50", "p99"))],
        *(
            [f"{words} (wanted: p99 {wanted:,} ms)", *_joined(_office(load.office[act]) for load in loads)]
            for act, (words, wanted) in OFFICE.items()
        ),
    ]
    rush = [
        [f"{USERS} people, without a pause", *_columns(results, ("a second", "processor for each", "p99"))],
        *(
            [f"{words} (wanted: {wanted} a second)", *_joined(_rush(load.rush[act]) for load in loads)]
            for act, (words, wanted) in RUSH.items()
        ),
    ]
    return "\n\n".join(markdown(rows) for rows in (office, rush))


def _columns(results: dict[str, PageLoad], parts: Sequence[str]) -> list[str]:
    return [f"{name}, {part}" for name in results for part in parts]


def _joined(cells: Iterable[list[str]]) -> list[str]:
    return [cell for each in cells for cell in each]


def _office(act: Act) -> list[str]:
    return [f"{act.p50:,.0f} ms", f"**{act.p99:,.0f} ms**"]


def _rush(act: Act) -> list[str]:
    return [f"**{act.rate:.0f}**", f"{act.cpu:.0f} ms", f"{act.p99 / 1000:.1f} s"]
