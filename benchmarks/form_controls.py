"""What a browser would send of a form that nobody has touched."""

from html.parser import HTMLParser


def controls_of(page: str, form: str) -> dict[str, str]:
    """Name -> value in the form whose id or class is `form`; one without a name, and a box not ticked, are not sent."""
    reader = _FormReader(form)
    reader.feed(page)
    if not reader.controls:
        raise LookupError(f"the page has no form {form}")
    return reader.controls


class _FormReader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.controls: dict[str, str] = {}
        self._form = form
        self._is_inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self._is_inside = found.get("id") == self._form or self._form in (found.get("class") or "").split()
        if not self._is_inside:
            return
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self.controls or "selected" in found):
            self.controls[self._select] = value
        elif tag == "input" and name and (found.get("type") not in {"checkbox", "radio"} or "checked" in found):
            self.controls[name] = value or ("on" if found.get("type") == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
