"""What Python can do at best: `python -m benchmarks.peers.uvloop_server PORT`, one ready-made frame to every socket.

The same as `raw_server.c`, on uvloop: `/bench/flood?changes=K` writes K frames, one turn of the loop for each.
"""

import asyncio
import re
import sys
from typing import cast

import uvloop

CHANGE = b'{"epoch":"00000000","seq":100,"rows":[["1001",2,"talking",1,1764000000,"available"]]}'
FRAME = bytes((0x81, len(CHANGE))) + CHANGE
# The load generator always sends the key of RFC 6455.
YES = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
DONE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

listeners: set[asyncio.Transport] = set()


class Connection(asyncio.Protocol):
    _transport: asyncio.Transport
    _flood: asyncio.Task[None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, error: Exception | None) -> None:
        listeners.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        if b"Upgrade: websocket" in data:
            listeners.add(self._transport)
            self._transport.write(YES)
        elif changes := re.search(rb"changes=(\d+)", data):
            self._flood = asyncio.ensure_future(self._spread(int(changes[1])))

    async def _spread(self, changes: int) -> None:
        for _ in range(changes):
            for listener in listeners:
                listener.write(FRAME)
            await asyncio.sleep(0)
        self._transport.write(DONE)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
