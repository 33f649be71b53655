"""A CommonJS package and all that it requires become one ES module, for browsers that know no `require`."""

import json
import posixpath
import re
from pathlib import Path

_REQUIRE = re.compile(r"""\brequire\(\s*['"]([^'"]+)['"]\s*\)""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)

# Each module is a function that is called once, when it is first required.
_LOADER = """const bundled = {{
{functions}
}};
const loaded = {{}};
function require(name) {{
  if (!loaded[name]) {{
    const module = (loaded[name] = {{ exports: {{}} }});
    bundled[name].call(module.exports, module, module.exports, require);
  }}
  return loaded[name].exports;
}}
export default require({entry});
"""


class CommonJsError(ValueError):
    """A module that is required and not there, named."""


def es_module(node_modules: Path, package: str) -> str:
    """The text of a module whose default export is what `package` exports."""
    entry = _package_entry(node_modules, package)
    modules = _modules(node_modules, entry)
    functions = ",\n".join(f"{json.dumps(name)}: {modules[name]}" for name in sorted(modules))
    return _LOADER.format(functions=functions, entry=json.dumps(entry))


def packages_of(node_modules: Path, package: str) -> list[str]:
    """The packages whose text `es_module` holds, by name."""
    return sorted({name.partition("/")[0] for name in _modules(node_modules, _package_entry(node_modules, package))})


def _modules(node_modules: Path, entry: str) -> dict[str, str]:
    """Each module that the entry needs, as a function, by its path in node_modules."""
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            required, found[name] = _as_function(node_modules, name)
            waiting += required
    return found


def _as_function(node_modules: Path, name: str) -> tuple[list[str], str]:
    """What the module requires, and its source as a function."""
    source = (node_modules / name).read_text(encoding="utf-8")
    if name.endswith(".json"):
        return [], f"function (module) {{ module.exports = {source.strip()}; }}"
    required: list[str] = []

    def renamed(found: re.Match[str]) -> str:
        required.append(_resolved(node_modules, name, found[1]))
        return f"require({json.dumps(required[-1])})"

    body = _REQUIRE.sub(renamed, _SOURCE_MAP.sub("", source))
    return required, f"function (module, exports, require) {{\n{body}\n}}"


def _resolved(node_modules: Path, name: str, required: str) -> str:
    if not required.startswith("."):
        return _package_entry(node_modules, required)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), required))
    return _file(node_modules, path)


def _package_entry(node_modules: Path, package: str) -> str:
    described = json.loads((node_modules / package / "package.json").read_text(encoding="utf-8"))
    browsers = described.get("browser")
    main = browsers if isinstance(browsers, str) else described.get("main", "index.js")
    return _file(node_modules, posixpath.normpath(f"{package}/{main}"))


def _file(node_modules: Path, path: str) -> str:
    for candidate in (path, f"{path}.js", f"{path}/index.js"):
        if (node_modules / candidate).is_file():
            return candidate
    raise CommonJsError(f"{path} is required and not there")
