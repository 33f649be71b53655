"""Does Lampfield run on this database? Its processes and its link to Asterisk beat in rows of theirs.

A process that was killed leaves its rows, and clocks are set: what lives is what changes (docs/architecture.md).
"""

import time

from presence.models import AsteriskLink, ServerProcess
from presence.services.database_move.errors import MoveError

Beats = dict[str, object]

PATIENCE_SECONDS = 12.0  # as long as its processes wait before they bury one another
_LOOK_SECONDS = 0.2


def beats() -> Beats:
    """The newest sign of life of each process and of the link's owner."""
    processes: Beats = dict(ServerProcess.objects.values_list("epoch", "beat_at"))
    links = AsteriskLink.objects.exclude(owner="").values_list("owner", "beats")
    return processes | {f"link of {owner}": count for owner, count in links}


def refuse_if_they_go_on(known: Beats, patience_seconds: float) -> None:
    """Wait for a new sign of life."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
        refuse_new_beats(known)


def refuse_new_beats(known: Beats) -> None:
    if beats() != known:
        raise MoveError("Lampfield runs on this database: stop it first")
