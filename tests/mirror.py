"""A browser's view of the directory, kept the way static/js/lamps.js keeps it: the tests' other end of the wire."""

import json
from typing import Any

Row = list[Any]


class Mirror:
    """Rows by number, from one snapshot and the patches after it."""

    def __init__(self) -> None:
        self.epoch = ""
        self.seq = -1
        self.rows: dict[str, Row] = {}
        self.needs_snapshot = True

    def hear(self, text: str) -> None:
        message = json.loads(text)
        if message.get("snapshot"):
            self._start_from(message)
        else:
            self._patch(message)

    def lamp(self, number: str) -> str | None:
        return self.rows[number][2] if number in self.rows else None

    def _start_from(self, message: dict[str, Any]) -> None:
        if message["epoch"] == self.epoch and message["seq"] < self.seq:
            return
        self.epoch, self.seq = message["epoch"], message["seq"]
        self.rows = {row[0]: row for row in message["rows"]}
        self.needs_snapshot = False

    def _patch(self, message: dict[str, Any]) -> None:
        if message["epoch"] == self.epoch and message["seq"] <= self.seq:
            return
        if message["epoch"] != self.epoch or message["seq"] > self.seq + 1:
            self.needs_snapshot = True
            return
        self.seq = message["seq"]
        for number in message.get("gone", ()):
            self.rows.pop(number, None)
        for row in message["rows"]:
            shown = self.rows.get(row[0])
            if shown is None or row[1] > shown[1]:
                self.rows[row[0]] = row


def mirror_of(snapshot: str) -> Mirror:
    mirror = Mirror()
    mirror.hear(snapshot)
    return mirror
