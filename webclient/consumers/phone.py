"""`/ws/phone/`: a window's phone. Its socket is its registration; what comes in is parsed, passed on and answered."""

import asyncio
import re
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.urls import reverse

from presence import hub
from presence.calls import router
from presence.models import Extension
from presence.services import calls, registration, voicemail
from webclient.access import extension_of
from webclient.consumers.call_socket import COMMON_HANDLERS, CallSocket, Message, call_id_of, field
from webclient.consumers.live import LOG_IN_AGAIN, MALFORMED

_WINDOW = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
# A reload closes the socket and opens it again: colleagues should not see the phone go and come back.
_UNREGISTER_AFTER_SECONDS = 2.0


class PhoneConsumer(CallSocket):
    """One window of one extension."""

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
        await self.welcome(unheard=await database_sync_to_async(voicemail.unheard_count)(holder))

    async def left(self) -> None:
        await super().left()
        if self.extension:
            hub.spawn(self._unregister_unless_back())

    async def _unregister_unless_back(self) -> None:
        await asyncio.sleep(_UNREGISTER_AFTER_SECONDS)
        if not hub.has_phone(self.extension, self.window):
            await database_sync_to_async(registration.unregister)(
                extension=self.holder, window=self.window, epoch=hub.epoch()
            )

    def cut(self, call_card: Message) -> Message:
        """With the addresses of what a caller hears before anybody speaks."""
        call = call_card["call"]
        if call_card["voicemail"]:
            greeting = reverse("call-greeting", args=[call])
            call_card = {**call_card, "voicemail": {**call_card["voicemail"], "greeting": greeting}}
        if call_card["menu"]:
            greeting = reverse("call-menu-sound", args=[call])
            call_card = {**call_card, "menu": {**call_card["menu"], "greeting": greeting}}
        return call_card

    async def dial(self, message: Message) -> None:
        number = field(message, "number", str)
        call = await database_sync_to_async(calls.start_call)(
            extension=self.holder, window=self.window, number=number, epoch=hub.epoch()
        )
        router.start_routing(call)

    async def answer(self, message: Message) -> None:
        await database_sync_to_async(calls.answer_call)(
            call_id=call_id_of(message), extension=self.holder, window=self.window
        )

    async def decline(self, message: Message) -> None:
        await database_sync_to_async(calls.decline_call)(call_id=call_id_of(message), extension=self.holder)

    handlers = {
        **COMMON_HANDLERS,
        "dial": dial,
        "answer": answer,
        "decline": decline,
    }
