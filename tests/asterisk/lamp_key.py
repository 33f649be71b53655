"""A key of a desk phone with a lamp for a colleague: a subscription to their dialogs (RFC 4235)."""

import re

from tests.asterisk.patience import PATIENCE_SECONDS, News
from tests.asterisk.sip_dialog import Dialog
from tests.asterisk.sip_message import SipMessage

_EXPIRES_SECONDS = 3600


class LampKey:
    """`states` are what the server has said, oldest first.

    `trying`, `early` (rings), `confirmed` (talks or is marked busy) or `terminated` (idle), as the phone's maker reads
    them; `notifications` are the messages themselves.
    """

    def __init__(self, dialog: Dialog) -> None:
        self.dialog = dialog
        self.states: list[str] = []
        self.notifications: list[SipMessage] = []
        self._news = News()

    async def subscribe(self, expires: int = _EXPIRES_SECONDS) -> None:
        """Subscribed again refreshes; for 0 seconds ends it. AssertionError when it is refused."""
        headers = [("Event", "dialog"), ("Accept", "application/dialog-info+xml"), ("Expires", str(expires))]
        response = await self.dialog.socket.request(lambda: self.dialog.request("SUBSCRIBE", headers))
        if response.status not in {200, 202}:
            raise AssertionError(f"the subscription was refused: {response.start_line}")
        self.dialog.learn(response)

    async def shows(self, state: str, patience: float = PATIENCE_SECONDS) -> None:
        """The newest word of the server is this one."""
        await self._news.until(lambda: self.states[-1:] == [state], lambda: f"it showed {self.states}", patience)

    def receive(self, notify: SipMessage) -> None:
        self.dialog.reply(notify, 200)
        self.notifications.append(notify)
        # No dialog is what an idle phone has; Asterisk then sends one that is terminated, others send none.
        found = re.search(r"<state>(\w+)</state>", notify.body)
        self.states.append(found[1] if found else "terminated")
        self._news.tell()
