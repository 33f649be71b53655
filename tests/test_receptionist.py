"""Digital receptionists between scripted phones: what a key does, what silence does, and that every menu ends."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.files.base import ContentFile
from django.test import Client

from presence.domain.decisions import KeyPressed
from presence.domain.forwarding import Destination
from presence.domain.vocabulary import CallOutcome, DestinationKind
from presence.models import Call, Extension, Receptionist, ReceptionistTurn, SystemExtension
from presence.services import calls, receptionist
from presence.services.call_rows import CallGoneError, CallRefusedError
from tests.line_cast import END, dial, end_of, make_group, make_receptionist, trail, voicemail_of
from tests.phones import Message, Phone, phone

pytestmark = pytest.mark.django_db(transaction=True)

TO_SALES = Destination(DestinationKind.SYSTEM_EXTENSION, "810")
TO_ANNA = Destination(DestinationKind.EXTENSION, "103")
TO_ITSELF = Destination(DestinationKind.SYSTEM_EXTENSION, "850")
BEYOND = Destination(DestinationKind.SYSTEM_EXTENSION, "851")


async def menu(caller: Phone, turn: int = 1) -> Message:
    """What the caller is asked at this turn."""
    if (caller.card.get("menu") or {}).get("turn") != turn:
        await caller.until(lambda message: (message.get("menu") or {}).get("turn") == turn)
    asked: Message = caller.card["menu"]
    return asked


async def press(caller: Phone, key: str) -> None:
    await caller.say(type="key", call=caller.call, key=key)


@sync_to_async
def be_quick(number: str, *, repeats: int = 2, key_seconds: int = 0) -> None:
    """A greeting of no length, and no time to choose."""
    quick = {"repeats": repeats, "key_seconds": key_seconds, "greeting": "own.webm", "greeting_seconds": 0}
    closed = {"closed_greeting": "own.webm", "closed_greeting_seconds": 0}
    Receptionist.objects.filter(system_extension__number=number).update(**quick, **closed)


async def test_a_key_leads_to_a_ring_group_and_from_there_to_a_voicemail(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await sync_to_async(make_receptionist)("850", {"1": TO_ANNA, "2": TO_SALES})
    await sync_to_async(make_group)("810", piotr, to=voicemail_of("103"))
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "850")
        asked = await menu(adams)
        assert asked["receptionist"] == {"number": "850", "name": "Front desk"}
        assert asked["keys"] == [{"key": "1", "words": "Key 1"}, {"key": "2", "words": "Key 2"}]
        assert (asked["open"], asked["was_wrong"]) == (True, False)
        await press(adams, "2")
        await piotrs.until_card("ringing")
        await piotrs.say(type="decline", call=call)
        recording = await adams.until_card("talking")
        assert recording["voicemail"]["box"]["number"] == "103"
        assert annas.card["state"] == "none"
        assert await trail(call) == [
            ("850", "ask_for_key", "digital_receptionist"),
            ("850", "forward", "key_pressed"),
            ("810", "ring_members", "ring_group"),
            ("810", "record_voicemail", "no_answer"),
        ]
        assert not await ReceptionistTurn.objects.aexists()


async def test_a_key_that_means_nothing_is_told_and_counts_as_a_turn(adam: Extension, anna: Extension) -> None:
    await sync_to_async(make_receptionist)("850", {"1": TO_ANNA}, to=TO_ANNA)
    async with phone(adam) as adams, phone(anna) as annas:
        call = await dial(adams, "850")
        await menu(adams)
        await press(adams, "9")
        assert (await menu(adams, turn=2))["was_wrong"]
        await press(adams, "#")
        await annas.until_card("ringing")
        assert (await trail(call))[1] == ("850", "forward", "no_choice")


@pytest.mark.slow
async def test_silence_is_asked_again_and_then_goes_on(adam: Extension) -> None:
    await sync_to_async(make_receptionist)("850", {"1": TO_ANNA})
    await be_quick("850")
    async with phone(adam) as adams:
        await dial(adams, "850")
        assert not (await menu(adams, turn=2))["was_wrong"]
        assert await end_of(adams) == "no_choice"


@pytest.mark.slow
async def test_closed_it_says_so_once_and_offers_no_keys(adam: Extension) -> None:
    await sync_to_async(make_receptionist)("850", {"1": TO_ANNA})
    await be_quick("850")
    await Receptionist.objects.aupdate(has_hours=True)
    async with phone(adam) as adams:
        call = await dial(adams, "850")
        asked = await menu(adams)
        assert (asked["open"], asked["keys"]) == (False, [])
        await press(adams, "1")
        assert await end_of(adams) == "closed"
        assert await trail(call) == [("850", "ask_for_key", "closed"), ("850", "end_call", "closed")]


async def test_a_menu_that_leads_back_to_itself_ends(adam: Extension) -> None:
    await sync_to_async(make_receptionist)("850", {"1": TO_ITSELF})
    async with phone(adam) as adams:
        await dial(adams, "850")
        await menu(adams)
        await press(adams, "1")
        assert await end_of(adams) == "loop"


async def test_menus_in_a_ring_end_where_they_began(adam: Extension) -> None:
    await sync_to_async(make_receptionist)("850", {"1": BEYOND})
    await sync_to_async(make_receptionist)("851", {"1": TO_ITSELF})
    async with phone(adam) as adams:
        call = await dial(adams, "850")
        await menu(adams)
        await press(adams, "1")
        await adams.until(lambda message: (message.get("menu") or {}).get("receptionist", {}).get("number") == "851")
        await press(adams, "1")
        assert await end_of(adams) == "loop"
        assert len(await trail(call)) == 4


async def test_a_caller_who_hangs_up_is_asked_no_more(adam: Extension) -> None:
    await sync_to_async(make_receptionist)("850", {"1": TO_ANNA})
    async with phone(adam) as adams:
        call = await dial(adams, "850")
        await menu(adams)
        await adams.say(type="hang_up", call=call)
        assert await end_of(adams) == "cancelled"
        assert not await ReceptionistTurn.objects.aexists()


# Without phones: the rows.

KEYS = ("1", "2")


def asked_call(adam: Extension, *, is_open: bool = True, keys: tuple[str, ...] = KEYS) -> Call:
    call = calls.start_call(extension=adam, window="window-of-101", number="850", epoch="")
    assert isinstance(receptionist.start_turn(call_id=call.pk, number="850", is_open=is_open, keys=keys), float)
    return call


def answer(call: Call, *, is_time_over: bool = False) -> object:
    return receptionist.answer_of(call_id=call.pk, keys=KEYS, is_time_over=is_time_over)


def test_only_the_first_key_counts_and_only_from_the_callers_window(adam: Extension, anna: Extension) -> None:
    make_receptionist("850", {"1": END})
    call = asked_call(adam)
    for extension, window in ((anna, "window-of-101"), (adam, "window-other"), (None, "window-of-101")):
        with pytest.raises(CallGoneError):
            receptionist.press_key(call_id=call.pk, extension=extension, window=window, key="1")
    assert answer(call) is None
    receptionist.press_key(call_id=call.pk, extension=adam, window="window-of-101", key="2")
    with pytest.raises(CallGoneError):
        receptionist.press_key(call_id=call.pk, extension=adam, window="window-of-101", key="1")
    assert answer(call) == KeyPressed("2")
    assert answer(call) is CallOutcome.FAILED  # nobody asks any more


@pytest.mark.parametrize("key", ["", "11", "a", "\u0661", "+"])
def test_what_is_no_key_of_a_phone_is_refused(adam: Extension, key: str) -> None:
    make_receptionist("850", {"1": END})
    call = asked_call(adam)
    with pytest.raises(CallRefusedError):
        receptionist.press_key(call_id=call.pk, extension=adam, window="window-of-101", key=key)


def test_a_key_pressed_at_the_last_moment_counts(adam: Extension) -> None:
    make_receptionist("850", {"1": END})
    call = asked_call(adam)
    receptionist.press_key(call_id=call.pk, extension=adam, window="window-of-101", key="1")
    assert answer(call, is_time_over=True) == KeyPressed("1")


def test_the_time_to_choose_begins_when_the_greeting_is_over(adam: Extension) -> None:
    make_receptionist("850", {"1": END})
    Receptionist.objects.update(key_seconds=8, greeting="own.webm", greeting_seconds=30, closed_greeting="own.webm")
    call = calls.start_call(extension=adam, window="window-of-101", number="850", epoch="")
    seconds = receptionist.start_turn(call_id=call.pk, number="850", is_open=True, keys=KEYS)
    assert seconds == 39
    assert answer(call, is_time_over=True) == 39


@pytest.mark.parametrize(("is_open", "keys", "seconds"), [(True, KEYS, 16.1), (True, (), 8.1), (False, (), 6.0)])
def test_without_a_greeting_of_its_own_the_shipped_one_is_waited_for(
    adam: Extension, is_open: bool, keys: tuple[str, ...], seconds: float
) -> None:
    make_receptionist("850", {"1": END})
    call = calls.start_call(extension=adam, window="window-of-101", number="850", epoch="")
    asked = receptionist.start_turn(call_id=call.pk, number="850", is_open=is_open, keys=keys)
    assert asked == pytest.approx(seconds)


def test_who_hung_up_or_called_what_is_gone_is_not_asked(adam: Extension) -> None:
    call = calls.start_call(extension=adam, window="window-of-101", number="850", epoch="")
    start: dict[str, Any] = {"call_id": call.pk, "number": "850", "is_open": True, "keys": KEYS}
    assert receptionist.start_turn(**start) is CallOutcome.FAILED
    make_receptionist("850", {})
    calls.hang_up(call_id=call.pk, extension=adam, window="window-of-101")
    assert receptionist.start_turn(**start) is CallOutcome.CANCELLED
    assert answer(call) is CallOutcome.CANCELLED


# What the caller hears.


@pytest.mark.parametrize(
    ("language", "is_open", "sound"), [("en", True, "menu-open-en"), ("pl", False, "menu-closed-pl")]
)
def test_the_caller_hears_the_shipped_greeting_in_their_language(
    adams_browser: Client, adam: Extension, language: str, is_open: bool, sound: str
) -> None:
    make_receptionist("850", {"1": END})
    call = asked_call(adam, is_open=is_open)
    response = adams_browser.get(f"/calls/{call.pk}/menu/", headers={"Accept-Language": language})
    assert response.status_code == 302
    assert sound in response["Location"]


@pytest.mark.parametrize("is_open", [True, False])
def test_the_caller_hears_the_receptionists_own_greeting(adams_browser: Client, adam: Extension, is_open: bool) -> None:
    system: SystemExtension = make_receptionist("850", {"1": END})
    own = Receptionist.objects.get(system_extension=system)
    own.greeting.save("open.webm", ContentFile(b"open"))
    own.closed_greeting.save("closed.webm", ContentFile(b"closed"))
    call = asked_call(adam, is_open=is_open)
    response = adams_browser.get(f"/calls/{call.pk}/menu/")
    assert (response.content, response["Content-Type"]) == (b"open" if is_open else b"closed", "audio/webm")


def test_nobody_hears_what_another_is_asked_nor_anything_when_it_is_over(
    adams_browser: Client, adam: Extension, anna: Extension
) -> None:
    make_receptionist("850", {"1": END})
    annas, own = asked_call(anna), asked_call(adam)
    assert adams_browser.get(f"/calls/{annas.pk}/menu/").status_code == 404
    calls.hang_up(call_id=own.pk, extension=adam, window="window-of-101")
    # Its page may have asked before it knew: that is no error.
    assert adams_browser.get(f"/calls/{own.pk}/menu/").status_code == 204
