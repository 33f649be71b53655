"""The part of Asterisk's configuration that follows from the rows, as text. Knows no row and no folder.

The rest of it stands in deploy/asterisk/ and refers to the files made here. No value that somebody typed reaches
Asterisk unescaped: a line ends at a line break and a value at a semicolon, so neither may come from a name.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PHONES = "pjsip_lampfield_phones.conf"
HINTS = "extensions_lampfield_hints.conf"
VOICEMAIL = "voicemail_lampfield.conf"
TRUNK = "pjsip_lampfield_trunk.conf"
ARI = "ari_lampfield.conf"

BOX_CONTEXT = "lampfield"
AWAY_STEP = 10  # of extensions_lampfield.conf: what happens to a call while Lampfield is away

_MADE = "; Made by `manage.py asterisk_config`, which makes it anew each time: changes belong elsewhere.\n"
_PASSWORD = re.compile(r"^\[([^\]]+)\]\(lampfield-phone-auth\)\n(?:.+\n)*?password = (\S+)$", re.MULTILINE)
_PIN = re.compile(r"^([0-9]{2,10}) => -?([0-9]+),", re.MULTILINE)
_SETTING = re.compile(r"(?P<before>\s*(?P<key>[a-z_]+)\s*=\s*)(?P<value>[^;]*)")


@dataclass(frozen=True, slots=True)
class Phone:
    """What Asterisk knows of an extension: its account, its lamp and its box."""

    number: str
    name: str
    language: str  # "pl": of what is said to its holder
    password: str
    pin: str
    has_voicemail: bool


@dataclass(frozen=True, slots=True)
class Trunk:
    """The line to the outside. `header`: "Name: value" that only it sends; else its address tells it."""

    name: str
    host: str
    user: str = ""
    password: str = ""
    header: str = ""


class UnsafeValueError(ValueError):
    """A value that would be read as more than a value."""


def new_password() -> str:
    """To be typed into a phone, by hand if need be; 119 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
    return "".join(secrets.choice(alphabet) for _ in range(20))


def new_pin() -> str:
    """For the box of the time without Lampfield, by the keys of a phone."""
    return f"{secrets.randbelow(10**6):06}"


def passwords_in(phones: str) -> dict[str, str]:
    """Account -> password, of the text that `phones_text` has made before."""
    return dict(_PASSWORD.findall(phones))


def pins_in(boxes: str) -> dict[str, str]:
    """Number -> PIN, of the text that `voicemail_text` has made before."""
    return dict(_PIN.findall(boxes))


def phones_text(phones: Iterable[Phone]) -> str:
    """An account per extension, named by its number. The passwords stand only here."""
    return (
        _MADE
        + "; The passwords of the phones stand only here: only Asterisk's own user may read it.\n"
        + "".join(
            f"\n[{phone.number}](lampfield-phone)\n"
            f"auth = {phone.number}\n"
            f"aors = {phone.number}\n"
            f'callerid = "{quotable(phone.name)}" <{phone.number}>\n'
            f"language = {_word(phone.language)}\n"
            f"[{phone.number}](lampfield-phone-auth)\n"
            f"username = {phone.number}\n"
            f"password = {phone.password}\n"
            f"[{phone.number}](lampfield-phone-aor)\n"
            for phone in phones
        )
    )


def hints_text(phones: Iterable[Phone], system_numbers: Iterable[str], greetings: Mapping[str, str]) -> str:
    """A lamp per number, and where a call goes while Lampfield is away. `greetings`: language -> sound, no extension.

    Each number is written out, so that no dialled text is ever an argument.
    """
    lines = ["\n[lampfield](+)\n"]
    for phone in phones:
        lines.append(f"exten => {phone.number},hint,Stasis:{phone.number}\n")
        lines.extend(_away_steps(phone, greetings))
    lines.extend(f"exten => {number},hint,Stasis:{number}\n" for number in system_numbers)
    lines.append("\n[lampfield-trunk](+)\n")
    for phone in phones:
        lines.extend(_away_steps(phone, greetings))
    return _MADE + "".join(lines)


def _away_steps(phone: Phone, greetings: Mapping[str, str]) -> list[str]:
    if not phone.has_voicemail:
        return []
    number, greeting = phone.number, greetings[phone.language]
    steps = ("Answer()", f"Playback({greeting})", f"VoiceMail({number}@{BOX_CONTEXT},s)", "Hangup()")
    labels = ("(away)", "", "", "")
    return [
        f"exten => {number},{AWAY_STEP + at}{label},{step}\n"
        for at, (label, step) in enumerate(zip(labels, steps, strict=True))
    ]


def voicemail_text(phones: Iterable[Phone]) -> str:
    """A box per extension, for the time in which Lampfield is away; the minus keeps its PIN from being changed."""
    boxes = (f"{phone.number} => -{phone.pin},{_field(phone.name)}\n" for phone in phones if phone.has_voicemail)
    return _MADE + f"\n[{BOX_CONTEXT}]\n" + "".join(boxes)


def ari_text(user: str, password: str) -> str:
    """Lampfield's own login."""
    return (
        _MADE
        + f"\n[{_word(user)}]\ntype = user\nread_only = no\npassword_format = plain\npassword = {_word(password)}\n"
    )


def trunk_text(trunk: Trunk) -> str:
    """Endpoint, address and, where the provider asks for one, login of the line to the outside."""
    name, host = _word(trunk.name), _word(trunk.host)
    has_login = bool(trunk.user)
    parts = [_MADE, f"\n[{name}](lampfield-trunk)\naors = {name}\n"]
    if has_login:
        parts.append(f"outbound_auth = {name}\nfrom_domain = {host.partition(':')[0]}\n")
    parts.append(f"\n[{name}]\ntype = aor\ncontact = sip:{host}\n")
    if has_login:
        user, password = _word(trunk.user), _word(trunk.password)
        parts.append(f"\n[{name}]\ntype = auth\nauth_type = userpass\nusername = {user}\npassword = {password}\n")
        parts.append(
            f"\n[{name}]\ntype = registration\noutbound_auth = {name}\nserver_uri = sip:{host}\n"
            f"client_uri = sip:{user}@{host}\ncontact_user = {user}\nline = yes\nendpoint = {name}\n"
        )
    known_by = f"match_header = {_line(trunk.header)}" if trunk.header else f"match = {host.partition(':')[0]}"
    parts.append(f"\n[{name}]\ntype = identify\nendpoint = {name}\n{known_by}\n")
    return "".join(parts)


def with_values(text: str, values: Mapping[tuple[str, str], str]) -> str:
    """A configuration file with other values for (section, key); comments stay. KeyError: it has no such key."""
    section, missing, lines = "", dict(values), []
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            section = line[1 : line.index("]")]
        found = _SETTING.match(line)
        if found and (value := missing.pop((section, found["key"]), None)) is not None:
            lines.append(f"{found['before']}{value}\n")
        else:
            lines.append(line)
    if missing:
        raise KeyError(next(iter(missing)))
    return "".join(lines)


def quotable(name: str) -> str:
    """A name within quotes and before `<number>`: what would end either is left out, a semicolon is escaped."""
    return re.sub(r'["\\<>]', "", _line(name)).replace(";", "\\;")


def _field(name: str) -> str:
    """A name as one of several fields with commas between them."""
    return re.sub(r"[,|\\]", " ", _line(name)).replace(";", "\\;")


def _line(text: str) -> str:
    """On one line: control characters, line breaks of any script among them, become spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _word(text: str) -> str:
    """As it stands, or not at all."""
    if not re.fullmatch(r"[A-Za-z0-9._:@+~!?/=*-]+", text):
        raise UnsafeValueError(f"{text!r} holds a character that Asterisk's configuration would take for more")
    return text
