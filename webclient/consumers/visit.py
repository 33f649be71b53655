"""`/ws/visit/?token=...`: a visitor's end of their one call."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from channels.db import database_sync_to_async
from django.utils import timezone

from presence import hub
from presence.calls import card, router
from presence.models import Visit, visitor_party
from presence.models.sole import sole
from presence.services import visits
from webclient.call_sounds import call_sounds
from webclient.consumers.call_socket import COMMON_HANDLERS, CallSocket, Message, field
from webclient.consumers.live import MALFORMED
from webclient.consumers.sip_account import give_up_account
from webclient.socket_login import SocketLogin
from webclient.visit_card import UNAVAILABLE, VisitorsView, told_reason
from webclient.visit_token import VisitToken, read_token

# A socket that broke comes back; a page that was closed or loaded anew does not.
_GONE_AFTER_SECONDS = 5.0
_OPEN_MAX = timedelta(days=1)
# A refusal takes as long as a rule that ends the call: the time must not tell which it was.
_END_AFTER_SECONDS = 0.5
_NOBODY = 0  # no user has this id


class VisitConsumer(CallSocket):
    """The one window of a visit."""

    kind = "visitor"
    token: VisitToken
    visit: Visit
    view: VisitorsView

    async def login(self) -> SocketLogin | None:
        """A visitor has none: the token stands for the visit."""
        opened = await hub.look_up(_opened, token_in(self.scope))
        if opened is None:
            return None
        self.token, self.visit = opened
        number = "" if self.token.name else self.visit.number
        self.view = VisitorsView(number, self.token.name, token_in(self.scope))
        return _login_of(self.token)

    async def joined(self) -> None:
        self._told: dict[str, int] = {}
        self._dialled_at = 0.0
        await self.take_seat(visitor_party(self.token.window), self.token.window)
        await self.welcome(sounds=call_sounds(self.token.language))

    async def left(self) -> None:
        await super().left()
        if self.extension:
            hub.spawn(self._end_unless_back())

    async def _end_unless_back(self) -> None:
        leases = await database_sync_to_async(visits.visit_leases)(self.window)
        await asyncio.sleep(_GONE_AFTER_SECONDS)
        if not hub.has_phone(self.extension, self.window):
            await database_sync_to_async(visits.end_visit)(window=self.window, leases=leases)
            await give_up_account(self.extension, self.window)

    @property
    def sip_socket(self) -> str:
        return f"/ws/visit/sip/?{urlencode({'token': token_in(self.scope)})}"

    async def dial(self, message: Message) -> None:
        """What the page was opened for, and nothing else; a page that was opened by a link names no number."""
        if field(message, "number", str) != self.view.number:
            await self.close(MALFORMED)
            return
        self._dialled_at = asyncio.get_running_loop().time()
        call, is_taken = await database_sync_to_async(visits.start_visit_call)(
            visit=self.visit, window=self.window, epoch=hub.epoch()
        )
        # Before anything can become of it: a fast end would otherwise be told without a beginning.
        for begun in await database_sync_to_async(card.open_cards)(None, self.window):
            await self.send_message({"type": "call", **begun})
        if is_taken:
            router.start_routing(call)
        else:
            await database_sync_to_async(visits.refuse_visit_call)(call_id=call.pk)

    async def send_message(self, message: Message) -> None:
        if message.get("type") == "call":
            if message["version"] <= self._told.get(message["call"], 0):
                return
            self._told[message["call"]] = message["version"]
            if told_reason(message["end_reason"]) == UNAVAILABLE:
                await asyncio.sleep(self._dialled_at + _END_AFTER_SECONDS - asyncio.get_running_loop().time())
        await super().send_message(message)

    def cut(self, call_card: Message) -> Message:
        return self.view.of(call_card) | ({"type": "call"} if call_card.get("type") == "call" else {})

    handlers = {**COMMON_HANDLERS, "dial": dial}


async def visitors_login(scope: Mapping[str, Any]) -> SocketLogin | None:
    """Of a socket with a visit's token; its `session` is the visitor's window. None for a token that is not valid."""
    opened = await hub.look_up(_opened, token_in(scope))
    return _login_of(opened[0]) if opened is not None else None


def token_in(scope: Mapping[str, Any]) -> str:
    given: dict[str, list[str]] = parse_qs(scope["query_string"].decode("latin-1"))
    return given.get("token", [""])[0]


def _login_of(token: VisitToken) -> SocketLogin:
    return SocketLogin(_NOBODY, token.window, timezone.now() + _OPEN_MAX)


def _opened(signed: str) -> tuple[VisitToken, Visit] | None:
    """A token opens the socket for an hour and, once the visitor talks, as long as they talk."""
    token = read_token(signed, is_talking=True)
    if token is None:
        return None
    is_valid = bool(visits.visit_leases(token.window)) or read_token(signed) is not None
    visit = sole(Visit.objects.filter(pk=token.window)) if is_valid else None
    return (token, visit) if visit is not None else None
