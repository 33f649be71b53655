"""A line to the outside for tests, and calls that are on their way there."""

import asyncio
from uuid import UUID

from asgiref.sync import sync_to_async
from pytest_django import Settings

from presence import hub
from presence.domain.vocabulary import CallBackendKind, CallOutcome, Origin
from presence.models import AsteriskLink, Call, CallLeg, Extension, ServerProcess
from presence.services import outside_calls
from tests.cast import EPOCH
from tests.phones import PATIENCE_SECONDS

MOBILE, OUTSIDE = "+48600100200", "+48221234567"
PREMIUM, ABROAD = "+48700123456", "+4930123456"


def open_line(settings: Settings) -> AsteriskLink:
    """An Asterisk that is connected and has a trunk, as its link's owner describes it."""
    settings.ASTERISK_URL = "http://127.0.0.1:8088"
    return AsteriskLink.objects.create(owner=EPOCH, is_ready=True, has_trunk=True)


def call_on_asterisk(caller: Extension, number: str, *, origin: Origin = Origin.INTERNAL) -> Call:
    """`caller` dialled `number`, and the router has the call."""
    ServerProcess.objects.get_or_create(epoch=EPOCH)
    call = Call.objects.create(
        caller_number=caller.number,
        caller_name=caller.name,
        origin=origin,
        called_number=number,
        router_epoch=EPOCH,
        backend_kind=CallBackendKind.ASTERISK,
    )
    CallLeg.objects.create(call=call, extension=caller, role=CallLeg.Role.CALLER, window="sip-101")
    return call


def ring_outside(call: Call, by: Extension | None, number: str = OUTSIDE) -> CallLeg:
    """`number` rings, and the guard has let it."""
    leg = outside_calls.ring_outside(call_id=call.pk, number=number, by=by.number if by is not None else "")
    assert isinstance(leg, int), leg
    return CallLeg.objects.get(pk=leg)


def answer(leg: CallLeg) -> None:
    outside_calls.answer_outside(call_id=leg.call_id, leg_pk=leg.pk)


def reread(call_id: UUID) -> Call:
    return Call.objects.get(pk=call_id)


async def rings_outside(call: str) -> CallLeg:
    """The leg that the switch is shown, once the router has got there."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            leg = await CallLeg.objects.filter(call_id=call, state="ringing").exclude(outside_number="").afirst()
            if leg is not None:
                return leg
            await hub.wait_for_call(call, 0.2)


async def trunk_says(call: str, leg: CallLeg, outcome: CallOutcome) -> None:
    await sync_to_async(outside_calls.outside_ended)(call_id=UUID(call), leg_pk=leg.pk, outcome=outcome)
