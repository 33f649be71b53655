"""The line to the outside: calls that come in by it and go out by it, and what the rules and the guard make of them."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import CallState, Condition, DestinationKind, Lamp, Origin, Status
from presence.models import Call, CallLeg, Extension
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.installation import call_ended, eventually, lamp_is
from tests.asterisk.trunk import Treatment, Trunk
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)

MOBILE = "+48600700800"


async def test_a_call_from_outside_rings_a_phone_and_is_external(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam = await phone_of("101")
    outside = line_outside.call("101", caller="48221234567", name="Firma <b>X</b>")
    theirs = await adam.incoming()
    assert theirs.caller_number == "48221234567"
    await theirs.answer()
    await asyncio.gather(outside.hears(440), theirs.hears(1760))
    call = await sync_to_async(Call.objects.get)()
    assert (call.origin, call.caller_number) == (Origin.EXTERNAL, "48221234567")
    await outside.hang_up()
    await theirs.ends()
    await eventually(call_ended("completed"))


async def test_a_rule_sends_a_call_to_the_mobile_over_the_trunk(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    piotr = people["102"]
    piotr.mobile_number, piotr.status = MOBILE, Status.BUSINESS_TRIP
    await sync_to_async(piotr.save)()
    await sync_to_async(rule)(piotr, Status.BUSINESS_TRIP, Condition.ALWAYS, DestinationKind.MOBILE)
    adam = await phone_of("101")
    ours = adam.call("102")
    mobile = await line_outside.is_dialled(MOBILE)
    await ours.talks()
    await asyncio.gather(ours.hears(1760), mobile.hears(440))
    await eventually(lamp_is("101", Lamp.TALKING))
    await mobile.hang_up()
    await ours.ends()
    await eventually(call_ended("completed"))


@pytest.mark.parametrize(
    ("treatment", "reason", "status"),
    [(Treatment.BUSY, "busy", 486), (Treatment.REJECTS, "declined", 603)],
)
async def test_a_mobile_that_does_not_take_the_call_ends_it_with_the_cause(
    phone_of: PhoneOf,
    line_outside: Trunk,
    people: dict[str, Extension],
    treatment: Treatment,
    reason: str,
    status: int,
) -> None:
    piotr = people["102"]
    piotr.mobile_number, piotr.status, piotr.voicemail_on = MOBILE, Status.AWAY, False
    await sync_to_async(piotr.save)()
    await sync_to_async(rule)(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.MOBILE)
    line_outside.treatments[MOBILE] = treatment
    adam = await phone_of("101")
    assert (await adam.call("102").is_refused()).status == status
    await eventually(call_ended(reason))


async def test_who_dials_a_number_outside_gets_it_by_the_trunk(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam = await phone_of("101")
    ours = adam.call("600700800")
    mobile = await line_outside.is_dialled(MOBILE)
    await ours.talks()
    await asyncio.gather(ours.hears(1760), mobile.hears(440))
    await ours.hang_up()
    await mobile.ends()
    await eventually(lambda: not CallLeg.objects.exclude(state=CallState.ENDED).exists())


async def test_an_expensive_number_is_not_dialled(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam = await phone_of("101")
    await adam.call("0700123456").is_refused()
    assert line_outside.dialled == []
