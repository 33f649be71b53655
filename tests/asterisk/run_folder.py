"""The folders of one Asterisk: copies of its configuration, links to what it only reads, room for what it writes."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_READ_ONLY = ("documentation", "rest-api", "static-http")
_WRITTEN = ("etc", "data/keys", "data/sounds", "data/moh", "spool/recording", "spool/voicemail", "log", "run", "cache")
_SOUNDS = "usr/share/asterisk/sounds/en_US_f_Allison"


def make_run_folder(folder: Path, tree: Path, config: Iterable[Path], words: Mapping[str, object]) -> None:
    """`folder/etc/asterisk.conf` is what Asterisk starts with. AssertionError for a word that has no value.

    Files of a later folder of `config` replace those of an earlier one; `@WORD@` in them becomes its value.
    """
    for name in _WRITTEN:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in _READ_ONLY:
        _link(folder / "data" / name, tree / "usr/share/asterisk" / name)
    _link(folder / "data/sounds/en", tree / _SOUNDS)
    for source in config:
        for path in source.glob("*.conf"):
            (folder / "etc" / path.name).write_text(_filled_in(path, words))
    (folder / "etc/asterisk.conf").write_text(_main_file(folder, tree))


def _link(path: Path, target: Path) -> None:
    if not path.is_symlink():
        path.symlink_to(target)


def _filled_in(path: Path, words: Mapping[str, object]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise AssertionError(f"{path.name} asks for {found[0]}, which this test does not give")
        return str(words[found[1]])

    return re.sub(r"@([A-Z]+(?:_[A-Z]+)*)@", value, path.read_text())


def _main_file(folder: Path, tree: Path) -> str:
    modules = next(tree.glob("usr/lib/*/asterisk/modules"))
    places = {
        "astcachedir": folder / "cache",
        "astetcdir": folder / "etc",
        "astmoddir": modules,
        "astvarlibdir": folder / "data",
        "astdbdir": folder / "data",
        "astkeydir": folder / "data",
        "astdatadir": folder / "data",
        "astagidir": folder / "data/agi-bin",
        "astspooldir": folder / "spool",
        "astrundir": folder / "run",
        "astlogdir": folder / "log",
        "astsbindir": tree / "usr/sbin",
    }
    lines = [f"{name} = {path}" for name, path in places.items()]
    return "\n".join(["[directories]", *lines, "[options]", "verbose = 3", "nocolor = yes", ""])
