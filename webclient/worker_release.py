"""What this release is for a service worker: its version, and the hashed files that a browser may keep."""

import json
from functools import cache
from hashlib import sha256
from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

HOME = "/app/"  # the installed app's first page
WORKER_SOURCE = "js/worker/service_worker.js"
# Sounds are asked for in parts, which no cache of a worker can keep; the browser's own does.
_KEPT_SUFFIXES = {".css", ".js", ".png", ".svg", ".webp"}


@cache
def worker_script() -> str:
    """The worker of this release: it differs by a byte whenever anything does that it keeps."""
    release = {
        "version": release_version(),
        "files": kept_files(),
        # Kept at once; the page first, then what it needs.
        "offline": [reverse("offline"), static("css/offline.css"), static("js/offline.js")],
        "home": HOME,
    }
    return f"self.lampfieldRelease = {json.dumps(release, separators=(',', ':'))};\n{_worker_source()}"


@cache
def release_version() -> str:
    """The same on every server of a release, another one after any change of what a browser keeps."""
    parts = [_worker_source(), offline_page(), *kept_files()]
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


@cache
def kept_files() -> list[str]:
    """Only what carries a hash in its name: the same address always means the same bytes."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    names = (name for name in hashed if PurePosixPath(name).suffix in _KEPT_SUFFIXES and name != WORKER_SOURCE)
    return sorted(static(name) for name in names)


@cache
def offline_page() -> str:
    """The same for everybody, because browsers keep it: in every language, and without a word about who asked."""
    return render_to_string("offline.html", {"languages": [code for code, _name in settings.LANGUAGES]})


@cache
def _worker_source() -> str:
    with staticfiles_storage.open(WORKER_SOURCE) as file:
        return bytes(file.read()).decode()
