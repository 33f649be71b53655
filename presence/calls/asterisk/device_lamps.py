"""The lamps of desk phones: what colleagues see of an extension, as the device state that its hint stands on.

The link is one more screen to the hub: a snapshot, then patches (`presence.replica`). Only what changed is told.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from presence import hub
from presence.calls.asterisk.ari import AriError, LinkLostError
from presence.calls.asterisk.requests import Requests
from presence.domain.audiences import COMPANY
from presence.domain.vocabulary import Lamp

log = logging.getLogger(__name__)

DEVICE = "Stasis:"  # exten => 101,hint,Stasis:101

# What a busy lamp field shows: RINGING blinks, INUSE and BUSY are lit, NOT_INUSE is dark or green.
_STATE_OF_LAMP: Mapping[Lamp, str] = {
    Lamp.RINGING: "RINGING",
    Lamp.TALKING: "INUSE",
    Lamp.AVAILABLE: "NOT_INUSE",
    Lamp.LUNCH: "BUSY",
    Lamp.AWAY: "BUSY",
    Lamp.DND: "BUSY",
    Lamp.BUSINESS_TRIP: "BUSY",
    Lamp.NOT_SHOWN: "UNAVAILABLE",
    Lamp.UNKNOWN: "UNAVAILABLE",  # Asterisk takes no UNKNOWN
}
_AT_ONCE = 20  # requests under way: a company of a thousand must not fill the socket


def device_state(lamp: Lamp, *, is_registered: bool) -> str:
    """Asterisk's word for a lamp. Whoever has no phone is unavailable, unless a call is on all the same."""
    if lamp is Lamp.AVAILABLE and not is_registered:
        return "UNAVAILABLE"
    return _STATE_OF_LAMP[lamp]


class DeviceLamps:
    """A screen of the hub (`presence.hub.sockets.PresenceSocket`) that is made of desk phones' keys."""

    user_id = 0
    session = ""
    expires_at = datetime.max.replace(tzinfo=UTC)
    frame_writer = None

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._told: dict[str, str] = {}
        self._wanted: dict[str, str] = {}
        self._news = asyncio.Event()

    async def send_text(self, text: str) -> None:
        """A frame of the replica."""
        frame = json.loads(text)
        for number, _, lamp, registered, *_ in frame.get("rows", ()):
            self._wanted[number] = device_state(Lamp(lamp), is_registered=bool(registered))
        for number in frame.get("gone", ()):
            self._wanted[number] = device_state(Lamp.UNKNOWN, is_registered=False)
        self._news.set()

    async def close(self, code: int) -> None:
        """No login ends here."""

    async def run(self) -> None:
        """Tell Asterisk what has changed, again and again, as long as the link lives."""
        await hub.join_presence(self, COMPANY)
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await self._tell()
        finally:
            hub.leave_presence(self)

    async def _tell(self) -> None:
        changed = [(number, state) for number, state in self._wanted.items() if self._told.get(number) != state]
        for start in range(0, len(changed), _AT_ONCE):
            await asyncio.gather(*(self._tell_one(*each) for each in changed[start : start + _AT_ONCE]))

    async def _tell_one(self, number: str, state: str) -> None:
        try:
            await self._requests.set_device_state(f"{DEVICE}{number}", state)
        except AriError as error:
            log.warning("the lamp of %s was not taken: %s", number, error)
        except LinkLostError:
            return  # the next link begins with a snapshot
        self._told[number] = state
