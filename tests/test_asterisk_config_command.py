"""`manage.py asterisk_config` writes what Asterisk reads, and changes only what has changed."""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from presence.calls.asterisk import configuration
from presence.models import Extension, SystemExtension

GENERATED = {configuration.PHONES, configuration.HINTS, configuration.VOICEMAIL}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Filled by the first run of the command: no test needs all the sounds to be made once more."""
    return tmp_path_factory.mktemp("sounds")


@pytest.fixture(autouse=True)
def _asterisk(settings: Settings, sounds: Path) -> None:
    settings.ASTERISK_PASSWORD = "ari-password"
    settings.ASTERISK_SOUNDS_DIR = sounds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "asterisk"


def written(folder: Path, *options: str) -> dict[str, str]:
    """The files after the command, by name."""
    run(folder, *options)
    return {file.name: file.read_text() for file in folder.glob("*.conf")}


def run(folder: Path, *options: str) -> str:
    """What it says."""
    said = StringIO()
    call_command("asterisk_config", "--output", str(folder), *options, stdout=said)
    return said.getvalue()


def test_the_whole_set_is_there_and_includes_only_what_is_there(adam: Extension, folder: Path) -> None:
    files = written(folder)
    included = {name for text in files.values() for name in re.findall(r"^#include (\S+)", text, re.MULTILINE)}
    assert included <= files.keys()
    assert included >= GENERATED | {configuration.ARI, configuration.TRUNK}
    assert "password = ari-password\n" in files[configuration.ARI]


def test_only_enabled_extensions_have_a_phone(adam: Extension, piotr: Extension, folder: Path) -> None:
    Extension.objects.filter(pk=piotr.pk).update(is_enabled=False)
    SystemExtension.objects.create(number="800", name="Sales", kind="queue")
    files = written(folder)
    assert configuration.passwords_in(files[configuration.PHONES]).keys() == {"101"}
    assert "exten => 800,hint,Stasis:800" in files[configuration.HINTS]
    assert "102" not in files[configuration.HINTS]


def test_only_the_phones_for_an_asterisk_that_is_there(adam: Extension, folder: Path, settings: Settings) -> None:
    settings.ASTERISK_PASSWORD = ""
    assert written(folder, "--only", "phones").keys() == GENERATED


def test_secrets_are_for_one_reader(adam: Extension, folder: Path) -> None:
    written(folder)
    open_to_all = {file.name for file in folder.glob("*.conf") if stat.S_IMODE(file.stat().st_mode) & 0o077}
    assert open_to_all.isdisjoint(
        {configuration.PHONES, configuration.VOICEMAIL, configuration.ARI, configuration.TRUNK}
    )
    assert "http.conf" in open_to_all


def test_the_second_run_changes_nothing(adam: Extension, folder: Path, settings: Settings) -> None:
    first = written(folder)
    times = modified(folder) | modified(settings.ASTERISK_SOUNDS_DIR)
    assert run(folder) == ""
    assert written(folder) == first
    assert modified(folder) | modified(settings.ASTERISK_SOUNDS_DIR) == times


def test_a_new_extension_leaves_the_others_their_passwords(adam: Extension, folder: Path) -> None:
    before = configuration.passwords_in(written(folder)[configuration.PHONES])
    Extension.objects.create(number="105", name="New")
    after = configuration.passwords_in(written(folder)[configuration.PHONES])
    assert after["101"] == before["101"]
    assert after.keys() == {"101", "105"}


def test_a_new_password_is_for_one_phone_alone(adam: Extension, piotr: Extension, folder: Path) -> None:
    before = configuration.passwords_in(written(folder)[configuration.PHONES])
    said = run(folder, "--new-password", "101")
    after = configuration.passwords_in((folder / configuration.PHONES).read_text())
    assert after["102"] == before["102"]
    assert after["101"] != before["101"]
    assert after["101"] in said


def test_a_phone_is_described_without_writing_anything(adam: Extension, folder: Path) -> None:
    written(folder, "--sip-port", "5070")
    times = modified(folder)
    said = run(folder, "--phone", "101")
    assert "UDP port 5070" in said
    assert configuration.passwords_in((folder / configuration.PHONES).read_text())["101"] in said
    assert "Adam Nowak" in said
    assert modified(folder) == times


@pytest.mark.parametrize("options", [("--phone", "999"), ("--new-password", "999"), ("--phone", "101\n")])
def test_nobody_has_that_number(adam: Extension, folder: Path, options: tuple[str, str]) -> None:
    written(folder)
    before = modified(folder)
    with pytest.raises(CommandError):
        run(folder, *options)
    assert modified(folder) == before


def test_a_file_that_somebody_edited_is_kept_unless_told_otherwise(adam: Extension, folder: Path) -> None:
    written(folder)
    (folder / "rtp.conf").write_text("; mine\n")
    assert "rtp.conf: kept" in run(folder)
    assert (folder / "rtp.conf").read_text() == "; mine\n"
    run(folder, "--overwrite")
    assert "rtpstart" in (folder / "rtp.conf").read_text()


def test_a_trunk_stays_as_it_was_unless_named_again(adam: Extension, folder: Path) -> None:
    named = written(folder, "--trunk-host", "sip.example.com")[configuration.TRUNK]
    assert "contact = sip:sip.example.com" in named
    assert written(folder)[configuration.TRUNK] == named


def test_addresses_and_ports_are_those_asked_for(adam: Extension, folder: Path) -> None:
    ports = ("--http-port", "18088", "--sip-port", "15060", "--rtp", "30000-30999")
    files = written(folder, "--address", "10.99.0.1", *ports)
    assert "bindaddr = 10.99.0.1\nbindport = 18088\n" in files["http.conf"]
    assert "bind = 10.99.0.1:15060\n" in files["pjsip.conf"]
    assert "rtpstart = 30000\nrtpend = 30999\n" in files["rtp.conf"]


@pytest.mark.parametrize("ports", ["1-", "-1", "5-4", "a-b", "1-70000", "1-2\n"])
def test_ports_that_are_none_are_refused(folder: Path, ports: str, db: None) -> None:
    with pytest.raises(CommandError):
        run(folder, f"--rtp={ports}")


def test_without_a_password_for_lampfield_nothing_is_written(adam: Extension, folder: Path, settings: Settings) -> None:
    settings.ASTERISK_PASSWORD = ""
    with pytest.raises(CommandError, match="ASTERISK_PASSWORD"):
        run(folder)
    assert list(folder.glob("*.conf")) == []


def test_the_sounds_lie_where_asterisk_reads_them(adam: Extension, folder: Path, settings: Settings) -> None:
    files = written(folder)
    assert (settings.ASTERISK_SOUNDS_DIR / "greeting-pl.wav").exists()
    assert (settings.ASTERISK_SOUNDS_DIR / "music/music.wav").exists()
    assert f"directory = {settings.ASTERISK_SOUNDS_DIR}/music\n" in files["musiconhold.conf"]


def test_the_shipped_files_stand_as_they_are(settings: Settings) -> None:
    """A dialplan that names no variable but Asterisk's own cannot be given another by a caller."""
    shipped = {file.name: file.read_text() for file in (settings.BASE_DIR / "deploy/asterisk").glob("*.conf")}
    code = {
        name: [line.partition(";")[0] for line in text.splitlines() if not line.startswith(";")]
        for name, text in shipped.items()
    }
    assert {found for lines in code.values() for found in re.findall(r"\$\{[^}]*\}?", "\n".join(lines))} == {
        "${STASISSTATUS}"
    }
    assert not any(line.startswith("#exec") for lines in code.values() for line in lines)
    assert not any(word in line for lines in code.values() for line in lines for word in ("app_system", "func_shell"))


def modified(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_by_itself_it_writes_where_nobody_else_looks(adam: Extension, settings: Settings, tmp_path: Path) -> None:
    said = StringIO()
    call_command("asterisk_config", output=tmp_path / "new", stdout=said)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert "astetcdir = /etc/asterisk\n" in (tmp_path / "new/asterisk.conf").read_text()
