"""The clerk: a process beside the server, on the same data, for what a test needs to be so before anybody looks."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.databases import database_of

ROOT = Path(__file__).resolve().parent.parent.parent


class Clerk:
    """Kept open for the whole run: a process of Django's takes longer to start than most tests take."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.clerk_at_work"],
            cwd=ROOT,
            env={**product_environment(data), **(settings or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._process.communicate()

    def start_afresh(self) -> None:
        """Nobody is in a call, and everybody is as the demo company was made."""
        self._do("start_afresh")

    def open_session(self, login: str) -> str:
        """The session key of a login made without the form."""
        return str(self._do("open_session", login))

    def manage(self, *command: str) -> str:
        """The output of a management command."""
        return str(self._do("manage", *command))

    def open_sessions(self, count: int) -> dict[str, str]:
        """Number -> session key of the first people with an extension and a login."""
        return dict(self._do("open_sessions", count))

    def directory(self) -> dict[str, list[Any]]:
        """Number -> row of the wire, of every extension: what every window must show in the end."""
        return dict(self._do("directory"))

    def call_states(self) -> dict[str, str]:
        """Call -> its state, of all the calls that were ever made."""
        return dict(self._do("call_states"))

    def status_of(self, login: str) -> str:
        return str(self._do("status_of", login))

    def versions(self) -> dict[str, int]:
        """Number -> version of what colleagues see of every extension."""
        return dict(self._do("versions"))

    def set_rule(self, number: str, status: str, condition: str, kind: str, value: str = "", **more: str) -> None:
        """A rule for both origins unless `origin` names one; `set_on`: the surface where it was made."""
        self._do("set_rule", number, status, condition, kind, value, **more)

    def ring_for(self, number: str, status: str, seconds: int) -> None:
        self._do("ring_for", number, status, seconds)

    def ring_group_for(self, number: str, seconds: int) -> None:
        self._do("ring_group_for", number, seconds)

    def allow_second_call(self, number: str, status: str = "available") -> None:
        """Whoever talks in this status may be rung once more."""
        self._do("allow_second_call", number, status)

    def let_ring(self, number: str, status: str) -> None:
        """An operator has made a status ring first that does not by itself."""
        self._do("let_ring", number, status)

    def change_extension(self, number: str, **fields: Any) -> None:
        self._do("change_extension", number, **fields)

    def open_factory(self, workers: int) -> None:
        """So many people more, in the department Factory, which is closed at the test's end."""
        self._do("open_factory", workers)

    def own_settings(self, number: str) -> dict[str, Any]:
        """The rules and ring times that an extension has of its own, by key."""
        return dict(self._do("own_settings", number))

    def leave_message(self, number: str, *, caller: str, seconds: int) -> None:
        """A message in the box of `number`, whose owner's windows are not told."""
        self._do("leave_message", number, caller=caller, seconds=seconds)

    def record_greeting(self, number: str, *, seconds: int) -> None:
        """An own greeting that does not keep the tests waiting."""
        self._do("record_greeting", number, seconds=seconds)

    def facts_of_system(self, number: str) -> dict[str, Any]:
        """What the router knows of a digital receptionist."""
        return dict(self._do("facts_of_system", number))

    def make_operator(self, login: str) -> None:
        """Somebody with the rights of the operators and no extension."""
        self._do("make_operator", login)

    def make_superuser(self, login: str) -> None:
        """Somebody who may do everything, without an extension."""
        self._do("make_superuser", login)

    def make_new(self, login: str) -> None:
        """Nobody has led this person through the first steps."""
        self._do("make_new", login)

    def is_new(self, login: str) -> bool:
        return bool(self._do("is_new", login))

    def count_calls(self) -> int:
        """All the calls that were ever made."""
        return int(self._do("count_calls"))

    def _do(self, duty: str, *args: Any, **kwargs: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"duty": duty, "args": args, "kwargs": kwargs}) + "\n")
        self._process.stdin.flush()
        reply = json.loads(self._process.stdout.readline() or '{"error": "the clerk has left"}')
        if "error" in reply:
            raise AssertionError(reply["error"])
        return reply["answer"]


def product_environment(data: Path) -> dict[str, str]:
    """The environment of a product on this data, whatever the tests themselves were started with."""
    # All servers of a run serve the same files, which are collected once.
    own = {"DATA_DIR": str(data), "STATIC_DIR": str(data.parent / "static"), "PYTHONUNBUFFERED": "1"}
    environment = os.environ | own
    for setting in ("DATABASE_URL", "REDIS_URL", "HOST"):
        environment.pop(setting, None)
    return environment | {"DJANGO_SETTINGS_MODULE": "webclient.settings"} | database_of(data)
