"""Debian's ejabberd in a folder of its own: everybody is online, and one of them changes their presence.

The watchers and the one whom they watch show each other by shared rosters. Passwords are stored and compared as they
are, which costs least.
"""

import base64
import http.client
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.peers.load import Handshake
from benchmarks.servers import Server, free_port, serving, wait_until_listening

HOST = "localhost"
CONFIGURATION = """
hosts: [localhost]
loglevel: error
listen:
  - {{port: {xmpp}, ip: "127.0.0.1", module: ejabberd_c2s, access: all, shaper: none, backlog: 4096}}
  - {{port: {http}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
auth_method: internal
auth_password_format: plain
api_permissions:
  benchmark: {{from: [mod_http_api], who: all, what: "*"}}
modules: {{mod_roster: {{}}, mod_shared_roster: {{}}, mod_http_api: {{}}, mod_admin_extra: {{}}}}
"""
STREAM = (
    f"<stream:stream to='{HOST}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
# The listener's word is its login, as `login_word` makes it.
LOGIN = Handshake(
    (
        (STREAM, "</stream:features>"),
        ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>", "<success"),
        (STREAM, "</stream:features>"),
        ("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "</iq>"),
        ("<presence/>", "<presence"),
    ),
    kind="xmpp",
)
SHOWN = ("away", "dnd")
BOSS = "boss"
PASSWORD = "password"


def login_word(name: str) -> str:
    return base64.b64encode(f"\0{name}\0{PASSWORD}".encode()).decode()


class Ejabberd:
    """A running ejabberd, and the one whose presence changes once `appear` was called."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._boss: socket.socket | None = None
        self._changes = 0

    def appear(self) -> None:
        """Log in; every watcher online hears of it."""
        self._boss = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
        for sent, expected in LOGIN.steps:
            self._boss.sendall(sent.replace("%s", login_word(BOSS)).encode())
            answer = b""
            while expected.encode() not in answer:
                answer += self._boss.recv(1 << 16)

    def change(self, changes: int) -> None:
        assert self._boss is not None
        stanzas = []
        for _ in range(changes):
            self._changes += 1
            stanzas.append(f"<presence><show>{SHOWN[self._changes % 2]}</show></presence>")
        self._boss.sendall("".join(stanzas).encode())

    def read_own(self) -> None:
        """What came back to the one who changed: without a reader ejabberd would wait."""
        assert self._boss is not None
        self._boss.setblocking(False)
        with suppress(BlockingIOError):
            while self._boss.recv(1 << 20):
                pass
        self._boss.setblocking(True)

    def close(self) -> None:
        if self._boss is not None:
            self._boss.close()


@contextmanager
def ejabberd(watchers: list[str]) -> Iterator[Ejabberd]:
    with tempfile.TemporaryDirectory(prefix="lampfield-ejabberd-") as folder:
        xmpp, http_port = free_port(), free_port()
        configuration = Path(folder, "ejabberd.yml")
        configuration.write_text(CONFIGURATION.format(xmpp=xmpp, http=http_port))
        environment = {
            **os.environ,
            "EJABBERD_CONFIG_PATH": str(configuration),
            "EJABBERD_LOG_PATH": f"{folder}/ejabberd.log",
            "ERL_LIBS": str(next(Path("/usr/lib").glob("*/ejabberd-*")).parent),
            "ERL_MAX_PORTS": "32000",
            "HOME": folder,
        }
        arguments = ["-noinput", "+K", "true", "+P", "250000", "-mnesia", "dir", f'"{folder}/rows"', "-s", "ejabberd"]
        with serving(environment, *arguments, program="erl", port=xmpp) as server:
            wait_until_listening(http_port)
            share_rosters(http_port, watchers)
            running = Ejabberd(server)
            try:
                yield running
            finally:
                running.close()


def share_rosters(http_port: int, watchers: list[str]) -> None:
    api = http.client.HTTPConnection("127.0.0.1", http_port, timeout=30)

    def ask(command: str, **arguments: str) -> None:
        api.request("POST", f"/api/{command}", json.dumps(arguments), {"Content-Type": "application/json"})
        answer = api.getresponse()
        if (body := answer.read()) and answer.status != http.client.OK:
            raise RuntimeError(f"ejabberd refused {command}: {body!r}")

    for group, shown in ((BOSS, "watchers"), ("watchers", BOSS)):
        ask("srg_create", group=group, host=HOST, label=group, description="", display=shown)
    for group, members in ((BOSS, [BOSS]), ("watchers", watchers)):
        for name in members:
            ask("register", user=name, host=HOST, password=PASSWORD)
            ask("srg_user_add", user=name, host=HOST, group=group, grouphost=HOST)
    api.close()
