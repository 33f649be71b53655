"""Asterisk's configuration for this installation, as named texts: deploy/asterisk/ and what follows from the rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from presence.calls.asterisk import configuration, sound_files
from presence.calls.asterisk.announcements import language_of, languages
from presence.calls.asterisk.configuration import Phone, with_values
from presence.models import Extension, SystemExtension

SHIPPED = "deploy/asterisk"
SECRET = frozenset({configuration.PHONES, configuration.VOICEMAIL, configuration.TRUNK, configuration.ARI})

Values = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where this Asterisk listens and keeps its files; empty: as the shipped files say."""

    address: str = ""
    http_port: str = ""
    sip_port: str = ""
    rtp_ports: tuple[str, str] | None = None
    folders: Mapping[str, Path] = field(default_factory=dict)  # of asterisk.conf


def shipped_files(places: Places) -> dict[str, str]:
    """Each shipped file with this installation's values in it."""
    values = _values(places)
    files = sorted((settings.BASE_DIR / SHIPPED).glob("*.conf"))
    return {file.name: with_values(file.read_text(encoding="utf-8"), values.get(file.name, {})) for file in files}


def generated_files(folder: Path, new_password_of: str | None = None) -> dict[str, str]:
    """What follows from the rows. Passwords and PINs are those of `folder`, but for this one account."""
    phones = phones_of(folder, new_password_of)
    system_numbers = SystemExtension.objects.order_by("number").values_list("number", flat=True)
    greetings = {language: str(settings.ASTERISK_SOUNDS_DIR / f"greeting-{language}") for language in languages()}
    return {
        configuration.PHONES: configuration.phones_text(phones),
        configuration.HINTS: configuration.hints_text(phones, system_numbers, greetings),
        configuration.VOICEMAIL: configuration.voicemail_text(phones),
    }


def phones_of(folder: Path, new_password_of: str | None = None) -> list[Phone]:
    """A phone for every enabled extension; who has a password in `folder` keeps it."""
    passwords = configuration.passwords_in(_read(folder / configuration.PHONES))
    pins = configuration.pins_in(_read(folder / configuration.VOICEMAIL))
    passwords.pop(new_password_of or "", None)
    return [
        Phone(
            number=extension.number,
            name=extension.name,
            language=language_of(extension),
            password=passwords.get(extension.number) or configuration.new_password(),
            pin=pins.get(extension.number) or configuration.new_pin(),
            has_voicemail=extension.voicemail_on,
        )
        for extension in Extension.objects.filter(is_enabled=True).select_related("user").by_number()
    ]


def _values(places: Places) -> dict[str, Values]:
    music = settings.ASTERISK_SOUNDS_DIR / sound_files.MUSIC_FOLDER
    files: dict[str, Values] = {"musiconhold.conf": {("default", "directory"): str(music)}}
    files["asterisk.conf"] = {("directories", name): str(folder) for name, folder in places.folders.items()}
    http: Values = {}
    if places.address:
        http["general", "bindaddr"] = places.address
    if places.http_port:
        http["general", "bindport"] = places.http_port
    files["http.conf"] = http
    if places.address or places.sip_port:
        bind = f"{places.address or '0.0.0.0'}:{places.sip_port or '5060'}"  # noqa: S104 - phones are to reach it
        files["pjsip.conf"] = {("transport-udp", "bind"): bind}
    if places.rtp_ports:
        first, last = places.rtp_ports
        files["rtp.conf"] = {("general", "rtpstart"): first, ("general", "rtpend"): last}
    return files


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
