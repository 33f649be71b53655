"""A window's place on Asterisk: what it is told when it asks for one, and when that place is given up."""

import asyncio
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from django.templatetags.static import static

from presence import hub
from presence.calls.asterisk.browser_accounts import close_account, hang_up_leftovers, open_account
from presence.calls.asterisk.rest import AriError
from presence.models import Extension, Registration
from presence.selectors.asterisk import is_configured
from presence.services.call_rows import open_legs

_LOOK_AGAIN_SECONDS = 1.0


def sip_script() -> str:
    """The address of what takes such a place; empty where there is no Asterisk."""
    return static("js/phone/sip_line.js") if is_configured() else ""


async def offered_account(holder: Extension | None, window: str, *, is_new_page: bool) -> dict[str, Any] | None:
    """The account, just made, and what speaks SIP with it; None while there is no Asterisk to make one.

    `holder`: whose window it is; None for a visitor's. Nobody gets the account of a window that is another's, too.
    """
    if not is_configured() or await database_sync_to_async(_is_of_another)(holder, window):
        return None
    try:
        if is_new_page:
            await hang_up_leftovers(window)
        account = await open_account(window)
    except AriError:
        return None
    return {
        "user": account.user,
        "password": account.password,
        "domain": account.domain,
        "library": static("vendor/jssip.js"),
    }


async def give_up_account(party: str, window: str) -> None:
    """The window has gone: its account goes, too, once it has no call left to come back to.

    `party`: the address of the window in the hub.
    """
    if not is_configured():
        return
    await _until_no_call(window)
    if hub.has_phone(party, window) or await database_sync_to_async(_is_registered)(window):
        return
    with suppress(AriError):  # an Asterisk that has gone keeps no accounts
        await close_account(window)


async def _until_no_call(window: str) -> None:
    """A call that nobody comes back to loses its lease in a few seconds."""
    while True:
        if not await database_sync_to_async(_has_call)(window):
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _is_of_another(holder: Extension | None, window: str) -> bool:
    return Registration.objects.filter(window=window).exclude(extension=holder).exists()


def _is_registered(window: str) -> bool:
    return Registration.objects.filter(window=window).exists()


def _has_call(window: str) -> bool:
    return open_legs().filter(window=window).exists()
