"""Static files under hashed names, so that a browser keeps them for good; our scripts and styles as one file each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from servestatic.storage import CompressedManifestStaticFilesStorage

from webclient.bundles import minified, script_bundle, style_bundle

_SCRIPTS = "js/app.js"
_STYLES = "css/app.css"


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        if _SCRIPTS in paths and not dry_run:
            self._write_bundles(paths)
            # What is hashed and compressed from here on is the bundle, not the entry it was made from.
            paths = paths | {_SCRIPTS: (self, _SCRIPTS), _STYLES: (self, _STYLES)}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _write_bundles(self, paths: dict[str, Any]) -> None:
        """Over the collected copies of the entries; the sources are read where they are kept."""

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return bytes(file.read()).decode()

        scripts = minified("application/javascript", script_bundle(_SCRIPTS, read))
        styles = minified("text/css", style_bundle(_STYLES, read))
        Path(self.path(_SCRIPTS)).write_text(scripts)
        Path(self.path(_STYLES)).write_text(styles)
