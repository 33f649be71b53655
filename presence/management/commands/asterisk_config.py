"""`manage.py asterisk_config`: Asterisk's configuration for this company, in a folder to be copied to Asterisk.

Running it again changes only what has changed here: passwords stay, and so does a shipped file that somebody edited.
"""

import os
import re
import stat
import tempfile
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from presence.calls.asterisk import configuration
from presence.calls.asterisk.configuration import Trunk, UnsafeValueError
from presence.calls.asterisk.configuration_set import SECRET, Places, generated_files, phones_of, shipped_files
from presence.calls.asterisk.sound_files import prepare_sounds

_MODULES = "usr/lib/x86_64-linux-gnu/asterisk/modules"
_TRUNK_PASSWORD = "TRUNK_PASSWORD"  # noqa: S105 - the variable's name


class Command(BaseCommand):
    help = "Write Asterisk's configuration: accounts for the phones of all extensions, lamps, boxes, dialplan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=settings.DATA_DIR / "asterisk", help="default: %(default)s")
        parser.add_argument("--only", choices=["phones"], help="phones, lamps and boxes, for an Asterisk you have")
        parser.add_argument("--overwrite", action="store_true", help="files that were edited by hand, too")
        parser.add_argument("--phone", metavar="NUMBER", help="print what is typed into this phone; write nothing")
        parser.add_argument(
            "--new-password", metavar="NUMBER", help="give the phone of this extension another password"
        )
        parser.add_argument(
            "--address", default="", help="where Asterisk listens: HTTP and SIP; default: 127.0.0.1 and everywhere"
        )
        parser.add_argument("--http-port", type=_port)
        parser.add_argument("--sip-port", type=_port)
        parser.add_argument("--rtp", type=_ports, metavar="FIRST-LAST", help="ports of speech, such as 10000-20000")
        parser.add_argument("--trunk-host", help="address of the provider, with :port where it is not 5060")
        parser.add_argument("--trunk-user", default="", help=f"its password is read from ${_TRUNK_PASSWORD}")
        parser.add_argument("--trunk-header", default="", help='"Name: value" that tells the trunk, not its address')
        parser.add_argument(
            "--tree", type=Path, help="unpacked packages to run from, with all folders below the output"
        )

    def handle(self, **options: Any) -> None:
        folder: Path = options["output"].absolute()
        try:
            if options["phone"]:
                self._describe(folder, options["phone"])
                return
            self._write_all(folder, options)
        except (OSError, UnsafeValueError) as error:
            raise CommandError(str(error)) from error

    def _write_all(self, folder: Path, options: dict[str, Any]) -> None:
        renewed = options["new_password"]
        generated = generated_files(folder, renewed)
        if renewed and renewed not in configuration.passwords_in(generated[configuration.PHONES]):
            raise CommandError(f"no enabled extension has the number {renewed}")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if options["only"] is None:
            generated |= _logins(options)
            self._write_shipped(folder, options, generated)
        for name, text in generated.items():
            self._write(folder / name, text)
        if renewed:
            self._describe(folder, renewed)
        prepare_sounds(settings.ASTERISK_SOUNDS_DIR)

    def _write_shipped(self, folder: Path, options: dict[str, Any], generated: dict[str, str]) -> None:
        for name, text in shipped_files(_places(folder, options)).items():
            path = folder / name
            if name in generated:
                continue
            if path.exists() and path.read_text(encoding="utf-8") != text and not options["overwrite"]:
                self.stdout.write(f"{name}: kept, it differs from ours; --overwrite replaces it")
            else:
                self._write(path, text)

    def _write(self, path: Path, text: str) -> None:
        """Only where something changes, so that a file's time says when."""
        is_secret = path.name in SECRET
        if path.exists() and path.read_text(encoding="utf-8") == text:
            if is_secret:
                path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            return
        _replace(path, text, 0o600 if is_secret else 0o644)
        self.stdout.write(f"{path.name}: written")

    def _describe(self, folder: Path, number: str) -> None:
        if not (folder / configuration.PHONES).exists():
            raise CommandError(f"{folder / configuration.PHONES} has not been written yet")
        known = configuration.passwords_in((folder / configuration.PHONES).read_text(encoding="utf-8"))
        if number not in known:
            raise CommandError(f"no phone {number} in {folder / configuration.PHONES}")
        phone = next(phone for phone in phones_of(folder) if phone.number == number)
        self.stdout.write(f"{phone.name}\n  Server: Asterisk's address, UDP port {_sip_port(folder)}")
        self.stdout.write(f"  User and authentication name: {number}\n  Password: {known[number]}")
        if phone.has_voicemail:
            self.stdout.write(f"  PIN of the box for the time without Lampfield (*98): {phone.pin}")


def _logins(options: dict[str, Any]) -> dict[str, str]:
    """Lampfield's own login, and the trunk's where one is named."""
    if not settings.ASTERISK_PASSWORD:
        raise CommandError("set ASTERISK_PASSWORD first, to a long random text: Lampfield logs in to Asterisk with it")
    files = {configuration.ARI: configuration.ari_text(settings.ASTERISK_USER, settings.ASTERISK_PASSWORD)}
    if options["trunk_host"]:
        user, password = options["trunk_user"], os.environ.get(_TRUNK_PASSWORD, "")
        name = settings.ASTERISK_TRUNK or "trunk"
        trunk = Trunk(name, options["trunk_host"], user, password, options["trunk_header"])
        files[configuration.TRUNK] = configuration.trunk_text(trunk)
    return files


def _places(folder: Path, options: dict[str, Any]) -> Places:
    return Places(
        address=options["address"],
        http_port=options["http_port"] or "",
        sip_port=options["sip_port"] or "",
        rtp_ports=options["rtp"],
        folders=_private_folders(folder, options["tree"].absolute()) if options["tree"] else {},
    )


def _private_folders(folder: Path, tree: Path) -> dict[str, Path]:
    """Every folder below `folder`, made where it is missing; documentation and sounds are those of the tree."""
    own = {
        f"ast{name}dir": folder / "state" / name
        for name in ("varlib", "db", "key", "data", "agi", "spool", "run", "log")
    }
    for path in own.values():
        path.mkdir(parents=True, exist_ok=True)
    (own["astkeydir"] / "keys").mkdir(exist_ok=True)
    shared = tree / "usr/share/asterisk"
    for source in [*shared.glob("[!s]*"), *shared.glob("sounds/en_*")]:
        # The sounds of a language are looked for under its short name.
        link = own["astdatadir"] / ("sounds/en" if source.parent.name == "sounds" else source.name)
        link.parent.mkdir(exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(source)
    return {"astetcdir": folder, "astmoddir": tree / _MODULES, **own}


def _replace(path: Path, text: str, mode: int) -> None:
    """At once, and at no moment readable by more people than `mode` says."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    Path(name).replace(path)


def _sip_port(folder: Path) -> str:
    """Where phones reach this Asterisk, by its own files; SIP's usual port where they do not say."""
    path = folder / "pjsip.conf"
    found = (
        re.search(r"^bind = \S+:([0-9]+)", path.read_text(encoding="utf-8"), re.MULTILINE) if path.exists() else None
    )
    return found[1] if found else "5060"


def _port(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**16):
        raise ArgumentTypeError(f"{text!r} is no port")
    return text


def _ports(text: str) -> tuple[str, str]:
    first, _, last = text.partition("-")
    if int(_port(first)) >= int(_port(last)):
        raise ArgumentTypeError(f"{text!r} are no ports such as 10000-20000")
    return first, last
