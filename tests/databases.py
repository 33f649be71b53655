"""The addresses of databases, for the processes that tests start."""

import os
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection


def database_url() -> str:
    """The DATABASE_URL with which another process sees what this test has committed."""
    known = {name: quote(str(connection.settings_dict[name]), safe="") for name in ("USER", "PASSWORD", "HOST", "PORT")}
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return (
        "postgres://{USER}:{PASSWORD}@{HOST}".format(**known)
        + (f":{known['PORT']}" if known["PORT"] else "")
        + f"/{name}"
    )


def database_of(data: Path) -> dict[str, str]:
    """Where a product with this data folder has its rows: in SQLite in it, or beside the tests' own on PostgreSQL."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return {}
    name = f"data_{blake2b(str(data).encode(), digest_size=8).hexdigest()}"
    with psycopg.connect(url, autocommit=True) as server:
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall():
            server.execute(f"CREATE DATABASE {name}".encode())
    return {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
