"""A package of modules for node becomes one for browsers: all that it requires, once, by names that cannot clash."""

from pathlib import Path

import pytest

from scripts.commonjs import CommonJsError, es_module, packages_of

FILES = {
    "phone/package.json": '{"main": "lib/phone.js", "version": "1.0.0"}',
    "phone/lib/phone.js": "require('../package.json');\nmodule.exports = require('tone');\n",
    "tone/package.json": '{"main": "./node.js", "browser": "./browser.js"}',
    "tone/browser.js": 'exports.table = require("./table");\n//# sourceMappingURL=browser.js.map\n',
    "tone/node.js": "require('fs');\n",
    "tone/table/index.js": "exports.phone = () => require('phone');\n",
}


@pytest.fixture
def node_modules(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_all_that_is_required_is_in_it_once_and_nothing_else(node_modules: Path) -> None:
    text = es_module(node_modules, "phone")

    held = ("phone/lib/phone.js", "phone/package.json", "tone/browser.js", "tone/table/index.js")
    assert [text.count(f'"{name}": function') for name in held] == [1, 1, 1, 1]
    assert "node.js" not in text
    assert "sourceMappingURL" not in text
    assert text.endswith('export default require("phone/lib/phone.js");\n')


def test_what_is_required_is_named_in_full(node_modules: Path) -> None:
    text = es_module(node_modules, "phone")

    for name in ("phone/package.json", "tone/browser.js", "tone/table/index.js"):
        assert f'require("{name}")' in text


def test_the_packages_whose_licences_go_along(node_modules: Path) -> None:
    assert packages_of(node_modules, "phone") == ["phone", "tone"]


def test_a_module_that_is_not_there_is_named(node_modules: Path) -> None:
    (node_modules / "tone/table/index.js").unlink()

    with pytest.raises(CommonJsError, match="tone/table"):
        es_module(node_modules, "phone")
