"""A call that a scripted party places: its INVITE, what it hears before the answer, and how it gives up."""

import asyncio

from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.sdp import AudioOffer
from tests.asterisk.sip_call import SDP, SipCall
from tests.asterisk.sip_dialog import Headers
from tests.asterisk.sip_message import SipMessage


class OutgoingCall(SipCall):
    """`progress` are the provisional responses, as they came; the call goes on by itself once placed."""

    progress: list[SipMessage]

    def place(self, headers: Headers) -> None:
        self.progress = []
        self._description = self._describe(self._codecs)
        self._headers = [*SDP, *headers]
        self._placing = asyncio.create_task(self._place())

    async def rings(self, patience: float = PATIENCE_SECONDS) -> SipMessage:
        """The 180 that says the other side rings."""
        return await self.progresses(180, patience)

    async def progresses(self, status: int, patience: float = PATIENCE_SECONDS) -> SipMessage:
        """The first provisional response with this code: 180, 181, 183 ..."""
        return await self._news.until(
            lambda: next((response for response in self.progress if response.status == status), None),
            lambda: f"no {status}, but {[response.status for response in self.progress]}; {self._told()}",
            patience,
        )

    async def is_refused(self, patience: float = PATIENCE_SECONDS) -> SipMessage:
        """The final response that ended the call before it was answered: its `status` and `hangup_cause`."""
        end = await self.ends(patience)
        if end.status < 300:
            raise AssertionError(f"the call was not refused: {end}")
        return end

    async def cancel(self) -> None:
        """Give up before the answer; returns when the server has ended the call."""
        self.dialog.socket.send(self._cancellation())
        await self.is_refused()

    async def hang_up(self, headers: Headers | None = None) -> None:
        """As a person does, whether anybody has answered or not."""
        if self.end is None and not self.is_talking:
            self.dialog.socket.send(self._cancellation())
            # The answer may have been on its way.
            await self._news.until(lambda: self.end is not None or self.is_talking, self._told)
        await super().hang_up(headers)

    def close(self) -> None:
        self._placing.cancel()
        super().close()

    async def _place(self) -> None:
        try:
            response = await self.dialog.socket.request(self._invite, self._progress)
        except AssertionError as error:
            self._trouble = str(error)  # whoever waits for this call will say it
            return
        if response.status >= 300:
            self._end_with(response)
            return
        self.dialog.learn(response)
        self._hear_from(AudioOffer.read(response.body))
        self.dialog.socket.send(self.dialog.request("ACK", [], sequence=response.sequence))
        self.is_talking = True
        self._news.tell()

    def _invite(self) -> SipMessage:
        self.invite = self.dialog.request("INVITE", self._headers, self._description)
        return self.invite

    def _progress(self, response: SipMessage) -> None:
        self.progress.append(response)
        if response.body:
            self._hear_from(AudioOffer.read(response.body))
        self._news.tell()

    def _cancellation(self) -> SipMessage:
        """The request that takes an INVITE back has its branch and number."""
        kept = [pair for pair in self.invite.headers if pair[0] in {"Via", "Max-Forwards", "From", "To", "Call-ID"}]
        sequence = ("CSeq", f"{self.invite.sequence} CANCEL")
        return SipMessage(self.invite.start_line.replace("INVITE", "CANCEL"), [*kept, sequence])
