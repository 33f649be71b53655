"""Bundling: each module once, in order, in a scope of its own; what cannot be bundled is refused, not served broken."""

import pytest

from webclient.bundles import BundleError, minified, modules_of, script_bundle, style_bundle

MODULES = {
    "js/app.js": 'import { startLamps } from "./lamps.js";\nimport { word as say } from "./words.js";\nsay();\n',
    "js/lamps.js": 'import {\n  word,\n} from "./words.js";\n\nexport async function startLamps() {}\n',
    "js/words.js": "const language = 1;\n\nexport function word() {}\nexport const clock = language;\n",
}


def bundle(**changes: str) -> str:
    modules = MODULES | {f"js/{name}.js": source for name, source in changes.items()}
    return script_bundle("js/app.js", modules.__getitem__)


def test_a_module_stands_before_those_that_import_it_and_only_once() -> None:
    text = bundle()
    starts = [text.index(f"const module_js_{name}_js") for name in ("words", "lamps", "app")]
    assert starts == sorted(starts)
    assert text.count("function word()") == 1


def test_a_module_hands_out_what_it_exports_and_nothing_else() -> None:
    assert "return { word, clock };" in bundle()
    assert "export" not in bundle()
    assert "return { startLamps };" in bundle()


def test_a_bundle_hands_out_what_its_entry_exports() -> None:
    text = bundle(app='import { word } from "./words.js";\n\nexport class Desk {}\nexport const call = word;\n')
    assert text.endswith("export const { Desk, call } = module_js_app_js;\n")
    assert minified("application/javascript", text).endswith("}=module_js_app_js")


def test_a_later_bundle_borrows_what_every_page_has_already() -> None:
    modules = MODULES | {"js/desk.js": 'import { word } from "./words.js";\n\nexport const call = word;\n'}
    shelf = script_bundle("js/app.js", modules.__getitem__, lends={"js/words.js"})
    assert shelf.endswith('globalThis.lampfieldModules = { "js/words.js": module_js_words_js };\n')
    later = script_bundle("js/desk.js", modules.__getitem__, borrows={"js/words.js"})
    assert later.startswith('const module_js_words_js = globalThis.lampfieldModules["js/words.js"];\n')
    assert "function word()" not in later


def test_what_a_borrowed_module_imports_is_not_asked_for() -> None:
    assert modules_of("js/app.js", MODULES.__getitem__, {"js/lamps.js"}) == ["js/lamps.js", "js/words.js", "js/app.js"]
    assert modules_of("js/lamps.js", MODULES.__getitem__, {"js/lamps.js"}) == ["js/lamps.js"]


def test_a_module_takes_what_it_imports_by_the_names_it_uses() -> None:
    assert "const { word: say } = module_js_words_js;" in bundle()
    assert "import" not in bundle()


def test_a_module_that_leads_back_to_itself_is_refused() -> None:
    with pytest.raises(BundleError, match=r"js/lamps.js imports itself: js/app.js -> js/lamps.js -> js/words.js"):
        bundle(words='import { startLamps } from "./lamps.js";\n')


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./words.js";',
        'import words from "./words.js";',
        'import { far } from "https://example.org/far.js";',
        "export default 1;",
        "export let changing = 1;",
    ],
)
def test_a_form_of_import_or_export_that_cannot_be_bundled_is_refused(line: str) -> None:
    with pytest.raises(BundleError, match=r"js/lamps.js has an import or export that cannot be bundled"):
        bundle(lamps=line + "\nexport function startLamps() {}\n")


def test_style_sheets_stand_where_they_are_imported() -> None:
    sheets = {
        "css/app.css": '@import "base.css";\n@import "people.css";\n',
        "css/base.css": "a{}",
        "css/people.css": "b{}",
    }
    assert style_bundle("css/app.css", sheets.__getitem__) == "a{}b{}"


def test_the_minifier_keeps_the_meaning() -> None:
    assert minified("text/css", "a {\n  color: red; /* why */\n}\n") == "a{color:red}"


def test_a_script_with_a_fault_stops_the_collection() -> None:
    with pytest.raises(BundleError):
        minified("application/javascript", "const = ;")
