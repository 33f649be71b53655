"""What a browser may say to Asterisk: SIP messages of its own account, and of calls that Asterisk has begun.

Asterisk asks for the account's password itself. This is the second lock: what it would take for another's, or for a
call that a browser begins, never reaches it.
"""

import re

FRAME_BYTES_MAX = 16 * 1024

# In a call that Asterisk has begun; a browser begins none.
_IN_CALLS = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "INFO", "UPDATE", "PRACK"})
_REGISTER = "REGISTER"
_SHORT_NAMES = {"f": "from", "t": "to", "l": "content-length"}
_ADDRESS = re.compile(r'(?:"[^"\\]*" ?)?<sip:([^@<>;?%]+)@[^@<>?]+>((?:;[^;<>"]+)*)')
_USERNAME = re.compile(r'\busername="([^"]*)"', re.IGNORECASE)


def is_allowed(text: str, account: str) -> bool:
    """Whether the window of this account may send this frame."""
    if not text.strip("\r\n"):
        return True  # it only keeps the connection alive
    head, separator, body = text.partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    headers = _headers(lines)
    # Whatever follows the body would be read as another message.
    if not separator or headers is None or headers.get("content-length") != [str(len(body.encode()))]:
        return False
    if start.startswith("SIP/2.0 "):
        return True  # an answer goes to whoever asked
    return _is_own_request(start.partition(" ")[0], headers, account)


def _headers(lines: list[str]) -> dict[str, list[str]] | None:
    """By name in lower letters; None for anything that could be read in two ways."""
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name[:1].isspace() or "\n" in line or "\r" in line:
            return None
        name = name.strip().lower()
        headers.setdefault(_SHORT_NAMES.get(name, name), []).append(value.strip())
    return headers


def _is_own_request(method: str, headers: dict[str, list[str]], account: str) -> bool:
    sender, receiver = _address(headers.get("from")), _address(headers.get("to"))
    if sender is None or receiver is None or sender[0] != account:
        return False
    if any(name != account for name in _usernames(headers)):
        return False
    if method == _REGISTER:
        return receiver[0] == account
    return method in _IN_CALLS and ";tag=" in receiver[1]


def _usernames(headers: dict[str, list[str]]) -> list[str]:
    """Whose password the message says to know."""
    given = headers.get("authorization", []) + headers.get("proxy-authorization", [])
    return [name for value in given for name in _USERNAME.findall(value) or [""]]


def _address(values: list[str] | None) -> tuple[str, str] | None:
    """(user, parameters) of the one address; None where there is none, or several."""
    found = _ADDRESS.fullmatch(values[0]) if values is not None and len(values) == 1 else None
    return (found[1], found[2]) if found is not None else None
