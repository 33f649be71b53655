"""This process's copy of the directory: between the database, read by the hub, and every socket that mirrors it.

A pure data structure. Rows go in with their versions, patches come out, and a snapshot is
there for whoever joins. Each row is encoded once, when it changes; a patch and a snapshot
only join what is already text, so a storm of returning browsers costs no encoding.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

COMPANY = "company"


class DirectoryRow(Protocol):
    """What colleagues see of one extension; `selectors.PresenceRow` is one."""

    @property
    def number(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def lamp(self) -> str: ...
    @property
    def registered(self) -> bool: ...
    @property
    def since(self) -> datetime: ...
    @property
    def status(self) -> str: ...
    @property
    def is_rung(self) -> bool:
        """Rung by a call, not dialling out: colleagues may pick it up."""

    @property
    def until(self) -> datetime | None:
        """When the status ends."""

    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Patch:
    """What changed in one step, and the step's number."""

    epoch: str
    seq: int
    gone: tuple[str, ...]
    rows: tuple[str, ...]

    def text(self, audience: str = COMPANY) -> str:
        """The patch as this audience receives it; today every audience sees every row."""
        gone = f',"gone":{compact(self.gone)}' if self.gone else ""
        return f'{{"epoch":"{self.epoch}","seq":{self.seq}{gone},"rows":[{",".join(self.rows)}]}}'


class Replica:
    """Rows by number. A newer version wins; what is not newer is dropped, so late and repeated news is harmless."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.seq = 0
        self._versions: dict[str, int] = {}
        self._rows: dict[str, str] = {}
        self._snapshots: dict[str, str] = {}

    def apply(self, rows: Iterable[DirectoryRow], gone: Collection[str] = ()) -> Patch | None:
        """Take in what the database says; None when it was known already.

        `gone` is forgotten before `rows` are looked at: an extension deleted and made anew
        starts again at a low version, and its new row must not lose to the old one's.
        """
        removed = tuple(number for number in dict.fromkeys(gone) if self._forget(number))
        changed = dict.fromkeys(row.number for row in rows if self._accept(row))
        if not removed and not changed:
            return None
        self.seq += 1
        self._snapshots.clear()
        return Patch(self.epoch, self.seq, removed, tuple(self._rows[number] for number in changed))

    def snapshot(self, audience: str = COMPANY) -> str:
        """Everything this audience may see, encoded at the first asking after a change."""
        text = self._snapshots.get(audience)
        if text is None:
            rows = ",".join(self._rows.values())
            text = f'{{"snapshot":true,"epoch":"{self.epoch}","seq":{self.seq},"rows":[{rows}]}}'
            self._snapshots[audience] = text
        return text

    def pulse(self) -> Patch:
        """A patch that changes nothing: it says that the connection lives, and shows a gap to who has one."""
        self.seq += 1
        self._snapshots.clear()
        return Patch(self.epoch, self.seq, (), ())

    def versions(self) -> dict[str, int]:
        """Number -> version of every row held, for comparing with the database."""
        return dict(self._versions)

    def outdated_by(self, rows: Iterable[DirectoryRow]) -> set[str]:
        """Numbers whose fresh row is older than ours: that extension was deleted and made anew."""
        return {row.number for row in rows if row.version < self._versions.get(row.number, 0)}

    def _accept(self, row: DirectoryRow) -> bool:
        if row.version <= self._versions.get(row.number, -1):
            return False
        self._versions[row.number] = row.version
        since = int(row.since.timestamp())
        always = [row.number, row.version, row.lamp, int(row.registered), since, row.status]
        self._rows[row.number] = compact([*always, *_seldom(row)])
        return True

    def _forget(self, number: str) -> bool:
        self._versions.pop(number, None)
        return self._rows.pop(number, None) is not None


def _seldom(row: DirectoryRow) -> list[int | str]:
    """What few rows have: rung, until, note; nothing after the last of them that there is, for rows are sent often."""
    parts: list[int | str] = [int(row.is_rung), int(row.until.timestamp()) if row.until else 0, row.note]
    while parts and not parts[-1]:
        parts.pop()
    return parts


def compact(value: object) -> str:
    """JSON as it goes on the wire: no spaces, letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
