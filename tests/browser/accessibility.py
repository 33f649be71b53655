"""What axe and a narrow screen find wrong with a page as it stands."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
# Evaluated by the debugger: the content security policy of the page stays in force.
_RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}: `
        + [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ')));
}"""
_SPILLING = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const spills = [...document.body.querySelectorAll('*')].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > clientWidth + 1;
    });
    return [`${scrollWidth} px`, ...spills.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}"""
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}


def violations(page: Page) -> list[str]:
    page.evaluate(f"window.axe || (() => {{ {_AXE} }})()")
    found: list[str] = page.evaluate(_RUN)
    return found


def spills(page: Page) -> list[str]:
    """What sticks out of a screen of 320 px, so that the page would have to be pushed sideways."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found: list[str] = page.evaluate(_SPILLING)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return found


class Survey:
    """Findings of many pages, told together."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.findings: list[str] = []

    def look(self, where: str) -> None:
        self.findings += [f"{where}: {finding}" for finding in violations(self.page)]
        self.findings += [f"{where} at 320 px: {finding}" for finding in spills(self.page)]
