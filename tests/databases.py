"""The address of this test's database, for a process of its own."""

from urllib.parse import quote

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
