"""The same calls by sipp, another maker's idea of SIP: it calls in by the trunk, and answers what is dialled out."""

import asyncio
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, Origin, Status
from presence.models import Call, CallLeg, Company, Extension
from tests.asterisk import sipp
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.destinations import MOBILE
from tests.asterisk.server import AsteriskServer
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)

TALK_SECONDS = 0.5


async def call_in(office: AsteriskServer, folder: Path, number: str, calls: int = 1) -> sipp.Tally:
    return await asyncio.to_thread(
        sipp.call_in, office, folder, number, calls=calls, per_second=4, talk_seconds=TALK_SECONDS
    )


async def test_sipp_calls_in_and_is_led_to_sipp_outside(
    office: AsteriskServer, people: dict[str, Extension], tmp_path: Path
) -> None:
    await sync_to_async(send_to_the_mobile)(people["102"])
    with sipp.answering(office, tmp_path):
        tally = await call_in(office, tmp_path, "102", calls=2)
    assert (tally.successful, tally.failed) == (2, 0)
    await nothing_is_left()
    outside = CallLeg.objects.filter(outside_number=MOBILE, answered_at__isnull=False)
    assert await outside.acount() == 2
    ends = Call.objects.filter(origin=Origin.EXTERNAL).values_list("end_reason", flat=True)
    assert [each async for each in ends] == ["completed", "completed"]


async def test_sipp_calls_a_phone_that_answers(office: AsteriskServer, phone_of: PhoneOf, tmp_path: Path) -> None:
    adam = await phone_of("101")
    calling = asyncio.create_task(call_in(office, tmp_path, "101"))
    theirs = await adam.incoming()
    await theirs.answer()
    await theirs.ends()
    tally = await calling
    assert (tally.successful, tally.failed) == (1, 0)
    await nothing_is_left()


async def test_sipp_is_told_that_a_phone_is_busy(
    office: AsteriskServer, phone_of: PhoneOf, people: dict[str, Extension], tmp_path: Path
) -> None:
    await sync_to_async(rule)(people["101"], Status.AVAILABLE, Condition.BUSY, DestinationKind.END_CALL)
    adam = await phone_of("101")
    calling = asyncio.create_task(call_in(office, tmp_path, "101"))
    (await adam.incoming()).busy()
    tally = await calling
    assert (tally.successful, tally.failed) == (0, 1)
    assert (await Call.objects.aget()).end_reason == CallOutcome.BUSY
    await nothing_is_left()


def send_to_the_mobile(extension: Extension) -> None:
    extension.mobile_number, extension.status = MOBILE, Status.BUSINESS_TRIP
    extension.save()
    Company.objects.update_or_create(pk=1, defaults={"outside_calls_max": 5})
    rule(extension, Status.BUSINESS_TRIP, Condition.ALWAYS, DestinationKind.MOBILE)
