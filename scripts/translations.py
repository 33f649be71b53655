"""Translations against the sources: `check` fails when a string lacks its translation, `update` collects new ones."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "pl"
DOMAINS = ("django", "djangojs")
SOURCES = ("presence", "webclient", "templates", "static/js")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["check"]:
            problems = [problem for domain in DOMAINS for problem in problems_of(domain)]
            for problem in problems:
                print(problem)
            return 1 if problems else 0
        case ["update"]:
            for domain in DOMAINS:
                update(domain)
            return 0
    print(__doc__)
    return 2


def problems_of(domain: str) -> list[str]:
    path = catalogue(domain)
    translated = {key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    found = []
    for entry in strings_in_sources(domain):
        where = f"{entry.occurrences[0][0]}: {entry.msgid!r}" if entry.occurrences else repr(entry.msgid)
        translation = translated.get(key(entry))
        if translation is None:
            found.append(f"{where} is not in {path.relative_to(ROOT)}")
        elif problem := problem_of(translation):
            found.append(f"{where} {problem}")
    return found


def problem_of(entry: polib.POEntry) -> str | None:
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if entry.obsolete:
        return "is marked obsolete (#~)"
    if entry.fuzzy:
        return "is fuzzy"
    if not all(texts):
        return "is not translated"
    if not entry.msgid_plural and placeholders(entry.msgid) != placeholders(entry.msgstr):
        return f"has other placeholders than {entry.msgstr!r}"
    return None


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def strings_in_sources(domain: str) -> polib.POFile:
    """What makemessages finds, in a copy of the sources that has no translations yet."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for source in SOURCES:
            if (ROOT / source).exists():
                shutil.copytree(ROOT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "locale").mkdir()
        make_messages(domain, copy)
        made = copy / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"
        return polib.pofile(str(made)) if made.exists() else polib.POFile()


def update(domain: str) -> None:
    """Adds new strings and keeps the order and the words of the rest; unused ones go."""
    path = catalogue(domain)
    wanted = strings_in_sources(domain)
    if not wanted and not path.exists():
        return
    known = {key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    for entry in wanted:
        entry.occurrences = [(file, "") for file in dict.fromkeys(file for file, _ in entry.occurrences)]
        if (old := known.get(key(entry))) and not old.obsolete:
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural or entry.msgstr_plural
            entry.tcomment = old.tcomment
    if path.exists():
        old_file = polib.pofile(str(path))
        wanted.header, wanted.metadata, wanted.metadata_is_fuzzy = old_file.header, old_file.metadata, False
    wanted.wrapwidth = 110
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted.save(str(path))


def make_messages(domain: str, directory: Path) -> None:
    # Only the catalogue's parser is wanted: no settings, no database.
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", LANGUAGE, "--domain", domain, "--verbosity", "0"],
        cwd=directory,
        env=environment,
        check=True,
    )


def catalogue(domain: str) -> Path:
    return ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
