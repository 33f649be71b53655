"""Desk phones as windows of their extensions: which endpoints are reachable, registered like any other phone.

An endpoint belongs to the extension whose number its name begins with: `101`, or `101-kitchen` for a second phone.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from channels.db import database_sync_to_async

from presence import hub
from presence.calls.asterisk.translate import APP_CHANNELS, ContactChanged
from presence.models import DESK_PHONE, Extension
from presence.models.sole import sole
from presence.services import registration

log = logging.getLogger(__name__)


def extension_number(endpoint: str) -> str:
    """Whose phone an endpoint is, by its name; empty: a browser's window."""
    return "" if endpoint.startswith(APP_CHANNELS) else endpoint.partition("-")[0]


class DeskPhoneSeat:
    """A desk phone's place in the hub, which its registration lives by (`presence.hub.sockets.PhoneSocket`)."""

    user_id = 0  # nobody's login
    session = ""
    expires_at = datetime.max.replace(tzinfo=UTC)

    def __init__(self, extension: str, endpoint: str) -> None:
        self.extension = extension
        self.window = f"{DESK_PHONE}{endpoint}"

    async def send_message(self, message: dict[str, Any]) -> None:
        """The switch rings it; what a card says besides has no screen here."""

    async def close(self, code: int) -> None:
        """Nothing to close: the phone is registered at Asterisk, not here."""


class Devices:
    """Every endpoint with the contacts that Asterisk knows of."""

    def __init__(self, trunk: str) -> None:
        self._trunk = trunk
        self._contacts: dict[str, set[str]] = {}
        self._seats: dict[str, DeskPhoneSeat] = {}
        self._in_turn = asyncio.Lock()  # who comes and goes at once must not stay

    def registered(self, extension: str) -> list[str]:
        """The endpoints of this extension that can ring."""
        return [endpoint for endpoint, seat in self._seats.items() if seat.extension == extension]

    def contacts(self, endpoint: str) -> Collection[str] | None:
        """Where the devices of an endpoint are; None for one that was there before we were."""
        contacts = self._contacts.get(endpoint, set())
        return None if "" in contacts else contacts

    async def take_all(self, endpoints: Iterable[Mapping[str, Any]]) -> None:
        """What Asterisk lists at connect; phones that are not on it are registered no more."""
        online = {str(each["resource"]) for each in endpoints if each.get("state") == "online"}
        for endpoint in [*self._seats]:
            if endpoint not in online:
                await self._leave(endpoint)
        for endpoint in online:
            # One that was reachable before the connection has contacts whose names nobody tells.
            self._contacts.setdefault(endpoint, set()).add("")
            await self._join(endpoint)

    async def take(self, event: ContactChanged) -> None:
        async with self._in_turn:
            await self._take(event)

    async def _take(self, event: ContactChanged) -> None:
        contacts = self._contacts.setdefault(event.endpoint, set())
        if event.is_reachable:
            contacts.add(event.uri)
            await self._join(event.endpoint)
            return
        contacts -= {event.uri, ""}
        if not contacts:
            await self._leave(event.endpoint)

    async def leave_all(self) -> None:
        """The link is lost: whether these phones are still there, nobody knows."""
        for endpoint in [*self._seats]:
            await self._leave(endpoint)
        self._contacts.clear()

    async def _join(self, endpoint: str) -> None:
        if endpoint in self._seats or endpoint == self._trunk:
            return
        extension = await database_sync_to_async(_enabled)(extension_number(endpoint))
        if extension is None:
            return
        seat = self._seats[endpoint] = DeskPhoneSeat(extension.number, endpoint)
        await hub.join_phone(seat)
        await database_sync_to_async(registration.register)(extension=extension, window=seat.window, epoch=hub.epoch())

    async def _leave(self, endpoint: str) -> None:
        seat = self._seats.pop(endpoint, None)
        if seat is None:
            return
        hub.leave_phone(seat)
        await database_sync_to_async(_unregister)(seat.extension, seat.window)


def _enabled(number: str) -> Extension | None:
    return sole(Extension.objects.filter(number=number, is_enabled=True)) if number else None


def _unregister(number: str, window: str) -> None:
    if extension := sole(Extension.objects.filter(number=number)):
        registration.unregister(extension=extension, window=window, epoch=hub.epoch())


def endpoint_exists(name: str, endpoints: Collection[Mapping[str, Any]]) -> bool:
    return bool(name) and any(each.get("resource") == name for each in endpoints)
