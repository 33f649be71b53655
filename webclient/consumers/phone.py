"""`/ws/phone/`: a window's phone. Its socket is its registration; what comes in is parsed, passed on and answered."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.http import HttpRequest, parse_cookie
from django.urls import reverse
from django.utils import translation

from presence import hub, selectors
from presence.calls import echo, router
from presence.calls.waiting_card import parked_calls
from presence.domain.dial_codes import CheckVoicemail, EchoTest, Fetch, PickUp, SetStatus, dial_code
from presence.domain.vocabulary import CallState, Surface
from presence.models import Extension
from presence.services import (
    asterisk_calls,
    call_control,
    call_pick_up,
    call_quality,
    calls,
    missed_calls,
    queue_news,
    registration,
    status_by_code,
    status_news,
    voicemail,
)
from presence.services.call_rows import CallRefusedError
from webclient.access import extension_of
from webclient.call_sounds import call_sounds
from webclient.consumers.call_socket import (
    COMMON_HANDLERS,
    CallSocket,
    Message,
    call_id_of,
    field,
    ice_servers,
)
from webclient.consumers.live import LOG_IN_AGAIN, MALFORMED
from webclient.consumers.quality_message import samples_of
from webclient.consumers.sip_account import give_up_account
from webclient.picture_address import FACE

_WINDOW = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
# A reload closes the socket and opens it again: colleagues should not see the phone go and come back.
_UNREGISTER_AFTER_SECONDS = 2.0

T = TypeVar("T")


class PhoneConsumer(CallSocket):
    """One window of one extension."""

    kind = "phone"
    holder: Extension

    async def joined(self) -> None:
        window = parse_qs(self.scope["query_string"].decode("latin-1")).get("window", [""])[0]
        holder = await database_sync_to_async(extension_of)(self.user_id)
        if holder is None or not _WINDOW.match(window):
            await self.close(MALFORMED if holder else LOG_IN_AGAIN)
            return
        self.holder = holder
        await self.take_seat(holder.number, window)
        await database_sync_to_async(registration.register)(extension=holder, window=window, epoch=hub.epoch())
        await self.welcome(**await database_sync_to_async(_told_at_once)(holder, self._language()))

    def _language(self) -> str:
        """As a page of this browser would choose it."""
        headers = {name: value.decode("latin-1") for name, value in self.scope["headers"]}
        request = HttpRequest()
        request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
        request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
        return translation.get_language_from_request(request)

    async def left(self) -> None:
        await super().left()
        if self.extension:
            hub.spawn(self._unregister_unless_back())

    async def _unregister_unless_back(self) -> None:
        await asyncio.sleep(_UNREGISTER_AFTER_SECONDS)
        if not hub.is_draining() and not hub.has_phone(self.extension, self.window):
            await database_sync_to_async(registration.unregister)(
                extension=self.holder, window=self.window, epoch=hub.epoch()
            )
            await give_up_account(self.extension, self.window)

    def cut(self, call_card: Message) -> Message:
        """With the addresses of the other's picture and of what a caller hears before anybody speaks."""
        call = call_card["call"]
        if call_card["picture"]:
            picture = reverse("picture", args=[call_card["other"]["number"], FACE, call_card["picture"]])
            call_card = {**call_card, "picture": picture}
        if call_card["voicemail"]:
            greeting = reverse("call-greeting", args=[call])
            call_card = {**call_card, "voicemail": {**call_card["voicemail"], "greeting": greeting}}
        if call_card["menu"]:
            greeting = reverse("call-menu-sound", args=[call])
            call_card = {**call_card, "menu": {**call_card["menu"], "greeting": greeting}}
        return call_card

    async def dial(self, message: Message) -> None:
        match dial_code(calls.typed(field(message, "number", str))):
            case PickUp(extension=number):
                await self._pick_up(number)
            case Fetch(slot=slot):
                await self._fetch(slot)
            case EchoTest():
                await echo.start(self.holder, self.window, ice_servers())
            case SetStatus() as code:
                await database_sync_to_async(status_by_code.set_status_by_code)(
                    extension=self.holder, code=code, surface=Surface.WEB_CLIENT
                )
                await self.send_message({"type": "done", "what": "dial", "page": ""})
            case CheckVoicemail():
                await self.send_message({"type": "done", "what": "dial", "page": "voicemail"})
            case None:
                await self._call(message["number"], message.get("by"))

    async def _call(self, number: str, by: object) -> None:
        """`by`: "desk_phone"; "desk_phone_first", and in this window when there is none; else in this window."""
        if by in ("desk_phone", "desk_phone_first"):
            try:
                # Routed by whoever holds the link, once the phone is picked up.
                await database_sync_to_async(asterisk_calls.start_call_on_desk_phone)(
                    extension=self.holder, number=number, epoch=hub.epoch()
                )
            except CallRefusedError as error:
                if error.code != "no_desk_phone" or by == "desk_phone":
                    raise
            else:
                return
        arguments = {"extension": self.holder, "window": self.window, "number": number, "epoch": hub.epoch()}
        await router.begin(calls.start_call, **arguments)

    async def answer(self, message: Message) -> None:
        await self._act(calls.answer_call, call_id=call_id_of(message))

    async def decline(self, message: Message) -> None:
        await database_sync_to_async(calls.decline_call)(call_id=call_id_of(message), extension=self.holder)

    async def hold(self, message: Message) -> None:
        await self._act(call_control.hold, call_id=call_id_of(message))

    async def resume(self, message: Message) -> None:
        await self._act(call_control.resume, call_id=call_id_of(message))

    async def transfer(self, message: Message) -> None:
        call_id, number = call_id_of(message), field(message, "number", str)
        router.start_routing(await self._act(call_control.transfer, call_id=call_id, number=number, epoch=hub.epoch()))

    async def join(self, message: Message) -> None:
        call_id, other_id = call_id_of(message), call_id_of(message, "other")
        call = await self._act(call_control.join, call_id=call_id, other_id=other_id, epoch=hub.epoch())
        if call.state == CallState.RINGING:
            router.start_routing(call)

    async def park(self, message: Message) -> None:
        router.start_parking(await self._act(call_control.park, call_id=call_id_of(message), epoch=hub.epoch()))

    async def pick_up(self, message: Message) -> None:
        await self._pick_up(field(message, "number", str))

    async def fetch(self, message: Message) -> None:
        await self._fetch(field(message, "slot", int))

    async def quality(self, message: Message) -> None:
        """How the sound of a call has arrived here since the last report."""
        await self._act(call_quality.keep_quality, call_id=call_id_of(message), samples=samples_of(message))

    async def _pick_up(self, number: str) -> None:
        await self._act(call_pick_up.pick_up, number=number)

    async def _fetch(self, slot: int) -> None:
        await self._act(call_pick_up.fetch, slot=slot)

    async def _act(self, service: Callable[..., T], **arguments: Any) -> T:
        """Do it as this extension, in this window."""
        return await database_sync_to_async(service)(extension=self.holder, window=self.window, **arguments)

    handlers = {
        **COMMON_HANDLERS,
        "dial": dial,
        "answer": answer,
        "decline": decline,
        "hold": hold,
        "resume": resume,
        "transfer": transfer,
        "join": join,
        "park": park,
        "pick_up": pick_up,
        "fetch": fetch,
        "quality": quality,
    }


def _told_at_once(holder: Extension, browsers_language: str) -> Message:
    return {
        "versions": selectors.profile_versions(holder),
        "unheard": voicemail.unheard_count(holder),
        "missed": missed_calls.missed_count(holder),
        "sounds": call_sounds((holder.user and holder.user.language) or browsers_language),
        "parked": parked_calls(),
        "queues": queue_news.queues_of(holder),
        "status": status_news.status_facts(extension_of(holder.user_id) or holder),
    }
