"""An office on a real Asterisk with the product's own configuration; this process owns the link to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from asgiref.sync import sync_to_async
from django.test import override_settings
from pytest_django import Settings

from presence import selectors
from presence.calls.asterisk import configuration, link
from presence.calls.asterisk.configuration import Phone, Trunk
from presence.calls.asterisk.configuration_set import Places, shipped_files
from presence.domain.vocabulary import Lamp
from presence.models import AsteriskLink, Call, CallStep, Registration, Voicemail
from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.server import AsteriskServer
from webclient import asgi  # noqa: F401 - gives the hub of this process its regular work

PASSWORD = "secret"
PEOPLE = {"101": "Adam Nowak", "102": "Piotr Adamiak", "103": "Anna Kowalska", "104": "Ewa Lis"}
SECOND_PHONES = ("101-kitchen",)
SYSTEM_NUMBERS = ("800", "801", "802")


def write_configuration(folder: Path, sounds: Path) -> Path:
    """As `manage.py asterisk_config` writes it, with words where a server of the tests fills in its own values."""
    phones = [Phone(number, name, "en", PASSWORD, "1234", has_voicemail=True) for number, name in PEOPLE.items()]
    second = [Phone(endpoint, endpoint, "en", PASSWORD, "1234", has_voicemail=False) for endpoint in SECOND_PHONES]
    with override_settings(ASTERISK_SOUNDS_DIR=sounds):
        shipped = shipped_files(Places(address="@ADDRESS@", http_port="@HTTP_PORT@", sip_port="@SIP_PORT@"))
    files = {
        **shipped,
        configuration.PHONES: configuration.phones_text([*phones, *second]),
        configuration.HINTS: configuration.hints_text(phones, SYSTEM_NUMBERS, {"en": str(sounds / "greeting-en")}),
        configuration.VOICEMAIL: configuration.voicemail_text(phones),
        configuration.ARI: configuration.ari_text("lampfield", PASSWORD),
        configuration.TRUNK: configuration.trunk_text(
            Trunk("trunk", "@ADDRESS@:@TRUNK_PORT@", header="X-Trunk: tests")
        ),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def lead_to(server: AsteriskServer, settings: Settings) -> None:
    """Let the product's settings name this Asterisk."""
    settings.ASTERISK_URL = f"http://{server.http[0]}:{server.http[1]}"
    settings.ASTERISK_USER, settings.ASTERISK_PASSWORD = "lampfield", PASSWORD
    settings.ASTERISK_TRUNK = "trunk"


@asynccontextmanager
async def linked() -> AsyncIterator[None]:
    """This process owns the link until the block ends."""
    link.start()
    try:
        await eventually(is_ready)
        yield
    finally:
        await link.stop()


async def eventually(question: Callable[[], object], patience: float = PATIENCE_SECONDS) -> object:
    """The first answer of a question about the rows that is true; AssertionError when there is none in time."""
    ask = sync_to_async(question)
    try:
        async with asyncio.timeout(patience):
            while not (answer := await ask()):  # noqa: ASYNC110 - rows tell nobody that they have changed
                await asyncio.sleep(0.02)
            return answer
    except TimeoutError:
        raise AssertionError(f"after {patience:g} s: {await ask()!r}, {await sync_to_async(state)()}") from None


def state() -> Mapping[str, object]:
    """What the rows say, for a test that fails."""
    return {
        "lamps": {number: lamp.value for number, lamp in lamps().items()},
        "phones": list(Registration.objects.values_list("extension__number", "window")),
        "calls": list(Call.objects.values_list("caller_number", "called_number", "state", "end_reason")),
        "trail": list(CallStep.objects.values_list("number", "decision", "reason")),
    }


def is_ready() -> bool:
    return AsteriskLink.objects.filter(is_ready=True).exists()


def lamps() -> dict[str, Lamp]:
    return {row.number: row.lamp for row in selectors.presence_rows()}


def lamp_is(number: str, lamp: Lamp) -> Callable[[], bool]:
    return lambda: lamps()[number] is lamp


def has_phone(endpoint: str) -> Callable[[], bool]:
    return lambda: Registration.objects.filter(window=f"sip-{endpoint}").exists()


def call_ended(reason: str) -> Callable[[], bool]:
    return lambda: Call.objects.filter(end_reason=reason).exists()


def messages_of(number: str) -> Callable[[], list[Voicemail]]:
    return lambda: list(Voicemail.objects.filter(box__number=number, state=Voicemail.State.NEW))
