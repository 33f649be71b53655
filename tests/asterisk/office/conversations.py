"""Two parties in a call who hear each other, as most tests begin."""

import asyncio

from presence.calls.asterisk import rest
from presence.models import Call
from tests.asterisk.incoming_call import IncomingCall
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.trunk import Trunk

OUTSIDE_NUMBER = "48221112233"


async def talk(caller: SipPhone, callee: SipPhone) -> tuple[OutgoingCall, IncomingCall]:
    return await _answered(caller.call(callee.user), callee)


async def talk_from_outside(outside: Trunk, callee: SipPhone) -> tuple[OutgoingCall, IncomingCall]:
    return await _answered(outside.call(callee.user, caller=OUTSIDE_NUMBER), callee)


async def _answered(call: OutgoingCall, callee: SipPhone) -> tuple[OutgoingCall, IncomingCall]:
    theirs = await callee.incoming()
    await theirs.answer()
    await asyncio.gather(call.hears_something(), theirs.hears_something())
    return call, theirs


async def hears_the_tone_and_is_recorded(call: OutgoingCall) -> None:
    """Asterisk says that it records when the tone begins."""
    row = await Call.objects.aget()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await _recording(f"lf-{row.pk}")) != "recording":  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0.02)
    await call.hears_nothing()


async def _recording(name: str) -> str:
    try:
        return str((await rest.request("GET", f"/recordings/live/{name}"))["state"])
    except rest.AriError:
        return "none"
