"""The link in a process of its own, `manage.py run_asterisk`: killed in the middle of calls, another takes over."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as product
from pytest_django import Settings

from presence.domain.vocabulary import CallState, Lamp
from presence.models import AsteriskLink, Call, Extension
from tests.asterisk.conftest import OpenPhone
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import TONES
from tests.asterisk.office.conversations import talk
from tests.asterisk.office.installation import (
    PASSWORD,
    PEOPLE,
    call_ended,
    eventually,
    has_phone,
    is_ready,
    lamp_is,
    lead_to,
)
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone
from tests.databases import database_url

pytestmark = pytest.mark.django_db(transaction=True)

STARTED_SECONDS = 30.0  # a process of Django's on a busy machine
TAKEN_OVER_SECONDS = 30.0
SETTLED_SECONDS = 30.0


@pytest.fixture
def asterisk(office_asterisk: AsteriskServer, people: dict[str, Extension], settings: Settings) -> AsteriskServer:
    """Nobody of this process is linked to it."""
    lead_to(office_asterisk, settings)
    return office_asterisk


@contextmanager
def link_process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Linked to the Asterisk of the settings, with the rows of this test; killed at the end at the latest."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(folder),
        "REDIS_URL": "",
        "ASTERISK_URL": product.ASTERISK_URL,
        "ASTERISK_USER": product.ASTERISK_USER,
        "ASTERISK_PASSWORD": product.ASTERISK_PASSWORD,
        "ASTERISK_TRUNK": product.ASTERISK_TRUNK,
    }
    command = [sys.executable, "manage.py", "run_asterisk"]
    with subprocess.Popen(command, cwd=product.BASE_DIR, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_the_process_of_the_link_is_killed_and_another_goes_on(
    asterisk: AsteriskServer, open_phone: OpenPhone, tmp_path: Path
) -> None:
    with link_process(tmp_path) as first:
        await eventually(is_ready, STARTED_SECONDS)
        adam, piotr, anna, ewa = [await phone_at(asterisk, open_phone, number) for number in PEOPLE]
        ours, theirs = await talk(adam, piotr)
        ringing = anna.call("104")
        ewas = await ewa.incoming()
        ewas.ring()
        await ringing.rings()
        fence = (await AsteriskLink.objects.aget()).fence
        first.kill()
        await asyncio.gather(ours.hears(880), theirs.hears(440))

    with link_process(tmp_path):
        await eventually(lambda: AsteriskLink.objects.get().fence > fence and is_ready(), TAKEN_OVER_SECONDS)
        await asyncio.gather(ours.hears(880), theirs.hears(440))
        await eventually(lamp_is("101", Lamp.TALKING))
        # Who routed the other call has died: it ends, and its caller is told.
        await ringing.is_refused(SETTLED_SECONDS)
        await ewas.ends()

        await ours.hold()
        await eventually(lambda: Call.objects.filter(legs__state=CallState.ON_HOLD).exists())
        await ours.resume()
        await asyncio.gather(ours.hears(880), theirs.hears(440))
        await ours.hang_up()
        await theirs.ends()
        await eventually(call_ended("completed"))
        await nothing_is_left()
        again, _ = await talk(anna, ewa)
        await again.hang_up()
        await nothing_is_left()


async def phone_at(server: AsteriskServer, open_phone: OpenPhone, number: str) -> SipPhone:
    phone = open_phone(server, number, PASSWORD, tone=TONES[number])
    await phone.register()
    await eventually(has_phone(number))
    return phone
