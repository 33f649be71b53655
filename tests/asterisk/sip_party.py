"""Whoever speaks SIP with Asterisk in these tests: a socket, and the calls on it."""

from tests.asterisk.incoming_call import IncomingCall
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.patience import PATIENCE_SECONDS, News
from tests.asterisk.place import Place
from tests.asterisk.rtp import AudioStream
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_dialog import ALLOW, Dialog, Headers
from tests.asterisk.sip_message import SipMessage, new_token
from tests.asterisk.sip_socket import Account, SipSocket
from tests.asterisk.udp import Address

CODECS = ("PCMA", "PCMU")


class SipParty:
    """`tone`: the frequency in Hz that its calls send, None: nothing. `calls`: every call it was ever in, as they came.

    `codecs`: the audio codecs it knows, the preferred first. It may be in several calls at a time.
    `port`: where it is reached, any free one for 0.
    """

    def __init__(
        self,
        server: Address,
        user: str,
        account: Account | None = None,
        *,
        place: Place | None = None,
        tone: int | None = None,
        codecs: tuple[str, ...] = CODECS,
        port: int = 0,
    ) -> None:
        self.user = user
        self.calls: list[SipCall] = []
        self.answers_options = True
        self._place = place or Place()
        self._tone = tone
        self._codecs = codecs
        self._news = News()
        self._socket = SipSocket(self._place.open_udp(port), server, account, self._receive)
        self._taken: set[str] = set()

    def close(self) -> None:
        for call in self.calls:
            call.close()
        self._socket.close()

    @property
    def address(self) -> Address:
        return self._socket.address

    async def incoming(self, patience: float = PATIENCE_SECONDS) -> IncomingCall:
        """The next call that comes, or has come and was not asked for yet."""
        call = await self._news.until(self._untaken, f"no call came to {self.user}", patience)
        self._taken.add(call.dialog.call_id)
        return call

    def forget_calls(self) -> None:
        """Whatever has come so far is not asked for any more."""
        self._taken.update(call.dialog.call_id for call in self.calls)

    def vanish(self) -> None:
        """Be gone without a word, as a phone whose cable was pulled."""
        self._socket.is_silent = True
        for call in self.calls:
            call.play(None)

    def _place_call(self, dialog: Dialog, headers: Headers) -> OutgoingCall:
        call = OutgoingCall(dialog, self._open_audio(), self._codecs)
        self.calls.append(call)
        call.place(headers)
        return call

    def _open_audio(self) -> AudioStream:
        return AudioStream(self._place.open_udp(), self._tone)

    def _untaken(self) -> IncomingCall | None:
        calls = (call for call in self.calls if isinstance(call, IncomingCall))
        return next((call for call in calls if call.dialog.call_id not in self._taken), None)

    def _receive(self, request: SipMessage) -> None:
        call = next((call for call in self.calls if call.dialog.call_id == request.get("Call-ID")), None)
        if call is not None:
            call.receive(request)
        elif request.method == "INVITE":
            self._take(request)
        elif request.method == "OPTIONS":
            if self.answers_options:
                self._answer(request, 200)
        elif request.method != "ACK":
            self._receive_other(request)

    def _receive_other(self, request: SipMessage) -> None:
        """A request that belongs to no call."""
        self._answer(request, 481 if request.method in {"BYE", "CANCEL"} else 200)

    def _answer(self, request: SipMessage, status: int) -> None:
        self._socket.reply(request, status, [("To", f"{request.get('To')};tag={new_token()}"), ("Allow", ALLOW)])

    def _take(self, invite: SipMessage) -> None:
        call = IncomingCall(Dialog.incoming(self._socket, invite, self.user), self._open_audio(), self._codecs)
        call.invite = invite
        self.calls.append(call)
        self._greet(call)
        self._news.tell()

    def _greet(self, call: IncomingCall) -> None:
        """What this party does with a call by itself: a phone waits for its user."""
