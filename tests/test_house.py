"""The house law, read from the sources: `webclient` imports `presence`, and inside `presence` imports point up."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each layer imports only itself and the layers before it.
LAYERS = ["domain", "models", "selectors", "replica", "hub", "services", "calls", "management"]

# Not in the list of layers: where each stands, by the layer whose place it shares.
# Labels are words for the vocabulary; measures count what any part does; migrations are the history of the models;
# apps.py starts what there is.
BESIDE = {"labels": "models", "measures": "models", "migrations": "models", "apps": "management"}


@dataclass(frozen=True)
class Import:
    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}, line {self.line}, imports {self.imported}"


def test_presence_never_imports_webclient() -> None:
    assert [str(found) for found in imports_of("presence") if is_in(found.imported, "webclient")] == []


def test_domain_imports_only_itself_and_the_standard_library() -> None:
    allowed = sys.stdlib_module_names
    assert [
        str(found)
        for found in imports_of("presence/domain")
        if not is_in(found.imported, "presence.domain") and found.imported.partition(".")[0] not in allowed
    ] == []


def test_every_part_of_presence_has_a_layer() -> None:
    parts = {path.stem for path in (ROOT / "presence").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__init__", "__pycache__"} - set(LAYERS) - BESIDE.keys() == set()


def test_inside_presence_imports_point_up_the_list() -> None:
    inside = [found for found in imports_of("presence") if is_in(found.imported, "presence")]
    assert [str(found) for found in inside if layer(found.imported) > layer(found.importer)] == []


def test_only_the_hub_sends_through_the_channel_layer() -> None:
    senders = {
        module_name(path)
        for package in ("presence", "webclient")
        for path in (ROOT / package).rglob("*.py")
        if any(isinstance(node, ast.Attribute) and node.attr == "group_send" for node in ast.walk(tree_of(path)))
    }
    assert [name for name in sorted(senders) if not is_in(name, "presence.hub")] == []


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import presence.hub", ["presence.hub"]),
        ("from presence import hub", ["presence.hub"]),
        ("from presence.hub import publish_call", ["presence.hub"]),
        ("def f():\n    from webclient import urls", ["webclient.urls"]),
        ("import os.path as p, json", ["os.path", "json"]),
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str, imported: list[str]) -> None:
    assert [name for name, _ in imported_modules(ast.parse(source))] == imported


def imports_of(package: str) -> list[Import]:
    return [
        Import(importer=module_name(path), imported=name, line=line)
        for path in sorted((ROOT / package).rglob("*.py"))
        for name, line in imported_modules(tree_of(path))
    ]


def imported_modules(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            for name in sorted({resolved(source, alias.name) for alias in node.names}):
                yield name, node.lineno


def resolved(source: str, name: str) -> str:
    """`from a import b` names the module a.b when there is one, else something inside a."""
    path = ROOT / source.replace(".", "/") / name
    return f"{source}.{name}" if path.is_dir() or path.with_suffix(".py").exists() else source


def layer(module: str) -> int:
    """The place in the list; `presence` itself, an empty package, comes before all."""
    part = module.split(".")[1] if "." in module else ""
    return LAYERS.index(BESIDE.get(part, part)) if part else -1


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
