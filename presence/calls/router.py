"""Starts the routing of a call in this process and sees that it ends whatever happens.

A parked call is routed too: when nobody has fetched it in time, to the one who parked it, by their own rules.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import DatabaseError
from structlog.contextvars import bind_contextvars

from presence import hub
from presence.calls.browser import RowsBackend
from presence.calls.route import route
from presence.domain.call_facts import CallerId, IncomingCall
from presence.domain.vocabulary import Origin, Reason
from presence.models import Call
from presence.selectors.callees import FirstFacts, first_facts
from presence.services import call_control, calls

# A hint that a call changed may be lost between processes: the row is read again at least this often.
_READ_AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)

# The event loop keeps only weak references to tasks.
_running: set[asyncio.Task[None]] = set()


async def begin(start: Callable[..., Call], **arguments: Any) -> Call:
    """The call that `start`, a service, begins with `arguments`, routed from now on. Raises what `start` raises.

    What its routing asks first is read right behind it: another way to the database's thread costs as much.
    """
    call, facts = await database_sync_to_async(_begun)(start, arguments)
    _start(call, _route(call, 0, facts))
    return call


def _begun(start: Callable[..., Call], arguments: dict[str, Any]) -> tuple[Call, FirstFacts | None]:
    call = start(**arguments)
    try:
        return call, _first_facts(call)
    except DatabaseError:
        # The call is there: its routing asks again, and ends it where that fails, too.
        log.exception("the facts for call %s could not be read", call.pk)
        return call, None


def start_routing(call: Call) -> None:
    """Route `call` from now on; returns at once. To be called on the event loop."""
    _start(call, _route(call, steps_kept=0))


def start_parking(call: Call, seconds: float = call_control.PARK_SECONDS) -> None:
    """Let `call` wait to be fetched, then route it; returns at once. To be called on the event loop."""
    _start(call, _ring_back_after(call, seconds))


def routed_calls() -> int:
    """How many calls ring or wait by what this process does."""
    return len(_running)


def _start(call: Call, routing: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(_to_the_end(call, routing))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _route(call: Call, steps_kept: int, facts: FirstFacts | None = None) -> None:
    callee, first_box = facts or await database_sync_to_async(_first_facts)(call)
    backend = RowsBackend(call.pk, steps_kept, first_callee=callee)
    await route(replace(_incoming(call), first_box=first_box), backend)


def _first_facts(call: Call) -> FirstFacts:
    return first_facts(call.called_number, _incoming(call).dialled_by)


def _incoming(call: Call) -> IncomingCall:
    caller = CallerId(call.caller_number, call.caller_name)
    return IncomingCall(caller, Origin(call.origin), path=(call.called_number,))


async def _ring_back_after(call: Call, seconds: float) -> None:
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while (remaining := deadline - clock()) > 0:
        changed = asyncio.ensure_future(hub.wait_for_call(str(call.pk), min(remaining, _READ_AGAIN_SECONDS)))
        if not await database_sync_to_async(call_control.is_parked)(call_id=call.pk):
            changed.cancel()
            return
        await changed
    if await database_sync_to_async(call_control.ring_back)(call_id=call.pk):
        await _route(call, steps_kept=1)


async def _to_the_end(call: Call, routing: Coroutine[Any, Any, None]) -> None:
    bind_contextvars(call=str(call.pk))
    try:
        await routing
    except Exception:
        log.exception("routing of call %s failed", call.pk)
        await _end(call.pk, Reason.FAILED)
    except asyncio.CancelledError:
        await _end(call.pk, Reason.FAILED)
        raise


async def _end(call_id: UUID, reason: Reason) -> None:
    await database_sync_to_async(calls.end_call)(call_id=call_id, reason=reason)
