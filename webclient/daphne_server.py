"""daphne as Lampfield runs it; `manage.py serve` starts it. Import before anything that imports Twisted's reactor."""

import asyncio
from collections.abc import Callable
from typing import Any

# daphne installs the asyncio reactor at import, which must come before any other import of Twisted.
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.defer import Deferred, maybeDeferred

from presence import hub
from presence.calls import echo
from presence.calls.asterisk import link
from webclient import readiness
from webclient.database_thread import keep_connection_of_sockets
from webclient.draining import drain
from webclient.garbage import OLD_SEARCH_SECONDS, search_the_old, search_the_young_only
from webclient.lean_handshake import leave_out_debug_lines
from webclient.listening import hide
from webclient.ready_frame import writer_for
from webclient.timeout_checks import check_timeouts

BACKLOG = 4096  # daphne's own 50 overflows when an office comes back from a cut
PING_SECONDS = 10  # a silent browser is noticed after at most the sum of these two
PONG_SECONDS = 10
QUEUE_SECONDS = 0.2  # in which who has connected already is taken from the queue of the system
MESSAGE_BYTES = 64 * 1024  # session descriptions and voicemail chunks travel


class LampfieldServer(Server):
    """daphne that offers each socket a writer for ready-made frames, and that can drain before it ends."""

    drain_seconds = 0.0  # zero: an end is an end, as where there is no other process to take over

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)

    async def listen_no_more(self) -> None:
        for port in self._ports:
            hide(port)
        await asyncio.sleep(QUEUE_SECONDS)
        for port in self._ports:
            await maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())

    def connections_left(self) -> int:
        return sum("disconnected" not in details for details in self.connections.values())

    def kill_all_applications(self) -> Any:
        """daphne's own end, after the draining where that is wanted."""
        if not self.drain_seconds:
            return super().kill_all_applications()
        drained = Deferred.fromFuture(asyncio.ensure_future(drain(self, self.drain_seconds)))
        return drained.addCallback(lambda _: super(LampfieldServer, self).kill_all_applications())

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, WebSocketProtocol) and (writer := writer_for(protocol)) is not None:
            scope.setdefault("extensions", {})["lampfield.ready_frame"] = writer
        return super().create_application(protocol, scope)

    def timeout_checker(self) -> None:
        check_timeouts(lambda: self.connections)

    def refuse_politely(self) -> None:
        """A frame that is too large is answered with 1009; autobahn would cut the connection without a word."""
        self.ws_factory.setProtocolOptions(failByDrop=False)


def _finish() -> Deferred[None]:
    """What must not be left to the end of the process."""
    readiness.leave()
    return Deferred.fromFuture(asyncio.ensure_future(_leave()))


async def _leave() -> None:
    await asyncio.gather(echo.stop_all(), link.stop())


def build_server(
    application: Any,
    host: str,
    port: int,
    *,
    socket_path: str = "",
    behind_proxy: bool = False,
    ready: Callable[[], None] | None = None,
    drain_seconds: float = 0.0,
) -> LampfieldServer:
    """A server that is ready to `run()`, at a Unix socket where its path is given.

    Frames are never compressed: daphne accepts no such offer.
    """

    def started() -> None:
        # Imported only now: the reactor is the one that daphne has installed.
        from twisted.internet import reactor

        reactor.addSystemEventTrigger("before", "shutdown", _finish)  # type: ignore[arg-type]
        server.refuse_politely()
        leave_out_debug_lines()
        keep_connection_of_sockets()
        search_the_young_only()
        hub.every(OLD_SEARCH_SECONDS, search_the_old)
        if ready is not None:
            ready()

    server = LampfieldServer(
        application,
        endpoints=[endpoint_of(host, port, socket_path)],
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        websocket_max_message_size=MESSAGE_BYTES,
        websocket_max_frame_size=MESSAGE_BYTES,
        websocket_timeout=-1,  # a window stays open for weeks; its login's end closes it
        proxy_forwarded_address_header="X-Forwarded-For" if behind_proxy else None,
        proxy_forwarded_port_header="X-Forwarded-Port" if behind_proxy else None,
        proxy_forwarded_proto_header="X-Forwarded-Proto" if behind_proxy else None,
        ready_callable=started,
        server_name="lampfield",
    )
    server.drain_seconds = drain_seconds
    return server


def endpoint_of(host: str, port: int, socket_path: str = "") -> str:
    """As Twisted writes it. Who may connect to a Unix socket is who may enter its folder."""
    if socket_path:
        return f"unix:{_escaped(socket_path)}:mode=666:backlog={BACKLOG}"
    return f"tcp:port={port}:interface={_escaped(host.strip('[]'))}:backlog={BACKLOG}"


def _escaped(text: str) -> str:
    return text.replace(":", r"\:")
