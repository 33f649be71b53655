"""`python -m tests.run_daphne product|plain`: the real application on a free port, on our daphne or a plain one.

Says its port on the first line, and of every socket whether the server offered it a ready-frame writer.
"""

import sys
from typing import Any

from daphne.server import Server

from webclient.asgi import application
from webclient.daphne_server import build_server


async def watched(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        say(f"writer {'lampfield.ready_frame' in scope.get('extensions', {})}")
    await application(scope, receive, send)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(kind: str) -> None:
    def ready() -> None:
        say(str(server.listening_addresses[0][1]))

    if kind == "product":
        server: Server = build_server(watched, "127.0.0.1", 0, ready=ready)
    else:
        server = Server(watched, endpoints=["tcp:port=0:interface=127.0.0.1"], ready_callable=ready)
    server.run()


if __name__ == "__main__":
    main(sys.argv[1])
