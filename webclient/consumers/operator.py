"""`/ws/operator/?extension=<number>`: a window of the operator panel that shows somebody's settings.

It is opened by the page that shows them and needs no extension of the operator's own. What it says is only that
there is something newer: the page fetches it, and the view judges who may see it.
"""

import json
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

from presence import hub
from presence.models import User
from presence.models.sole import sole
from presence.selectors.history import last_settings_change
from webclient.consumers.live import MALFORMED, LiveConsumer
from webclient.operator.access import VIEW_EXTENSIONS

NOT_ALLOWED = 4403


class OperatorConsumer(LiveConsumer):
    """One window, one extension."""

    kind = "operator"
    extension: str = ""
    window: str = ""

    async def joined(self) -> None:
        self.extension = parse_qs(self.scope["query_string"].decode("latin-1")).get("extension", [""])[0]
        self.window = token_hex(8)
        await hub.join_watcher(self)
        # What was changed while the page was on its way.
        await self.send_message({"type": "welcome"})

    async def left(self) -> None:
        hub.leave_watcher(self)

    async def heard(self, message: dict[str, Any]) -> None:
        await self.close(MALFORMED)

    async def send_message(self, message: dict[str, Any]) -> None:
        """With the newest change; a right that was taken away ends it."""
        change = await hub.look_up(newest_change, self.user_id, self.extension)
        if change is None:
            await self.close(NOT_ALLOWED)
        else:
            await self.send_text(json.dumps({**message, "change": change}))


def newest_change(user_id: int, number: str) -> int | None:
    """The newest change of these settings (0: none); None for whoever may not see them."""
    user = sole(User.objects.filter(pk=user_id, is_active=True, is_staff=True))
    if user is None or not user.has_perm(VIEW_EXTENSIONS):
        return None
    record = last_settings_change(number)
    return record.pk if record else 0
