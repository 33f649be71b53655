"""What a page weighs: the compressed bodies that Chromium's network log counts, sockets aside."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession


@dataclass(slots=True)
class Transfer:
    url: str = ""
    kind: str = ""
    size: int = 0


class NetworkMeter:
    """Counts from when it is made."""

    def __init__(self, cdp: CDPSession) -> None:
        self._transfers: dict[str, Transfer] = defaultdict(Transfer)
        cdp.on("Network.responseReceived", self._note_response)
        cdp.on("Network.loadingFinished", self._note_size)
        cdp.send("Network.enable")

    def _note_response(self, event: dict[str, Any]) -> None:
        transfer = self._transfers[event["requestId"]]
        transfer.url, transfer.kind = event["response"]["url"], event["type"]
        transfer.size = -event["response"]["encodedDataLength"]  # the head, that the sum will count

    def _note_size(self, event: dict[str, Any]) -> None:
        self._transfers[event["requestId"]].size += round(event["encodedDataLength"])

    def size(self, kind: str = "") -> int:
        return sum(transfer.size for transfer in self.transfers() if kind in ("", transfer.kind))

    def transfers(self) -> list[Transfer]:
        return [transfer for transfer in self._transfers.values() if transfer.size]

    def __str__(self) -> str:
        heaviest_first = sorted(self.transfers(), key=lambda transfer: -transfer.size)
        return "\n".join(f"{each.size:7} {each.kind:12} {each.url}" for each in heaviest_first)
