"""This process's copy of the directory: between the database, read by the hub, and every socket that mirrors it.

A pure data structure. Rows go in with their versions, patches come out, and a snapshot is
there for whoever joins, each as its audience may see it. A row is encoded once, when it changes; a patch and a
snapshot only join what is already text, so a storm of returning browsers costs no encoding.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from presence.domain.audiences import COMPANY, Audience
from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Sight


@dataclass(frozen=True, slots=True)
class Patch:
    """What one step changed for each audience that sees something of it."""

    texts: Mapping[Audience, str]

    @property
    def audiences(self) -> Collection[Audience]:
        """Those that see something of it."""
        return [audience for audience, text in self.texts.items() if text]

    def text(self, audience: Audience = COMPANY) -> str:
        """The patch as this audience receives it; empty: for it nothing has changed, and it must not learn of it."""
        return self.texts.get(audience, "")


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A row, and its text for those who may see all of it."""

    row: PresenceRow
    text: str


class _View:
    """The directory as one audience sees it, with steps and an epoch of its own: what is kept from it leaves no gap."""

    def __init__(self, audience: Audience, epoch: str, directory: Mapping[str, _Encoded]) -> None:
        self.epoch = epoch
        self.seq = 0
        self._audience = audience
        self._seen: dict[str, PresenceRow] = {}
        self._texts: dict[str, str] = {}
        self._snapshot = ""
        for each in directory.values():
            self._accept(each)

    def take(self, changed: Collection[_Encoded], gone: Collection[str]) -> str:
        """The patch for these changes; empty without one."""
        for number in gone:
            del self._seen[number], self._texts[number]
        rows = [each.row.number for each in changed if self._accept(each)]
        return self.step(gone, rows) if rows or gone else ""

    def step(self, gone: Collection[str] = (), rows: Iterable[str] = ()) -> str:
        self.seq += 1
        self._snapshot = ""
        removed = f',"gone":{compact(tuple(gone))}' if gone else ""
        texts = ",".join(self._texts[number] for number in rows)
        return f'{{"epoch":"{self.epoch}","seq":{self.seq}{removed},"rows":[{texts}]}}'

    def snapshot(self) -> str:
        if not self._snapshot:
            rows = ",".join(self._texts.values())
            self._snapshot = f'{{"snapshot":true,"epoch":"{self.epoch}","seq":{self.seq},"rows":[{rows}]}}'
        return self._snapshot

    def _accept(self, new: _Encoded) -> bool:
        """Whether this audience sees a difference. Where not, even the version stays: it would tell of a call."""
        number, sight = new.row.number, self._audience.sight(new.row.department)
        seen = new.row.seen_with(sight)
        if sight is not Sight.WHOLE and seen.shows_the_same_as(self._seen.get(number)):
            return False
        self._seen[number] = seen
        self._texts[number] = new.text if seen is new.row else encoded(seen)
        return True


class Replica:
    """Rows by number. A newer version wins; what is not newer is dropped, so late and repeated news is harmless."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self._rows: dict[str, _Encoded] = {}
        self._views = {COMPANY: _View(COMPANY, epoch, {})}
        self._views_made = count(1)

    @property
    def seq(self) -> int:
        """The company's."""
        return self._views[COMPANY].seq

    def apply(self, rows: Iterable[PresenceRow], gone: Collection[str] = ()) -> Patch | None:
        """Take in what the database says; None when it was known already.

        `gone` is forgotten before `rows` are looked at: an extension deleted and made anew
        starts again at a low version, and its new row must not lose to the old one's.
        """
        removed = [number for number in dict.fromkeys(gone) if self._rows.pop(number, None) is not None]
        numbers = dict.fromkeys(row.number for row in rows if self._accept(row))
        if not removed and not numbers:
            return None
        changed = [self._rows[number] for number in numbers]
        texts = {audience: view.take(changed, removed) for audience, view in self._views.items()}
        return Patch(texts)

    def snapshot(self, audience: Audience = COMPANY) -> str:
        """Everything this audience may see, encoded at the first asking after a change. Its patches begin here."""
        view = self._views.get(audience)
        if view is None:
            view = self._views[audience] = _View(audience, f"{self.epoch}.{next(self._views_made)}", self._rows)
        return view.snapshot()

    def pulse(self, audiences: Iterable[Audience] = (COMPANY,)) -> Patch:
        """A patch that changes nothing: it says that the connection lives, and shows a gap to who has one."""
        return Patch({audience: self._views[audience].step() for audience in audiences})

    def keep_views(self, audiences: Collection[Audience]) -> None:
        """Those of other audiences are made anew when somebody asks for a snapshot."""
        kept = {COMPANY, *audiences}
        self._views = {audience: view for audience, view in self._views.items() if audience in kept}

    def versions(self) -> dict[str, int]:
        """Number -> version of every row held, for comparing with the database."""
        return {number: each.row.version for number, each in self._rows.items()}

    def outdated_by(self, rows: Iterable[PresenceRow]) -> set[str]:
        """Numbers whose fresh row is older than ours: that extension was deleted and made anew."""
        return {row.number for row in rows if row.version < self._version(row.number, 0)}

    def _accept(self, row: PresenceRow) -> bool:
        if row.version <= self._version(row.number, -1):
            return False
        self._rows[row.number] = _Encoded(row, encoded(row))
        return True

    def _version(self, number: str, unknown: int) -> int:
        held = self._rows.get(number)
        return unknown if held is None else held.row.version


def encoded(row: PresenceRow) -> str:
    """A row as it goes on the wire."""
    since = int(row.since.timestamp())
    return compact([row.number, row.version, row.lamp, int(row.registered), since, row.status or "", *_seldom(row)])


def _seldom(row: PresenceRow) -> list[int | str]:
    """What few rows have: rung, until, note; nothing after the last of them that there is, for rows are sent often."""
    parts: list[int | str] = [int(row.is_rung), int(row.until.timestamp()) if row.until else 0, row.note]
    while parts and not parts[-1]:
        parts.pop()
    return parts


def compact(value: object) -> str:
    """JSON as it goes on the wire: no spaces, letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
