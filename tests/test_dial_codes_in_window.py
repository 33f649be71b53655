"""The codes of a desk phone do the same when they are dialled in a browser."""

from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.utils import timezone

from presence.models import Call, Extension
from tests.phones import phone

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_status_is_set_where_it_was_dialled_and_every_window_hears_of_it(adam: Extension) -> None:
    async with phone(adam) as window, phone(adam) as other_window:
        before = timezone.now()
        await window.say(type="dial", number="*33 * 30")
        told = await window.until(lambda message: message["type"] == "done")
        assert (told["what"], told["page"]) == ("dial", "")
        news = await other_window.until(lambda message: message["type"] == "status_set")
        assert (news["status"], news["surface"], news["by"]) == ("lunch", "web_client", "")
    await database_sync_to_async(adam.refresh_from_db)()
    assert adam.status_until is not None
    assert before <= adam.status_until - timedelta(minutes=30) <= timezone.now()
    assert not await Call.objects.aexists()


async def test_the_code_of_the_own_voicemail_leads_to_its_page(adam: Extension) -> None:
    async with phone(adam) as window:
        await window.say(type="dial", number="*97")
        told = await window.until(lambda message: message["type"] == "done")
        assert (told["what"], told["page"]) == ("dial", "voicemail")
    assert not await Call.objects.aexists()


@pytest.mark.parametrize("number", ["*35", "*33*0", "*33*86401", "*98"])
async def test_what_is_no_code_is_no_number_either(adam: Extension, number: str) -> None:
    async with phone(adam) as window:
        await window.say(type="dial", number=number)
        refused = await window.until(lambda message: message["type"] == "refused")
        assert refused["code"] == "bad_number"
    await database_sync_to_async(adam.refresh_from_db)()
    assert adam.status == "available"
