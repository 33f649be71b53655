"""Calls to the outside through the real router, between a scripted phone and a trunk that the test plays."""

import asyncio
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, Reason, Status
from presence.models import CallLeg, Company, Extension
from presence.services import outside_calls
from tests.cast import rule
from tests.line_cast import call_row, dial, end_of, trail
from tests.outside_cast import MOBILE, OUTSIDE, open_line, rings_outside, trunk_says
from tests.phones import phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _line(settings: Settings, transactional_db: None) -> None:
    open_line(settings)


@sync_to_async
def away_to(extension: Extension, kind: DestinationKind, value: str = "") -> None:
    Extension.objects.filter(pk=extension.pk).update(status=Status.AWAY, mobile_number=MOBILE)
    rule(extension, Status.AWAY, Condition.ALWAYS, kind, value)


async def test_a_person_dials_a_number_outside_and_talks(adam: Extension) -> None:
    async with phone(adam) as adams:
        call = await dial(adams, "22 123 45 67")
        leg = await rings_outside(call)
        assert (leg.outside_number, leg.charged_to_id) == (OUTSIDE, adam.pk)
        await sync_to_async(outside_calls.answer_outside)(call_id=UUID(call), leg_pk=leg.pk)
        assert (await adams.until_card("talking"))["other"] == {"number": "221234567", "name": ""}
        await trunk_says(call, leg, CallOutcome.FAILED)
        assert await end_of(adams) == Reason.COMPLETED
        assert await trail(call) == [("221234567", "dial_out", "dialled")]


async def test_a_number_outside_that_is_busy_ends_the_call_with_that_reason(adam: Extension) -> None:
    async with phone(adam) as adams:
        call = await dial(adams, OUTSIDE)
        await trunk_says(call, await rings_outside(call), CallOutcome.BUSY)
        assert await end_of(adams) == Reason.BUSY
        assert (await call_row(call)).about_number == OUTSIDE


async def test_a_forward_to_the_mobile_rings_it_and_is_charged_to_whose_rule_it_is(
    adam: Extension, piotr: Extension
) -> None:
    await away_to(piotr, DestinationKind.MOBILE)
    async with phone(adam) as adams:
        call = await dial(adams, "102")
        leg = await rings_outside(call)
        assert (leg.outside_number, leg.charged_to_id) == (MOBILE, piotr.pk)
        await trunk_says(call, leg, CallOutcome.NO_ANSWER)
        recording = await adams.until_card("talking")
        assert recording["voicemail"]["box"]["number"] == "102"
        assert await trail(call) == [("102", "dial_out", "away"), ("102", "record_voicemail", "no_answer")]


async def test_a_number_that_the_policy_forbids_never_reaches_the_trunk(adam: Extension, piotr: Extension) -> None:
    await away_to(piotr, DestinationKind.EXTERNAL_NUMBER, "+48700123456")
    async with phone(adam) as adams:
        call = await dial(adams, "102")
        await adams.until_card("talking")
        assert await trail(call) == [("102", "record_voicemail", "outside_not_allowed")]
        await adams.say(type="hang_up", call=call)
        await end_of(adams)
        await dial(adams, "+48 700 123 456")
        assert await end_of(adams) == Reason.OUTSIDE_NOT_ALLOWED
        assert not await CallLeg.objects.exclude(outside_number="").aexists()


async def test_of_two_calls_decided_at_the_same_moment_the_guard_lets_one_through(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    """The facts allow both: only under the lock is the second one too many."""
    await Company.objects.acreate(outside_calls_max=1)
    await away_to(piotr, DestinationKind.MOBILE)
    async with phone(adam) as adams, phone(anna) as annas:
        calls = await asyncio.gather(dial(adams, "102"), dial(annas, "102"))
        refused = [asyncio.ensure_future(each.until_card("talking")) for each in (adams, annas)]
        _, waiting = await asyncio.wait(refused, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()
        assert await CallLeg.objects.exclude(outside_number="").acount() == 1
        reasons = {step for call in calls for step in await trail(call)}
        assert ("102", "record_voicemail", "outside_calls_max") in reasons
