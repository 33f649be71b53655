"""Ring mobile too on the real Asterisk, and what the guard makes of calls between the outside and the outside."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import CallState, Condition, DestinationKind, Status
from presence.models import CallLeg, Company, Extension, StatusProfileRow
from presence.services import outside_calls
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.installation import call_ended, eventually
from tests.asterisk.trunk import Treatment, Trunk
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)

MOBILE, MAIN, STRANGER = "+48600700800", "+48221000000", "48221234567"


@sync_to_async
def rings_mobile_too(extension: Extension) -> None:
    extension.mobile_number = MOBILE
    extension.save()
    StatusProfileRow.objects.create(extension=extension, status=Status.AVAILABLE, rings_mobile_too=True)


@sync_to_async
def away_to_mobile(extension: Extension) -> None:
    extension.mobile_number, extension.status = MOBILE, Status.AWAY
    extension.save()
    rule(extension, Status.AWAY, Condition.ALWAYS, DestinationKind.MOBILE)


async def test_the_mobile_answers_and_the_desk_phone_stops(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    await rings_mobile_too(people["102"])
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    theirs.ring()
    mobile = await line_outside.is_dialled(MOBILE)
    await ours.talks()
    await asyncio.gather(ours.hears(1760), mobile.hears(440))
    await theirs.is_cancelled()
    await ours.hang_up()
    await mobile.ends()
    await eventually(call_ended("completed"))


async def test_the_desk_phone_answers_and_the_mobile_stops(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    await rings_mobile_too(people["102"])
    line_outside.treatments[MOBILE] = Treatment.RINGS
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    mobile = await line_outside.is_dialled(MOBILE)
    await theirs.answer()
    await ours.talks()
    await mobile.is_cancelled()
    await ours.hang_up()
    await eventually(call_ended("completed"))


async def test_a_caller_from_outside_reaches_the_mobile_and_either_side_may_hang_up(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    await away_to_mobile(people["102"])
    await Company.objects.acreate(main_number=MAIN)
    outside = line_outside.call("102", caller=STRANGER)
    mobile = await line_outside.is_dialled(MOBILE)
    assert mobile.caller_number == MAIN
    await outside.talks()
    await mobile.hang_up()
    await outside.ends()
    await eventually(call_ended("completed"))


async def test_a_mobile_that_forwards_back_to_us_is_refused_and_the_first_call_goes_on(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    await away_to_mobile(people["102"])
    line_outside.treatments[MOBILE] = Treatment.RINGS
    outside = line_outside.call("102", caller=STRANGER)
    await line_outside.is_dialled(MOBILE)
    back = line_outside.call("102", caller=STRANGER)
    assert (await back.is_refused()).status in {403, 603}
    assert await CallLeg.objects.filter(outside_number=MOBILE).acount() == 1
    await outside.hang_up()


async def test_a_talk_is_ended_when_the_minutes_are_used_up(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    adam = await phone_of("101")
    ours = adam.call("600700800")
    mobile = await line_outside.is_dialled(MOBILE)
    await ours.talks()
    await eventually(lambda: CallLeg.objects.filter(outside_number=MOBILE, state=CallState.TALKING).exists())
    await Company.objects.acreate(outside_minutes_per_day=0)
    await sync_to_async(outside_calls.end_talks_over_the_limit)()
    await asyncio.gather(ours.ends(), mobile.ends())
    await eventually(call_ended("outside_minutes_used"))
