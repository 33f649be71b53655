"""Two parties in a call who hear each other, as most tests begin."""

import asyncio

from tests.asterisk.incoming_call import IncomingCall
from tests.asterisk.outgoing_call import OutgoingCall
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
