"""The outside world: a SIP peer that takes the calls Asterisk dials out, and sends calls in."""

import asyncio
from enum import StrEnum

from tests.asterisk.incoming_call import IncomingCall
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.place import Place
from tests.asterisk.sip_dialog import Dialog, Headers
from tests.asterisk.sip_party import CODECS, SipParty
from tests.asterisk.udp import Address

# Phones and trunk share an address in the tests, so Asterisk knows the trunk by a header (`match_header`).
TRUNK_HEADER = ("X-Trunk", "tests")


class Treatment(StrEnum):
    """What the network does with a call to a number."""

    ANSWERS = "answers"
    BUSY = "busy"
    REJECTS = "rejects"
    UNKNOWN = "unknown"
    RINGS = "rings"
    SILENT = "silent"


_REFUSALS = {Treatment.BUSY: 486, Treatment.REJECTS: 603, Treatment.UNKNOWN: 404}


class Trunk(SipParty):
    """`treatments`: number -> what becomes of a call to it; any other is answered. Each call remembers the number
    dialled, and the caller's number and name that were presented.
    """

    def __init__(
        self,
        server: Address,
        *,
        place: Place | None = None,
        tone: int | None = None,
        codecs: tuple[str, ...] = CODECS,
        port: int = 0,
    ) -> None:
        super().__init__(server, "trunk", place=place, tone=tone, codecs=codecs, port=port)
        self.treatments: dict[str, Treatment] = {}
        self._answering: list[asyncio.Task[None]] = []

    @property
    def dialled(self) -> list[str]:
        """The numbers of all calls that came, oldest first."""
        return [call.number for call in self.calls if isinstance(call, IncomingCall)]

    async def is_dialled(self, number: str, patience: float = PATIENCE_SECONDS) -> IncomingCall:
        """The next call that comes; AssertionError when it is to another number."""
        call = await self.incoming(patience)
        if call.number != number:
            raise AssertionError(f"dialled {call.number}, not {number}")
        return call

    def call(self, number: str, *, caller: str = "", name: str = "", headers: Headers | None = None) -> OutgoingCall:
        """Somebody out there dials one of the company's numbers; without `caller` they withhold theirs."""
        shown = f'"{name}" ' if name else ""
        origin = f"{shown}<sip:{caller or 'anonymous'}@{'anonymous.invalid' if not caller else self._socket.server}>"
        dialog = Dialog.outgoing(self._socket, self.user, number, origin)
        return self._place_call(dialog, [TRUNK_HEADER, *(headers or [])])

    def _greet(self, call: IncomingCall) -> None:
        treatment = self.treatments.get(call.number, Treatment.ANSWERS)
        if treatment in _REFUSALS:
            call.refuse(_REFUSALS[treatment])
        elif treatment is not Treatment.SILENT:
            call.ring()
        if treatment is Treatment.ANSWERS:
            self._answering.append(asyncio.create_task(call.answer()))
