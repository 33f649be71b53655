"""Small modules become one file when static files are collected: a first visit asks once and loads half the bytes.

The sources run as they are, and tests run them so; the product serves the bundle under the entry's name. A bundled
module is a function's scope that returns what it exports, so that no two modules share a name by accident.
"""

import posixpath
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

Read = Callable[[str], str]

# The one form of import and export that our scripts use; anything else is refused rather than bundled wrongly.
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER_MODULE_SYNTAX = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_STYLE_IMPORT = re.compile(r'^@import (?:url\()?"([^"]+)"\)?;\n?', re.MULTILINE)


class BundleError(ValueError):
    """A module that cannot be bundled, named."""


# Where the bundle that every page has keeps its modules for those that come later.
_LENT = "globalThis.lampfieldModules"


def script_bundle(entry: str, read: Read, *, lends: Collection[str] = (), borrows: Collection[str] = ()) -> str:
    """`entry` and all that it imports, each module before those that import it; it hands out what the entry does.

    `lends`: modules of this bundle that later ones use, too; `borrows`: modules that an earlier bundle lends. So each
    is loaded once, and one with a state of its own has one state.
    """
    scopes = "".join(
        f'const {_scope_name(name)} = {_LENT}["{name}"];\n' if name in borrows else _as_scope(name, source)
        for name, source in _in_order(entry, read, [], {}, borrows)
    )
    lent = ", ".join(f'"{name}": {_scope_name(name)}' for name in sorted(lends))
    shelf = f"{_LENT} = {{ {lent} }};\n" if lent else ""
    given = ", ".join(_EXPORT.findall(read(entry)))
    return scopes + shelf + (f"export const {{ {given} }} = {_scope_name(entry)};\n" if given else "")


def modules_of(entry: str, read: Read, borrows: Collection[str] = ()) -> list[str]:
    """The modules that a bundle of `entry` needs, those it borrows among them."""
    return [name for name, _ in _in_order(entry, read, [], {}, borrows)]


def _in_order(
    name: str, read: Read, above: list[str], seen: dict[str, None], borrows: Collection[str]
) -> Iterator[tuple[str, str]]:
    if name in above:
        raise BundleError(f"{name} imports itself: {' -> '.join([*above, name])}")
    if name in seen:
        return
    seen[name] = None
    source = read(name)
    for _, path in () if name in borrows else _IMPORT.findall(source):
        yield from _in_order(_resolved(name, path), read, [*above, name], seen, borrows)
    yield name, source


def _as_scope(name: str, source: str) -> str:
    taken = "".join(
        f"const {{{names.replace(' as ', ': ')}}} = {_scope_name(_resolved(name, path))};\n"
        for names, path in _IMPORT.findall(source)
    )
    given = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    if left := _OTHER_MODULE_SYNTAX.search(body):
        raise BundleError(f"{name} has an import or export that cannot be bundled: {left.group()}")
    return f"const {_scope_name(name)} = (() => {{\n{taken}{body}\nreturn {{ {given} }};\n}})();\n"


def _scope_name(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name)


def _resolved(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def style_bundle(entry: str, read: Read) -> str:
    """`entry` with the style sheets it imports in their place; all of them in one folder, so addresses stay right."""
    return _STYLE_IMPORT.sub(lambda found: read(_resolved(entry, found.group(1))), read(entry))


def minified(media_type: str, text: str) -> str:
    """In a process of its own: the minifier brings a runtime that a server had better not share."""
    # -P: else the folder of the script came first, and its package `operator` would be taken for Python's own.
    command = [sys.executable, "-P", str(Path(__file__).with_name("minify_text.py")), media_type]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BundleError(done.stderr)
    return done.stdout
