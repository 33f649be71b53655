"""Ring mobile too, with rows: phones and the mobile of one person ring together, over the real router and a trunk that
the test plays.
"""

from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from presence.domain.vocabulary import CallOutcome, Reason, Status
from presence.models import CallLeg, Company, Extension, StatusProfileRow
from presence.services import outside_calls
from tests.line_cast import dial, end_of, rung, trail
from tests.outside_cast import MOBILE, open_line, rings_outside, trunk_says
from tests.phones import phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _wish(settings: Settings, transactional_db: None, piotr: Extension) -> None:
    """Piotr wishes for it while Available, has a mobile, and there is a line."""
    open_line(settings)
    Extension.objects.filter(pk=piotr.pk).update(mobile_number=MOBILE)
    StatusProfileRow.objects.create(extension=piotr, status=Status.AVAILABLE, rings_mobile_too=True)


async def test_who_answers_at_the_mobile_has_the_call_and_the_phones_stop(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        leg = await rings_outside(call)
        assert (leg.outside_number, leg.charged_to_id) == (MOBILE, piotr.pk)
        await sync_to_async(outside_calls.answer_outside)(call_id=UUID(call), leg_pk=leg.pk)
        assert (await adams.until_card("talking"))["other"]["name"] == "Piotr Adamiak"
        assert (await piotrs.until_card("ended"))["end_reason"] == Reason.ANSWERED_ELSEWHERE
        assert await trail(call) == [("102", "ring", "available")]


async def test_who_answers_at_a_phone_stops_the_mobile(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        leg = await rings_outside(call)
        await piotrs.until_card("ringing")
        await piotrs.say(type="answer", call=call)
        await adams.until_card("talking")
        assert (await CallLeg.objects.aget(pk=leg.pk)).end_reason == Reason.ANSWERED_ELSEWHERE


async def test_a_decline_at_the_phone_stops_both_and_the_busy_rule_follows(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        leg = await rings_outside(call)
        await piotrs.until_card("ringing")
        await piotrs.say(type="decline", call=call)
        await adams.until_card("talking")
        assert (await CallLeg.objects.aget(pk=leg.pk)).state == "ended"
        assert (await trail(call))[-1] == ("102", "record_voicemail", "declined")


async def test_a_mobile_that_is_busy_leaves_the_phones_ringing(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        await trunk_says(call, await rings_outside(call), CallOutcome.BUSY)
        await piotrs.say(type="answer", call=call)
        await adams.until_card("talking")
        assert await rung(call) == [("102", "")]


async def test_what_the_guard_refuses_is_said_in_the_trail(adam: Extension, piotr: Extension) -> None:
    await Company.objects.acreate(outside_minutes_per_day=0)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        assert await trail(call) == [
            ("102", "skip_mobile", "outside_minutes_used"),
            ("102", "ring", "available"),
        ]
        assert not await CallLeg.objects.exclude(outside_number="").aexists()
        await adams.say(type="hang_up", call=call)
        assert await end_of(adams) == Reason.CANCELLED
