"""A call that a scripted party is in: what both caller and callee do and see once it exists."""

from urllib.parse import quote

from tests.asterisk.patience import PATIENCE_SECONDS, News
from tests.asterisk.rtp import AudioStream
from tests.asterisk.sdp import EVENTS, PAYLOAD_TYPES, AudioOffer
from tests.asterisk.sip_dialog import Dialog, Headers
from tests.asterisk.sip_message import SipMessage

SDP: Headers = [("Content-Type", "application/sdp")]


class SipCall:
    """`invite` is the request that began it; `end` the message that ended it, None while it lives.

    `is_held`: the other side has said that it does not listen. `audio` has the conditions on what is heard.
    """

    def __init__(self, dialog: Dialog, audio: AudioStream, codecs: tuple[str, ...]) -> None:
        self.dialog = dialog
        self.audio = audio
        self.invite: SipMessage
        self.end: SipMessage | None = None
        self.is_talking = False
        self.is_held = False
        self.transfer_reports: list[int] = []
        self._codecs = {name: PAYLOAD_TYPES[name] for name in (*codecs, EVENTS)}
        self._direction = "sendrecv"
        self._version = 0
        self._trouble = "nothing went wrong"
        self._news = News()

    async def talks(self, patience: float = PATIENCE_SECONDS) -> None:
        """The call has been answered."""
        await self._news.until(lambda: self.is_talking, self._told, patience)

    async def ends(self, patience: float = PATIENCE_SECONDS) -> SipMessage:
        """The other side's BYE, CANCEL or refusal; the last has a `status`, all may have a `hangup_cause`."""
        return await self._news.until(lambda: self.end, self._told, patience)

    async def is_put_on_hold(self, patience: float = PATIENCE_SECONDS) -> None:
        await self._news.until(lambda: self.is_held, "nobody put it on hold", patience)

    async def hears(self, frequency: int, patience: float = PATIENCE_SECONDS) -> None:
        await self.audio.hears(frequency, patience)

    async def hears_something(self, patience: float = PATIENCE_SECONDS) -> None:
        await self.audio.hears_something(patience)

    async def hears_nothing(self, patience: float = PATIENCE_SECONDS) -> None:
        await self.audio.hears_nothing(patience)

    async def receives_keys(self, digits: str, patience: float = PATIENCE_SECONDS) -> None:
        await self.audio.receives_keys(digits, patience)

    async def press_keys(self, digits: str) -> None:
        await self.audio.press_keys(digits)

    def play(self, tone: int | None) -> None:
        self.audio.play(tone)

    async def hang_up(self, headers: Headers | None = None) -> None:
        """End a call that has been answered; nothing when it has ended meanwhile."""
        if self.end is None:
            self.is_talking = False
            self.end = await self.dialog.socket.request(lambda: self.dialog.request("BYE", headers or []))
            self.close()

    async def hold(self) -> None:
        """Say that this side does not listen any more, and be silent."""
        self.audio.pause()
        await self._describe_anew("sendonly")

    async def resume(self) -> None:
        await self._describe_anew("sendrecv")
        self.audio.go_on()

    async def transfer(self, to: str) -> None:
        """Blind: ask the server to connect the other side with `to`. AssertionError when it refuses to try."""
        await self._refer(f"<sip:{to}@{self.dialog.socket.server}>")

    async def transfer_to_call(self, other: "SipCall") -> None:
        """Attended: ask the server to connect the other sides of both calls with each other."""
        there = other.dialog
        replaces = quote(f"{there.call_id};to-tag={there.remote_tag};from-tag={there.local_tag}", safe="")
        await self._refer(f"<{there.target}?Replaces={replaces}>")

    async def transferred(self, patience: float = PATIENCE_SECONDS) -> int:
        """How the transfer ended, as the server reported it: 200 when the other side was connected."""
        return await self._news.until(
            lambda: next((status for status in self.transfer_reports if status >= 200), None),
            lambda: f"the transfer was reported as {self.transfer_reports}",
            patience,
        )

    def close(self) -> None:
        """The call is over for this side, whatever the other thinks."""
        self.audio.close()
        self._news.tell()

    # --- what the socket brings

    def receive(self, request: SipMessage) -> None:
        """A request of the other side inside this call."""
        match request.method:
            case "BYE":
                self.dialog.reply(request, 200)
                self._end_with(request)
            case "INVITE" | "UPDATE":
                self.dialog.reply(request, 200, self._answer_to(request) if request.body else "")
            case "NOTIFY":
                self.dialog.reply(request, 200)
                if request.body.startswith("SIP/2.0 "):
                    self.transfer_reports.append(SipMessage.parse(request.body.encode()).status)
            case "ACK":
                pass
            case _:
                self.dialog.reply(request, 200)
        self._news.tell()

    def _end_with(self, message: SipMessage) -> None:
        self.end, self.is_talking = message, False
        self.close()

    def _describe(self, codecs: dict[str, int]) -> str:
        self._version += 1
        address = self.dialog.socket.address[0]
        return AudioOffer(address, self.audio.port, codecs, self._direction, self._version).write()

    def _answer_to(self, request: SipMessage) -> str:
        """The description that answers theirs; sound goes where theirs says from now on."""
        theirs = AudioOffer.read(request.body)
        self._codecs = theirs.shared_with(tuple(self._codecs))
        self._direction = theirs.answering_direction
        self._hear_from(theirs)
        return self._describe(self._codecs)

    def _hear_from(self, theirs: AudioOffer) -> None:
        self.is_held = theirs.direction in {"sendonly", "inactive"}
        self.audio.connect(theirs, theirs.shared_with(tuple(self._codecs)))

    async def _describe_anew(self, direction: str) -> None:
        self._direction = direction
        description = self._describe(self._codecs)
        answer = await self.dialog.socket.request(lambda: self.dialog.request("INVITE", SDP, description))
        if answer.status != 200:
            raise AssertionError(f"{direction} was refused: {answer.start_line}")
        self.dialog.socket.send(self.dialog.request("ACK", [], sequence=answer.sequence))

    async def _refer(self, to: str) -> None:
        headers = [("Refer-To", to), ("Referred-By", self.dialog.contact)]
        answer = await self.dialog.socket.request(lambda: self.dialog.request("REFER", headers))
        if answer.status != 202:
            raise AssertionError(f"the transfer was refused: {answer.start_line}")

    def _told(self) -> str:
        state = "ended" if self.end else "talking" if self.is_talking else "not answered"
        return f"{self.invite.start_line} is {state}: {self.end.start_line if self.end else self._trouble}"
