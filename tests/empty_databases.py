"""Empty databases to move into, and who watches a move."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from presence.services.database_move.databases import TARGET, target

KINDS = ["postgresql", "sqlite"]


class Watcher:
    """Hears the steps of a move, and does something at one of them."""

    def __init__(self, step: str = "", do: Callable[[], object] = lambda: None) -> None:
        self._step, self._do = step, do
        self.told: dict[str, int] = {}

    def begin(self, step: str) -> None:
        if step == self._step:
            self._do()

    def tell(self, table: str, rows: int) -> None:
        self.told[table] = rows


class Databases:
    """Empty databases, with or without tables, as many as are asked for."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server, self._folder = server, folder
        self._made = 0
        self._with_tables: dict[str, str] = {}

    def bare(self, kind: str, like: str = "") -> str:
        """The URL of one without tables, or of a copy of `like`."""
        self._made += 1
        name = f"empty{self._made}"
        if kind == "sqlite":
            path = self._folder / f"{name}.sqlite3"
            if like:
                shutil.copy(like.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {like.rpartition('/')[2] or 'template1'}".encode())
        return self._server.rpartition("/")[0] + f"/{name}"

    def migrated(self, kind: str) -> str:
        """The URL of one with every table; the first of its kind is made from the models, which is quicker."""
        if kind not in self._with_tables:
            url = self._with_tables[kind] = self.bare(kind)
            with target(url):
                _make_tables()
        return self.bare(kind, like=self._with_tables[kind])


def _make_tables() -> None:
    with connections[TARGET].schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    recorder = MigrationRecorder(connections[TARGET])
    recorder.ensure_schema()
    for app, name in MigrationLoader(None).graph.nodes:
        recorder.record_applied(app, name)
