"""Starts the routing of a call in this process and sees that it ends whatever happens."""

import asyncio
import logging
from uuid import UUID

from channels.db import database_sync_to_async

from presence import selectors
from presence.calls.browser import BrowserBackend
from presence.calls.route import route
from presence.domain.call_routing import CallerId, IncomingCall
from presence.domain.vocabulary import Origin, Reason
from presence.models import Call
from presence.services import calls

log = logging.getLogger(__name__)

# The event loop keeps only weak references to tasks.
_running: set[asyncio.Task[None]] = set()


def start_routing(call: Call) -> None:
    """Route `call` from now on; returns at once. To be called on the event loop."""
    task = asyncio.get_running_loop().create_task(_route_to_the_end(call))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _route_to_the_end(call: Call) -> None:
    try:
        await route(await database_sync_to_async(_incoming)(call), BrowserBackend(call.pk))
    except Exception:
        log.exception("routing of call %s failed", call.pk)
        await _end(call.pk, Reason.FAILED)
    except asyncio.CancelledError:
        await _end(call.pk, Reason.FAILED)
        raise


async def _end(call_id: UUID, reason: Reason) -> None:
    await database_sync_to_async(calls.end_call)(call_id=call_id, reason=reason)


def _incoming(call: Call) -> IncomingCall:
    return IncomingCall(
        CallerId(call.caller_number, call.caller_name),
        Origin(call.origin),
        path=(call.called_number,),
        first_box=selectors.voicemail_box(call.called_number),
    )
