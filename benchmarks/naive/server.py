"""The comparison: a Channels consumer as the tutorial writes it, one `group_send` per change, on daphne.

`python -m benchmarks.naive.server PORT`. No login and no database, which the product has: the comparison is generous.
`/bench/flood?changes=K` sends K changes one after the other and answers when they are sent.
"""

import json
import sys
from typing import Any
from urllib.parse import parse_qs

from daphne.server import Server  # first: it chooses Twisted's reactor
from django.conf import settings

settings.configure(
    SECRET_KEY="benchmark",  # nothing is signed here
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

GROUP = "presence"


class NaivePresenceConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def presence_changed(self, event: dict[str, Any]) -> None:
        await self.send_json(event["row"])


async def flood(changes: int) -> None:
    layer = get_channel_layer()
    assert layer is not None
    for version in range(changes):
        row = {"extension": "101", "version": version, "lamp": "away", "registered": True, "since": 1764000000}
        await layer.group_send(GROUP, {"type": "presence.changed", "row": row})


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await NaivePresenceConsumer.as_asgi()(scope, receive, send)  # type: ignore[arg-type]
        return
    query = parse_qs(scope["query_string"].decode())
    await flood(int(query.get("changes", ["0"])[0]))
    body = json.dumps({"sent": True}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    # Without pings: it takes turns with others, and rests meanwhile.
    Server(
        application,
        endpoints=[f"tcp:port={int(sys.argv[1])}:interface=127.0.0.1:backlog=4096"],
        ping_interval=1_000_000,
    ).run()
