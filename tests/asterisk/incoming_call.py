"""A call that comes to a scripted party, and all the ways in which a phone may treat it."""

import asyncio

from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_dialog import Headers
from tests.asterisk.sip_message import SipMessage, display_name, user_of

_REPEAT_SECONDS = 0.5


class IncomingCall(SipCall):
    """A phone that does nothing with it is one on which nobody answers: call `ring` and leave it."""

    @property
    def number(self) -> str:
        """What was dialled, as the server asked for it."""
        return user_of(f"<{self.invite.uri}>")

    @property
    def caller_number(self) -> str:
        return user_of(self.invite.get("From"))

    @property
    def caller_name(self) -> str:
        return display_name(self.invite.get("From"))

    def ring(self) -> None:
        self.dialog.reply(self.invite, 180)

    async def answer(self, patience: float = PATIENCE_SECONDS) -> None:
        """Returns when the server has acknowledged it."""
        self._acknowledged = asyncio.Event()
        description = self._answer_to(self.invite)
        answer = self.dialog.reply(self.invite, 200, description)
        async with asyncio.timeout(patience):
            while not await self._acknowledged_soon():
                self.dialog.socket.send(answer)
        self.is_talking = True
        self._news.tell()

    def decline(self) -> None:
        self.refuse(603)

    def busy(self) -> None:
        self.refuse(486)

    def refuse(self, status: int, headers: Headers | None = None) -> None:
        self._end_with(self.dialog.reply(self.invite, status, headers=headers))

    async def is_cancelled(self, patience: float = PATIENCE_SECONDS) -> SipMessage:
        """The CANCEL; its Reason may say that the call was answered elsewhere."""
        end = await self.ends(patience)
        if end.method != "CANCEL":
            raise AssertionError(f"the call was not cancelled: {end}")
        return end

    async def hang_up(self, headers: Headers | None = None) -> None:
        """As a person does: a ringing call is declined."""
        if self.end is None and not self.is_talking:
            self.decline()
        await super().hang_up(headers)

    def receive(self, request: SipMessage) -> None:
        if request.method == "ACK" and self.end is None:
            self._acknowledged.set()
        if request.method == "CANCEL":
            self.dialog.reply(request, 200)
            self.dialog.reply(self.invite, 487)
            self._end_with(request)
        else:
            super().receive(request)

    async def _acknowledged_soon(self) -> bool:
        try:
            return await asyncio.wait_for(self._acknowledged.wait(), _REPEAT_SECONDS)
        except TimeoutError:
            return False
