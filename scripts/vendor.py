"""Third-party browser files: copied from node_modules once, then only checked.

`vendor.py` copies what `package.json` pins, with its licences, and writes the manifest;
`vendor.py --check` needs no node and fails when a file is not the one that was copied.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.commonjs import es_module, packages_of  # noqa: E402 - run as a file, it has to say where the sources are
from webclient.bundles import minified  # noqa: E402

NODE_MODULES = ROOT / "node_modules"
VENDOR_DIRECTORIES = (ROOT / "static/vendor", ROOT / "tests/vendor")
MANIFEST = ROOT / "static/vendor/manifest.json"
SPRITE = "static/vendor/icons.svg"
SIP = "static/vendor/jssip.js"
SIP_LICENCES = "static/vendor/licences/jssip.txt"

# destination -> (package, file in the package)
COPIED = {
    "static/vendor/htmx.min.js": ("htmx.org", "dist/htmx.min.js"),
    "static/vendor/licences/htmx.txt": ("htmx.org", "LICENSE"),
    "static/vendor/licences/lucide.txt": ("lucide-static", "LICENSE"),
    "tests/vendor/axe.min.js": ("axe-core", "axe.min.js"),
    "tests/vendor/licences/axe.txt": ("axe-core", "LICENSE"),
}

ICONS = """
    arrow-left arrow-left-right bell check chevron-right circle circle-help circle-parking clock copy delete
    download grid-3x3 grip info languages layout-grid list log-out merge mic mic-off moon pause phone phone-call
    phone-forwarded phone-incoming phone-missed phone-off phone-outgoing play plug-zap search settings square star
    sun trash-2 triangle-alert undo-2 user users voicemail volume-2 x
""".split()  # noqa: SIM905 - a list of one name per line would be longer than the rest of the file


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        problems = changed_files()
        for problem in problems:
            print(f"vendor: {problem}")
        return 1 if problems else 0
    copy_files()
    return 0


def copy_files() -> None:
    for directory in VENDOR_DIRECTORIES:
        shutil.rmtree(directory, ignore_errors=True)
    for destination, (package, source) in COPIED.items():
        target = ROOT / destination
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(NODE_MODULES / package / source, target)
    (ROOT / SPRITE).write_text(sprite(), encoding="utf-8")
    (ROOT / SIP).write_text(sip_module(), encoding="utf-8")
    (ROOT / SIP_LICENCES).write_text(sip_licences(), encoding="utf-8")
    manifest = {
        destination: {"package": package, "version": version_of(package), "sha256": sha256(ROOT / destination)}
        for destination, package in sorted(packages().items())
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def packages() -> dict[str, str]:
    made = {SPRITE: "lucide-static", SIP: "jssip", SIP_LICENCES: "jssip"}
    return {destination: package for destination, (package, _) in COPIED.items()} | made


def sip_module() -> str:
    """JsSIP comes as modules for node only: all of them in one file, for browsers."""
    licence = f"// JsSIP {version_of('jssip')}, MIT licence, see licences/jssip.txt\n"
    return licence + minified("application/javascript", es_module(NODE_MODULES, "jssip")) + "\n"


def sip_licences() -> str:
    """Of JsSIP and of each package that its file holds."""
    return "\n\n".join(
        f"{package} {version_of(package)}\n\n{licence_of(package)}" for package in packages_of(NODE_MODULES, "jssip")
    )


def licence_of(package: str) -> str:
    (file,) = (path for path in (NODE_MODULES / package).iterdir() if path.stem.lower() == "license")
    return file.read_text(encoding="utf-8").strip() + "\n"


def sprite() -> str:
    symbols = "\n".join(symbol(name) for name in ICONS)
    licence = f"Lucide {version_of('lucide-static')}, ISC licence, see licences/lucide.txt"
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n<!-- {licence} -->\n{symbols}\n</svg>\n'


def symbol(name: str) -> str:
    """One icon as a symbol: `<svg><use href=".../icons.svg#phone"/></svg>` shows it in the text's colour."""
    source = (NODE_MODULES / "lucide-static/icons" / f"{name}.svg").read_text(encoding="utf-8")
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if shapes is None:
        raise ValueError(f"{name}.svg holds no svg element")
    inner = "".join(line.strip() for line in shapes[1].splitlines())
    strokes = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {strokes}>{inner}</symbol>'


def version_of(package: str) -> str:
    return str(json.loads((NODE_MODULES / package / "package.json").read_text(encoding="utf-8"))["version"])


def changed_files() -> list[str]:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    problems = [
        f"{name}: {entry['package']} {entry['version']} is here, package.json pins {pinned[entry['package']]}"
        for name, entry in manifest.items()
        if entry["version"] != pinned[entry["package"]]
    ]
    present = {str(path.relative_to(ROOT)) for path in vendored_paths()}
    problems += [f"{name}: missing" for name in manifest.keys() - present]
    problems += [f"{name}: not in the manifest" for name in present - manifest.keys()]
    problems += [
        f"{name}: changed since it was copied"
        for name in manifest.keys() & present
        if sha256(ROOT / name) != manifest[name]["sha256"]
    ]
    return sorted(problems)


def vendored_paths() -> list[Path]:
    return [
        path for directory in VENDOR_DIRECTORIES for path in directory.rglob("*") if path.is_file() and path != MANIFEST
    ]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
