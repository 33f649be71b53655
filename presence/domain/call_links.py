"""What a link on any page in the world asks to be called: `tel:` (RFC 3966) and `sip:` (RFC 3261) become a number.

Nothing is believed of a link: what comes out is `+` and ASCII digits, or `BadCallLinkError` with the reason.

| link                                    | number         |
|-----------------------------------------|----------------|
| `tel:+48-22-123-45-67`                  | +48221234567   |
| `tel:+48 (0)22 123 45 67`               | +48221234567   |
| `tel:7042;phone-context=+4822`          | +48227042      |
| `sip:102@phone.example.com`             | 102, and the host that was named |
| `tel:*21*601#`                          | refused: codes do something to a phone, a link must not |
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

LENGTH_MAX = 200
_LINK = re.compile(r"(?:(tel|sips?):)?(?://)?(.*)\Z", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"\+?[0-9]{1,15}\Z")
_CODE = re.compile(r"[*#+0-9]+\Z")
_SEPARATORS = str.maketrans("", "", " -.()/\u00a0")
# A habit of letterheads: the zero that is dialled at home only.
_HOME_ZERO = re.compile(r"(\+[0-9]{1,3}[ -]?)\(0\)")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,100}|\[[0-9A-Fa-f:.]{2,45}\]")
_GLOBAL_CONTEXT = re.compile(r"\+[0-9]{1,7}\Z")


class BadCallLinkError(ValueError):
    """`code` says what is wrong with the link: empty, too_long, code, not_a_number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CallLink:
    """`host`: the other phone system that a `sip:` link names; we call the number in ours."""

    number: str
    host: str = ""


def call_link(text: str) -> CallLink:
    """The number of a link, or of a plain number. Raises BadCallLinkError."""
    if len(text) > LENGTH_MAX:
        raise BadCallLinkError("too_long")
    found = _LINK.match(text.strip())
    scheme, rest = found.groups() if found else (None, "")
    if not rest:
        raise BadCallLinkError("empty")
    return _of_sip(rest) if (scheme or "").lower().startswith("sip") else CallLink(_of_tel(rest))


def _of_tel(text: str) -> str:
    subscriber, *parameters = text.split(";")
    number = _plain(subscriber)
    context = next((value for name, value in map(_parameter, parameters) if name == "phone-context"), "")
    if not number.startswith("+") and _GLOBAL_CONTEXT.match(context):
        number = context + number
    return _checked(number)


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), _plain(value)


def _of_sip(text: str) -> CallLink:
    user, at, address = text.partition("@")
    if not at:
        raise BadCallLinkError("not_a_number")
    host = _HOST.match(address)
    return CallLink(_checked(_plain(re.split("[;:]", user, maxsplit=1)[0])), host.group() if host else "")


def _plain(text: str) -> str:
    """Unescaped once, and without what only makes a number readable."""
    return _HOME_ZERO.sub(r"\1", unquote(text, errors="replace").strip(" \u00a0")).translate(_SEPARATORS)


def _checked(number: str) -> str:
    if _NUMBER.match(number):
        return number
    raise BadCallLinkError("code" if _CODE.match(number) and set(number) & set("*#") else "not_a_number")
