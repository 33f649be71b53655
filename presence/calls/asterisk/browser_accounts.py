"""An account on Asterisk for each browser window: made when the window asks for it, with a password of its own.

The objects lie in Asterisk's memory beside those of its configuration files (sorcery.conf names both places for `auth`,
`aor` and `endpoint`), so an Asterisk that starts anew has none, and every window asks again. Nobody stores a password:
whoever asks again gets another one, and the one before is void.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from presence.calls.asterisk import rest

PREFIX = "lf-"
# A name only: browsers reach Asterisk through us, and Asterisk knows its accounts without a domain.
_DOMAIN = "asterisk.invalid"
_DYNAMIC = "/asterisk/config/dynamic/res_pjsip"
_NOT_FOUND = 404

# What may be called from there: nothing. The context need not exist.
_CONTEXT = "lampfield-browser"


@dataclass(frozen=True, slots=True)
class SipAccount:
    """What a window registers with."""

    user: str
    password: str
    domain: str

    def __repr__(self) -> str:
        return f"SipAccount({self.user!r})"  # so that no log shows the password


def endpoint_of(window: str) -> str:
    """The name of the window's endpoint, and so of its account."""
    return PREFIX + window


def window_of(endpoint: str) -> str | None:
    """Which window this endpoint belongs to; None for any other endpoint."""
    return endpoint.removeprefix(PREFIX) if endpoint.startswith(PREFIX) else None


async def open_account(window: str) -> SipAccount:
    """The window's account with a new password; one it had before is void. AriError when Asterisk is away.

    Of `window`, which becomes part of an address, the caller has made sure that it holds letters, figures and hyphens.
    """
    account = SipAccount(endpoint_of(window), secrets.token_urlsafe(24), _DOMAIN)
    # The endpoint last: it names the two others.
    await _put("auth", account.user, {"auth_type": "userpass", "username": account.user, "password": account.password})
    await _put("aor", account.user, _AOR)
    await _put("endpoint", account.user, {**_ENDPOINT, "aors": account.user, "auth": account.user})
    return account


async def close_account(window: str) -> None:
    """The window is gone: its account, too. Calls that are on go on. AriError when Asterisk is away."""
    for kind in ("endpoint", "aor", "auth"):
        await _delete(kind, endpoint_of(window))


async def hang_up_leftovers(window: str) -> None:
    """The page in this window is another one than before: what still talks to the one before talks to nobody."""
    try:
        endpoint = await rest.request("GET", f"/endpoints/PJSIP/{endpoint_of(window)}")
        for channel_id in endpoint["channel_ids"]:
            await rest.request("DELETE", f"/channels/{quote(channel_id, safe='')}")
    except rest.AriError as error:
        if error.status != _NOT_FOUND:
            raise


async def close_accounts_but(windows: Collection[str]) -> None:
    """End what a process that died has left behind: the accounts of all windows but these. AriError as above."""
    endpoints = await rest.request("GET", "/endpoints/PJSIP")
    there = {window for each in endpoints if (window := window_of(each["resource"])) is not None}
    for window in sorted(there - set(windows)):
        await close_account(window)


async def _put(kind: str, name: str, fields: Mapping[str, str]) -> None:
    described = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
    await rest.request("PUT", f"{_DYNAMIC}/{kind}/{name}", body={"fields": described})


async def _delete(kind: str, name: str) -> None:
    try:
        await rest.request("DELETE", f"{_DYNAMIC}/{kind}/{name}")
    except rest.AriError as error:
        if error.status != _NOT_FOUND:
            raise


_AOR = {
    # A window that comes back is the one that counts. Nobody asks it whether it lives: its contact goes with its
    # socket, and our server closes that of a browser that is silent.
    "max_contacts": "1",
    "remove_existing": "yes",
    "minimum_expiration": "30",
    "maximum_expiration": "3600",
}
_ENDPOINT = {
    "webrtc": "yes",
    "dtls_auto_generate_cert": "yes",
    "disallow": "all",
    "allow": "opus,ulaw,alaw",
    # In this order, whatever the other side speaks.
    "codec_prefs_outgoing_offer": "prefer:configured,operation:intersect,keep:all,transcode:allow",
    "context": _CONTEXT,
    "dtmf_mode": "rfc4733",
    "direct_media": "no",
    "allow_transfer": "no",
    "allow_subscribe": "no",
    # The same endpoint behind one proxy: where a request comes from says nothing.
    "identify_by": "auth_username,username",
}
