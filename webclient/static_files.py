"""Static files under hashed names, so that a browser keeps them for good; our scripts and styles as few files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from servestatic.storage import CompressedManifestStaticFilesStorage

from webclient.bundles import minified, script_bundle, style_bundle

# The scripts that are asked for by their own address, each with all that it imports in it: what every page needs, and
# what is fetched with the first need. A module with a state of its own belongs to one of them only.
_SCRIPTS = ("js/app.js", "js/phone/desk.js", "js/phone/voicemail_page.js", "js/visit.js", "js/queue_lamps.js")
_STYLES = ("css/app.css", "css/visit.css")


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

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

        kinds = (("application/javascript", script_bundle, _SCRIPTS), ("text/css", style_bundle, _STYLES))
        written = [(kind, bundle, name) for kind, bundle, names in kinds for name in names if name in paths]
        for kind, bundle, name in written:
            Path(self.path(name)).write_text(minified(kind, bundle(name, read)))
        return [name for _, _, name in written]
