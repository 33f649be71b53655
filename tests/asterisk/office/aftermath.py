"""What must be gone when a call is over, however it ended: at Asterisk, in the rows and in the memory of the link."""

import asyncio

from asgiref.sync import sync_to_async

from presence import hub
from presence.calls.asterisk import rest
from presence.calls.asterisk.exchange import Exchange
from presence.domain.vocabulary import CallState
from presence.models import Call, CallLeg, ParkedCall, QueueEntry, ReceptionistTurn
from tests.asterisk.patience import PATIENCE_SECONDS

_LOOK_EVERY_SECONDS = 0.05


async def nothing_is_left(patience: float = PATIENCE_SECONDS) -> None:
    """No channel, no bridge, no open call, nobody who waits, nothing on the board; AssertionError with what is."""
    left: object = None
    try:
        async with asyncio.timeout(patience):
            while left := await what_is_left():  # noqa: ASYNC110 - nobody tells that a row is gone
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
    except TimeoutError:
        raise AssertionError(f"after {patience:g} s there is left: {left}") from None


async def what_is_left() -> dict[str, list[object]]:
    """By place, only where there is something."""
    found = {**await left_at_asterisk(), **await sync_to_async(_left_in_rows)(), **_left_in_memory()}
    return {place: things for place, things in found.items() if things}


async def left_at_asterisk() -> dict[str, list[object]]:
    """Asked of Asterisk itself, past the link."""
    return {
        "channels": [each["name"] for each in await rest.request("GET", "/channels") or ()],
        "bridges": [each["id"] for each in await rest.request("GET", "/bridges") or ()],
    }


def exchange() -> Exchange | None:
    """What this process does with its link, while it has one."""
    switches = hub._hub.switches if hub._hub is not None else []
    owners = (getattr(take, "__self__", None) for take in switches)
    return next((each for each in owners if isinstance(each, Exchange)), None)


def _left_in_memory() -> dict[str, list[object]]:
    linked = exchange()
    if linked is None:
        return {}
    return {"channels on the board": [*linked.board.channels], "calls on the board": [*linked.board.calls]}


def _left_in_rows() -> dict[str, list[object]]:
    return {
        "calls": list(Call.objects.exclude(state=CallState.ENDED).values_list("called_number", "state")),
        "legs": list(CallLeg.objects.exclude(state=CallState.ENDED).values_list("window", "state")),
        "queue": list(QueueEntry.objects.filter(left_at=None)),
        "menus": list(ReceptionistTurn.objects.all()),
        "parked": list(ParkedCall.objects.all()),
    }
