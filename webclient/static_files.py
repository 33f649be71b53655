"""Static files under hashed names, so that a browser keeps them for good; our scripts and styles as few files."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from servestatic.storage import CompressedManifestStaticFilesStorage

from webclient.bundles import Read, minified, modules_of, script_bundle, style_bundle

# What every page needs, and what is fetched with the first need and takes from the former what both use.
_SCRIPTS = "js/app.js"
_LATER_SCRIPTS = (
    "js/phone/desk.js",
    "js/phone/conversation.js",
    "js/phone/voicemail_page.js",
    "js/phone/devices_page.js",
    "js/people_search.js",
    "js/queue_lamps.js",
    "js/fresh_rules.js",
    "js/keys.js",
    "js/welcome.js",
    "js/after_load.js",
    "js/install_card.js",
    "js/app_window.js",
    "js/profile.js",
    "js/app_window/pad.js",
    "js/status/desk.js",
)
# What stands for itself: a page, the page kept for when there is no server, the service worker, the phone for Asterisk.
_OWN_SCRIPTS = ("js/visit.js", "js/offline.js", "js/worker/service_worker.js", "js/phone/sip_line.js")
_SCRIPT_TYPE = "application/javascript"
_STYLES = (
    "css/app.css",
    "css/visit.css",
    "css/offline.css",
    "css/window.css",
    "css/profile.css",
    "css/help.css",
    "css/devices.css",
    "css/call_log.css",
    "css/keypad.css",
    "css/rules.css",
    "css/calls.css",
)


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    max_post_process_passes = 10  # a module's name follows those that it imports, one step in each pass

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        if not dry_run:
            # What is hashed and compressed from here on is the bundle, not the entry it was made from.
            paths = paths | {name: (self, name) for name in self._write_bundles(paths)}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _write_bundles(self, paths: dict[str, Any]) -> list[str]:
        """Over the collected copies of the entries; the sources are read where they are kept."""

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return bytes(file.read()).decode()

        written = {name: minified("text/css", style_bundle(name, read)) for name in _STYLES if name in paths}
        written |= {name: minified(_SCRIPT_TYPE, text) for name, text in _script_bundles(paths, read)}
        for name, text in written.items():
            Path(self.path(name)).write_text(text)
        return list(written)


def _script_bundles(paths: Collection[str], read: Read) -> Iterator[tuple[str, str]]:
    if _SCRIPTS in paths:
        in_every_page = set(modules_of(_SCRIPTS, read)) - {_SCRIPTS}
        later = [name for name in _LATER_SCRIPTS if name in paths]
        lent = {each for name in later for each in modules_of(name, read, in_every_page) if each in in_every_page}
        yield _SCRIPTS, script_bundle(_SCRIPTS, read, lends=lent)
        yield from ((name, script_bundle(name, read, borrows=lent)) for name in later)
    yield from ((name, script_bundle(name, read)) for name in _OWN_SCRIPTS if name in paths)
