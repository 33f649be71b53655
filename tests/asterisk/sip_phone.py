"""A desk phone that does what a test says: it registers, calls, is called, and shows a colleague's lamp."""

from tests.asterisk.lamp_key import LampKey
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.place import Place
from tests.asterisk.sip_dialog import Dialog, Headers
from tests.asterisk.sip_message import SipMessage
from tests.asterisk.sip_party import CODECS, SipParty
from tests.asterisk.sip_socket import Account
from tests.asterisk.udp import Address

EXPIRES_SECONDS = 3600


class SipPhone(SipParty):
    """`user` and `password` are what it registers with; the rest as in SipParty."""

    def __init__(
        self,
        server: Address,
        user: str,
        password: str,
        *,
        place: Place | None = None,
        tone: int | None = None,
        codecs: tuple[str, ...] = CODECS,
    ) -> None:
        super().__init__(server, user, Account(user, password), place=place, tone=tone, codecs=codecs)
        self._registration: Dialog | None = None
        self._keys: list[LampKey] = []

    async def register(self, expires: int = EXPIRES_SECONDS) -> SipMessage:
        """The final response; registering again refreshes. AssertionError when it is refused."""
        response = await self.try_to_register(expires)
        if response.status != 200:
            raise AssertionError(f"{self.user} was not registered: {response.start_line}")
        return response

    async def try_to_register(self, expires: int = EXPIRES_SECONDS) -> SipMessage:
        """The final response, whatever it is."""
        registration = self._registration
        if registration is None:
            registration = self._registration = Dialog.outgoing(self._socket, self.user, self.user)
            registration.target = f"sip:{self._socket.server}"
        headers = [("Expires", str(expires))]
        return await self._socket.request(lambda: registration.request("REGISTER", headers))

    async def unregister(self) -> None:
        await self.register(expires=0)

    async def leave(self) -> None:
        """Be forgotten by the server, whatever happened before, and close. Nothing when it is closed."""
        if self._registration is not None and not self._socket.is_closed:
            self._socket.is_silent = False
            await self.try_to_register(expires=0)
        self.close()

    def call(self, number: str, *, name: str = "", headers: Headers | None = None) -> OutgoingCall:
        """Dial; the call goes on by itself. `name`: the caller's, as the phone would show it."""
        caller = f'"{name}" <sip:{self.user}@{self._socket.server}>' if name else ""
        return self._place_call(Dialog.outgoing(self._socket, self.user, number, caller), headers or [])

    async def watch(self, extension: str) -> LampKey:
        """Give a key of this phone to an extension; AssertionError when the server has no lamp for it."""
        key = LampKey(Dialog.outgoing(self._socket, self.user, extension))
        self._keys.append(key)
        await key.subscribe()
        return key

    def _receive_other(self, request: SipMessage) -> None:
        key = next((key for key in self._keys if key.dialog.call_id == request.get("Call-ID")), None)
        if key is not None:
            key.receive(request)
        else:
            super()._receive_other(request)
