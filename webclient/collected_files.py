"""The static files as they are served, collected again only where they would come out otherwise: it takes seconds."""

import json
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# The htmx that django_htmx brings is another release than ours.
_IGNORED = ["django_htmx"]
_MADE_FROM = ".made-from"
_MAKERS = ("static_files.py", "bundles.py", "minify_text.py")
_LIBRARIES = ("Django", "servestatic", "brotli", "tdewolff-minify")


def collect() -> None:
    mark = Path(settings.STATIC_ROOT) / _MADE_FROM
    made_from = _digest()
    if _text(mark) == made_from and _is_complete():
        return
    mark.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=_IGNORED)
    mark.write_text(made_from)


def _digest() -> str:
    """Of everything that the collected files come from."""
    digest = sha256()
    for part in _parts():
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts() -> Iterator[bytes]:
    yield from (version(library).encode() for library in _LIBRARIES)
    yield from (Path(__file__).with_name(maker).read_bytes() for maker in _MAKERS)
    for finder in get_finders():
        for name, storage in finder.list(_IGNORED):
            yield name.encode()
            with storage.open(name) as file:
                yield bytes(file.read())


def _is_complete() -> bool:
    """Nobody has taken anything away."""
    root = Path(settings.STATIC_ROOT)
    listed = _text(root / "staticfiles.json")
    return bool(listed) and all((root / name).exists() for name in json.loads(listed)["paths"].values())


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
