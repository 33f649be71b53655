"""Codes dialled on a desk phone: the status is set and said, messages are played and deleted by keys."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.files.base import ContentFile
from django.utils import timezone

from presence.domain.vocabulary import Lamp
from presence.models import Call, Extension, Voicemail
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.installation import eventually, lamp_is
from tests.sounds import live_recording

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 20.0
UNKNOWN = 404
MESSAGE_HZ = 440  # of `live_recording`


def a_message(box: Extension, *, seconds: float = 2) -> Voicemail:
    message = Voicemail(box=box, caller_number="103", origin="internal", state=Voicemail.State.NEW)
    message.sound.save("message.webm", ContentFile(live_recording(seconds)), save=False)
    message.save()
    return message


def is_now(message: Voicemail, **fields: Any) -> bool:
    return Voicemail.objects.filter(pk=message.pk, **fields).exists()


async def test_a_status_with_an_end_is_set_said_and_hung_up(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    adam = await phone_of("101")
    before = timezone.now()
    call = adam.call("*33*30")
    await call.talks()
    await eventually(lamp_is("101", Lamp.LUNCH))
    await call.hears_something()
    await call.ends(PATIENCE_SECONDS)  # by the server, when all is said
    holder = await Extension.objects.aget(number="101")
    assert holder.status_set_on == "desk_phone"
    assert holder.status_until is not None
    assert before <= holder.status_until - timedelta(minutes=30) <= timezone.now()
    assert not await Call.objects.aexists()


async def test_who_hangs_up_at_once_has_the_status_all_the_same(phone_of: PhoneOf) -> None:
    adam = await phone_of("101")
    call = adam.call("*31")
    await call.talks()
    await call.hang_up()
    await eventually(lamp_is("101", Lamp.AWAY))


async def test_what_is_no_code_is_an_unknown_number(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    adam = await phone_of("101")
    assert (await adam.call("*35").is_refused(PATIENCE_SECONDS)).status == UNKNOWN
    assert (await adam.call("*33*0").is_refused(PATIENCE_SECONDS)).status == UNKNOWN


async def test_messages_are_heard_and_deleted_by_keys(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    message = await sync_to_async(a_message)(people["101"])
    adam = await phone_of("101")
    call = adam.call("*97")
    await call.talks()
    await call.hears(MESSAGE_HZ, PATIENCE_SECONDS)
    await eventually(lambda: is_now(message, state=Voicemail.State.HEARD), PATIENCE_SECONDS)
    await call.press_keys("7")
    await eventually(lambda: is_now(message, deleted_at__isnull=False), PATIENCE_SECONDS)
    await call.ends(PATIENCE_SECONDS)


async def test_who_hangs_up_in_a_message_has_not_heard_it(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    message = await sync_to_async(a_message)(people["101"], seconds=20)
    adam = await phone_of("101")
    call = adam.call("*97")
    await call.talks()
    await call.hears(MESSAGE_HZ, PATIENCE_SECONDS)
    await call.hang_up()
    # The next code is answered: nothing of this one is left behind.
    again = adam.call("*97")
    await again.talks()
    await again.hears(MESSAGE_HZ, PATIENCE_SECONDS)
    await again.hang_up()
    assert await sync_to_async(is_now)(message, state=Voicemail.State.NEW)


async def test_one_hears_the_echo_of_oneself(phone_of: PhoneOf) -> None:
    adam = await phone_of("101")
    call = adam.call("*43")
    await call.hears(440)
    await call.hang_up()
