"""A visitor's call over the real sockets: it rings like any external call, and the visitor learns nothing from it."""

import asyncio
import json
import time
from datetime import timedelta
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.core import signing
from django.core.files.base import ContentFile
from django.test import AsyncClient
from django.utils import timezone
from pytest_django import Settings

from presence.domain.vocabulary import Condition, DestinationKind, Origin, Reason, Status
from presence.models import Call, CallLeg, Extension, Greeting, Receptionist, SystemExtension, Visit, Voicemail
from presence.services.visit_links import renew_visit_link
from tests.cast import rule
from tests.phones import Message, Phone, phone
from tests.visitors import socket_of, token_for, visitor, visitor_with
from webclient.consumers import visit as visit_consumer
from webclient.visit_token import VisitToken, read_token

pytestmark = pytest.mark.django_db(transaction=True)

set_rule = database_sync_to_async(rule)
MALFORMED, START_AGAIN = 4400, 4401


async def dial(visitors: Phone, number: str = "102") -> str:
    await visitors.say(type="dial", number=number)
    await visitors.until(lambda message: message["type"] == "call")
    return visitors.call


async def talk(visitors: Phone, callee: Phone) -> str:
    call = await dial(visitors)
    await callee.until_card("ringing")
    await callee.say(type="answer", call=call)
    await visitors.until_card("talking")
    await callee.until_card("talking")
    return call


async def test_a_visitor_rings_the_callee_as_an_external_caller_whose_name_is_unverified(piotr: Extension) -> None:
    async with phone(piotr) as piotrs, visitor(name="Jan Gość") as visitors:
        call = await dial(visitors)
        ringing = await piotrs.until_card("ringing")
        assert ringing["origin"] == Origin.EXTERNAL
        assert ringing["other"] == {"number": "", "name": "Jan Gość"}
        assert ringing["unverified"] is True
        await piotrs.say(type="answer", call=call)
        talking = await visitors.until_card("talking")
        assert talking["other"] == {"number": "102", "name": ""}
        await visitors.say(type="hang_up", call=call)
        assert (await visitors.until_card("ended"))["end_reason"] == Reason.COMPLETED
        assert (await piotrs.until_card("ended"))["end_reason"] == Reason.COMPLETED


async def test_what_both_browsers_agree_on_is_passed_between_visitor_and_callee(piotr: Extension) -> None:
    async with phone(piotr) as piotrs, visitor() as visitors:
        call = await talk(visitors, piotrs)
        await visitors.say(type="signal", call=call, data={"from": "visitor"})
        assert (await piotrs.until(lambda m: m["type"] == "signal"))["data"] == {"from": "visitor"}
        await piotrs.say(type="signal", call=call, data={"from": "piotr"})
        assert (await visitors.until(lambda m: m["type"] == "signal"))["data"] == {"from": "piotr"}


async def test_a_visitor_and_a_colleague_meet_different_rules_at_the_same_moment(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await set_rule(
        piotr, Status.AVAILABLE, Condition.NOT_REGISTERED, DestinationKind.EXTENSION, "103", origin=Origin.EXTERNAL
    )
    await set_rule(piotr, Status.AVAILABLE, Condition.NOT_REGISTERED, DestinationKind.END_CALL, origin=Origin.INTERNAL)
    async with phone(adam) as adams, phone(anna) as annas, visitor() as visitors:
        await asyncio.gather(dial(visitors), adams.say(type="dial", number="102"))
        assert (await annas.until_card("ringing"))["unverified"] is True
        assert (await adams.until_card("ended"))["end_reason"] == Reason.NOT_REGISTERED
        assert visitors.card["state"] == "dialling"
        assert visitors.card["other"] == {"number": "102", "name": ""}


async def heard_of(path: str, number: str) -> list[Message]:
    """Everything a visitor is told of a call that nobody takes, without what differs from call to call."""
    async with visitor(path) as visitors:
        await visitors.say(type="dial", number=number)
        await visitors.until_card("ended")
        told = json.dumps(visitors.heard[1:]).replace(visitors.call, "CALL").replace(number, "NUMBER")
    return [
        {key: value for key, value in message.items() if key not in {"started", "ended"}}
        for message in json.loads(told)
        if message["type"] != "alive?"
    ]


@pytest.mark.slow
async def test_a_visitor_cannot_tell_a_rule_from_a_switch_or_from_a_number_that_does_not_exist(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    """102 ends calls by rule, 103 is disabled, 101 switched off, 801 has nobody, 802 is switched off, 999 is none."""
    await set_rule(piotr, Status.AVAILABLE, Condition.NOT_REGISTERED, DestinationKind.END_CALL)
    await Extension.objects.filter(pk=anna.pk).aupdate(is_enabled=False)
    await Extension.objects.filter(pk=adam.pk).aupdate(takes_visits=False)
    await SystemExtension.objects.acreate(number="801", name="Sales", kind="ring_group")
    await SystemExtension.objects.acreate(number="802", name="Service", kind="ring_group", takes_visits=False)

    told = {
        number: await heard_of(f"/visit/{number}/", number) for number in ("102", "103", "101", "801", "802", "999")
    }

    assert [message["state"] for message in told["102"]] == ["dialling", "ended"]
    assert told["102"][-1]["end_reason"] == "unavailable"
    assert all(each == told["102"] for each in told.values()), told


async def test_whoever_takes_no_visits_is_not_told_of_one(adam: Extension, piotr: Extension) -> None:
    await Extension.objects.filter(pk=piotr.pk).aupdate(takes_visits=False)
    async with phone(piotr) as piotrs, phone(adam) as adams, visitor() as visitors:
        await dial(visitors)
        await visitors.until_card("ended")
        await adams.say(type="dial", number="102")
        assert (await piotrs.until_card("ringing"))["origin"] == Origin.INTERNAL
    assert not await CallLeg.objects.filter(extension=piotr, call__origin=Origin.EXTERNAL).aexists()


async def test_by_a_link_the_number_is_never_told(piotr: Extension) -> None:
    code = await database_sync_to_async(renew_visit_link)(extension=piotr)
    token = await token_for(f"/v/{code}/")
    assert "102" not in str(signing.loads(token, salt="lampfield.visit")).replace(token, "")
    async with phone(piotr) as piotrs, visitor_with(token) as visitors:
        call = await dial(visitors, "")
        await piotrs.until_card("ringing")
        await piotrs.say(type="answer", call=call)
        talking = await visitors.until_card("talking")
        assert talking["other"] == {"number": "", "name": "Piotr Adamiak"}
        assert '"102"' not in json.dumps(visitors.heard)


async def test_a_visitor_calls_what_the_page_was_opened_for_and_nothing_else(piotr: Extension, anna: Extension) -> None:
    async with phone(anna), visitor("/visit/102/") as visitors:
        await visitors.say(type="dial", number="103")
        assert await visitors.until_closed() == MALFORMED
    assert not await Call.objects.aexists()


async def test_a_visit_has_one_call(piotr: Extension) -> None:
    token = await token_for("/visit/102/")
    async with phone(piotr) as piotrs, visitor_with(token) as visitors:
        call = await dial(visitors)
        await piotrs.until_card("ringing")
        await visitors.say(type="dial", number="102")
        refused = await visitors.until(lambda message: message["type"] == "refused")
        assert (refused["what"], refused["code"]) == ("dial", "gone")
        await visitors.say(type="hang_up", call=call)
        await visitors.until_card("ended")
        await visitors.say(type="dial", number="102")
        await visitors.until(lambda message: message["type"] == "refused")
    assert await Call.objects.acount() == 1


@pytest.mark.parametrize(
    "kind", ["answer", "decline", "hold", "transfer", "join", "pick_up", "park", "fetch", "nonsense"]
)
async def test_what_a_visitor_may_not_say_closes_the_socket(piotr: Extension, kind: str) -> None:
    async with phone(piotr) as piotrs, visitor() as visitors:
        call = await talk(visitors, piotrs)
        await visitors.say(type=kind, call=call, number="103", slot=1)
        assert await visitors.until_closed() == MALFORMED


async def refused_with(token: str) -> int:
    communicator = socket_of(token)
    connected, _ = await communicator.connect()
    assert connected
    output = await communicator.receive_output()
    return int(output["code"])


@pytest.mark.parametrize("how", ["", "nonsense", "cut", "turned", "other salt", "of nobody"])
async def test_a_token_that_is_not_ours_opens_nothing(piotr: Extension, how: str) -> None:
    token = await token_for("/visit/102/")
    read = read_token(token)
    assert read is not None
    tampered = {
        "": "",
        "nonsense": "nonsense",
        "cut": token[:-1],
        "turned": token[::-1],
        "other salt": signing.dumps({"window": read.window, "name": "", "language": "en"}, salt="other"),
        "of nobody": VisitToken("0d0c7a9e-6d4c-4a1e-9c54-3d9bf7f3a111", "", "en").signed,
    }
    assert await refused_with(tampered[how]) == START_AGAIN


async def test_a_token_is_good_for_an_hour_and_for_a_call_that_lasts_longer(
    piotr: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await token_for("/visit/102/")
    async with phone(piotr) as piotrs, visitor_with(token) as visitors:
        await talk(visitors, piotrs)
        hours_later = timezone.now() + timedelta(hours=2)
        monkeypatch.setattr("django.core.signing.time.time", hours_later.timestamp)
        async with visitor_with(token) as back:
            assert back.heard[0]["calls"][0]["state"] == "talking"
            await back.say(type="hang_up", call=visitors.call)
            await piotrs.until_card("ended")
        assert await refused_with(token) == START_AGAIN


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null", "file://"])
async def test_a_page_of_another_origin_opens_no_socket(piotr: Extension, settings: Settings, origin: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    communicator = socket_of(await token_for("/visit/102/"), (b"origin", origin.encode()), (b"host", b"testserver"))
    connected, _ = await communicator.connect()
    assert not connected


@database_sync_to_async
def make_receptionist(greeting_of_its_own: bytes) -> None:
    """802: key 2 leads to Piotr."""
    system = SystemExtension.objects.create(number="802", name="Front desk", kind="digital_receptionist")
    receptionist = Receptionist.objects.create(system_extension=system)
    receptionist.greeting.save("greeting.webm", ContentFile(greeting_of_its_own))
    receptionist.options.create(key="2", words="Piotr", destination_kind="extension", destination_value="102")


async def test_a_visitor_chooses_with_a_key_at_a_digital_receptionist(piotr: Extension) -> None:
    await make_receptionist(b"a greeting")
    async with phone(piotr) as piotrs, visitor("/visit/802/") as visitors:
        await visitors.say(type="dial", number="802")
        asked = await visitors.until(lambda message: message["type"] == "call" and message["menu"] is not None)
        assert asked["menu"]["keys"] == [{"key": "2", "words": "Piotr"}]
        assert asked["menu"]["receptionist"] == {"number": "802", "name": ""}
        sound = await AsyncClient().get(asked["menu"]["greeting"])
        assert (sound.status_code, sound.content) == (200, b"a greeting")
        await visitors.say(type="key", call=visitors.call, key="2")
        assert (await piotrs.until_card("ringing"))["unverified"] is True
        assert visitors.card["other"] == {"number": "802", "name": ""}
        await visitors.until(lambda message: message["type"] == "call" and message["menu"] is None)
        assert (await AsyncClient().get(asked["menu"]["greeting"])).status_code == 204


def token_in(address: str) -> str:
    return address.split("/")[3]


async def test_a_greeting_is_heard_by_the_visitor_at_the_voicemail_and_by_nobody_else(piotr: Extension) -> None:
    await set_rule(piotr, Status.AVAILABLE, Condition.NOT_REGISTERED, DestinationKind.VOICEMAIL)
    await Greeting.objects.acreate(extension=piotr, sound=ContentFile(b"own words", "own.webm"), seconds=1)
    async with visitor() as visitors:
        await dial(visitors)
        greeting = (await visitors.until_card("talking"))["voicemail"]["greeting"]
        assert (await AsyncClient().get(greeting)).content == b"own words"
        foreign = greeting.replace(token_in(greeting), await token_for("/visit/102/"))
        assert (await AsyncClient().get(foreign)).status_code == 404
        await visitors.say(type="hang_up", call=visitors.call)
        await visitors.until_card("ended")
        assert (await AsyncClient().get(greeting)).status_code == 204


@pytest.fixture
def _soon_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit_consumer, "_GONE_AFTER_SECONDS", 0.2)


@pytest.mark.usefixtures("_soon_gone")
async def test_a_page_that_is_closed_while_ringing_ends_the_call(piotr: Extension) -> None:
    async with phone(piotr) as piotrs:
        async with visitor() as visitors:
            await dial(visitors)
            await piotrs.until_card("ringing")
        ended = await piotrs.until_card("ended")
        assert ended["end_reason"] == Reason.LOST


@pytest.mark.slow
@pytest.mark.usefixtures("_soon_gone")
async def test_a_page_that_comes_back_in_time_keeps_the_call(piotr: Extension) -> None:
    token = await token_for("/visit/102/")
    async with phone(piotr) as piotrs:
        async with visitor_with(token) as visitors:
            call = await talk(visitors, piotrs)
        async with visitor_with(token) as back:
            assert back.heard[0]["calls"][0]["call"] == call
            # Asked every 3 s, the first time at once: the socket that was lost has been forgotten meanwhile.
            for _ in range(2):
                await back.until(lambda message: message["type"] == "alive?")
            await back.say(type="signal", call=call, data={"still": "here"})
            assert (await piotrs.until(lambda m: m["type"] == "signal"))["data"] == {"still": "here"}


@pytest.mark.usefixtures("_soon_gone")
async def test_a_page_that_is_closed_while_recording_leaves_what_was_said(piotr: Extension) -> None:
    await set_rule(piotr, Status.AVAILABLE, Condition.NOT_REGISTERED, DestinationKind.VOICEMAIL)
    async with visitor(name="Jan Gość") as visitors:
        await dial(visitors)
        talking = await visitors.until_card("talking")
        assert talking["voicemail"]["box"] == {"number": "102", "name": ""}
        greeting = talking["voicemail"]["greeting"]
        assert (await AsyncClient().get(greeting)).status_code == 302
        call = UUID(visitors.call)
        await visitors.say_bytes(str(call).encode() + (0).to_bytes(4, "big") + b"what was said")
        await visitors.until(lambda message: message["type"] == "stored")

    async with phone(piotr) as piotrs:
        # The page is forgotten before or after this window opens.
        if not any(message.get("unheard") or message.get("count") for message in piotrs.heard):
            await piotrs.until(lambda message: message["type"] == "unheard" and message["count"] == 1)
    message = await Voicemail.objects.select_related("call").aget(call_id=call)
    assert message.call is not None
    assert (message.call.end_reason, message.caller_name, message.origin) == (Reason.LOST, "Jan Gość", Origin.EXTERNAL)
    assert (await AsyncClient().get(greeting)).status_code == 204  # over, which is no error


async def test_a_name_travels_as_text_and_nothing_else(piotr: Extension) -> None:
    name = "<img src=x onerror=alert(1)>"
    async with phone(piotr) as piotrs, visitor(name=name) as visitors:
        await dial(visitors)
        assert (await piotrs.until_card("ringing"))["other"]["name"] == name
    assert (await Visit.objects.aget()).name == name


async def test_every_window_is_told_the_servers_time_at_once(piotr: Extension) -> None:
    before = time.time()
    async with phone(piotr) as piotrs, visitor() as visitors:
        for window in (piotrs, visitors):
            assert before <= window.heard[0]["now"] <= time.time()
