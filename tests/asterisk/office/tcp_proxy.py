"""A line between Lampfield and Asterisk that can be cut and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.asterisk.udp import Address


class TcpProxy:
    """Carries every connection on to `target`. `connections` counts all that ever came."""

    def __init__(self, target: Address) -> None:
        self.connections = 0
        self._target = target
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def cut(self) -> None:
        """Every connection breaks, and until `mend` a new one breaks at once."""
        self._is_cut = True
        for writer in tuple(self._writers):
            writer.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def serve(self) -> None:
        self._server = await asyncio.start_server(self._carry, self._target[0])

    def close(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._writers -= {writer, far_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def tcp_proxy(target: Address) -> AsyncIterator[TcpProxy]:
    """Listens on a free port of the target's host until the block ends."""
    proxy = TcpProxy(target)
    await proxy.serve()
    try:
        yield proxy
    finally:
        proxy.close()
