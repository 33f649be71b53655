"""Whether this process should be sent anybody: what has to be right for that, and a sentence for what is not."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from presence import hub
from presence.hub.process import Condition
from presence.selectors import asterisk

# Several times what each takes when all is well (presence/hub/pace.py).
BEHIND_SECONDS = 15.0
LAYER_SILENT_SECONDS = 15.0

_is_leaving = False


def leave() -> None:
    """From now on this process wants nobody new: it is about to end."""
    global _is_leaving  # noqa: PLW0603 - one per process
    _is_leaving = True


def stay() -> None:
    """For tests, which go on after it."""
    global _is_leaving  # noqa: PLW0603 - one per process
    _is_leaving = False


def troubles() -> dict[str, str]:
    """What was looked at, by name, and what is wrong with it: "" for nothing."""
    found = {"process": "this process is about to end" if _is_leaving else "", "database": "", "asterisk": ""}
    try:
        found["database"] = _database_trouble()
        # Its rows may not be there without the migrations.
        found["asterisk"] = "" if found["database"] else _asterisk_trouble()
    except DatabaseError:
        found["database"] = "the database does not answer"
    return {**found, **hub_troubles(hub.condition())}


def _database_trouble() -> str:
    applied = MigrationRecorder(connection).applied_migrations()
    return "" if _newest_migrations() <= applied.keys() else "migrations missing"


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """This release's, of every app."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _asterisk_trouble() -> str:
    """A link that another process holds is that one's to tell: calls between browsers need none."""
    trouble = asterisk.asterisk_trouble()
    link = asterisk.link() if trouble else None
    is_anothers = link is not None and link.owner not in {"", hub.epoch()}
    return f"no link to Asterisk: {trouble}" if trouble and not is_anothers else ""


def hub_troubles(found: Condition | None) -> dict[str, str]:
    """A process without a hub shows nobody anything that could be old."""
    if found is None:
        return {"hub": "", "layer": ""}
    if not found.is_loaded:
        return {"hub": "the hub is loading", "layer": ""}
    is_silent = found.has_layer and _is_over(found.heard_ago, LAYER_SILENT_SECONDS)
    return {
        "hub": "the hub is behind the database" if _is_over(found.compared_ago, BEHIND_SECONDS) else "",
        "layer": "the layer between the processes (REDIS_URL) brings nothing back" if is_silent else "",
    }


def _is_over(seconds: float | None, limit: float) -> bool:
    return seconds is None or seconds > limit
