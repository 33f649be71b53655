"""A department that an operator hides: other screens show it at once, and those of its own people go on as before."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import spills, violations
from tests.browser.person import Enter, Person

TOMASZ = "104"

_WATCH = """(number) => {
    window.lampsShown = [];
    const row = document.querySelector(`.person[data-extension="${number}"]`);
    const note = () => window.lampsShown.push(row.dataset.lamp);
    new MutationObserver(note).observe(row, { attributeFilter: ["data-lamp"] });
}"""


def show_to_others(olga: Person, what: str) -> None:
    olga.go("/admin/departments/")
    olga.page.get_by_role("link", name="Who sees what Sales").click()
    olga.page.get_by_role("radio", name=what).check()
    olga.page.get_by_role("button", name="Save").click()
    expect(olga.page.get_by_text("It holds at once in every open window.")).to_be_visible()


def words(page: Page) -> str:
    return page.locator(f'.person[data-extension="{TOMASZ}"] [data-role="words"]').inner_text()


def test_what_a_department_hides_is_gone_from_other_screens_at_once(enter: Enter) -> None:
    piotr, tomasz, zofia = (enter(name) for name in ("piotr", "tomasz", "zofia"))
    olga = enter("olga", path="/admin/departments/")
    zofia.sees_lamp(TOMASZ, "available")

    show_to_others(olga, "Number and name only")
    zofia.sees_lamp(TOMASZ, "not_shown")
    assert words(zofia.page) == "Not shown"
    piotr.sees_lamp(TOMASZ, "available")
    tomasz.switch_status("dnd")
    piotr.sees_lamp(TOMASZ, "dnd")
    zofia.sees_lamp(TOMASZ, "not_shown")
    zofia.reload()
    zofia.sees_lamp(TOMASZ, "not_shown")

    tomasz.switch_status("available")
    show_to_others(olga, "Statuses, but no calls")
    zofia.sees_lamp(TOMASZ, "available")
    zofia.page.evaluate(_WATCH, TOMASZ)
    piotr.call(TOMASZ)
    tomasz.sees_call("ringing")
    olga.go("/admin/")
    olga.sees_lamp(TOMASZ, "ringing")
    tomasz.act("decline")
    tomasz.switch_status("lunch")
    zofia.sees_lamp(TOMASZ, "lunch")
    assert zofia.page.evaluate("window.lampsShown") == ["lunch"]

    show_to_others(olga, "Statuses and calls")
    zofia.sees_lamp(TOMASZ, "lunch")
    piotr.call(TOMASZ)
    zofia.sees_lamp(TOMASZ, "ringing")


def test_the_form_is_accessible_and_fits_a_small_screen(enter: Enter) -> None:
    olga = enter("olga", path="/admin/departments/", viewport={"width": 320, "height": 640}, color_scheme="dark")
    olga.page.get_by_role("link", name="Who sees what Sales").click()
    expect(olga.page.get_by_role("radio", name="Statuses and calls")).to_be_checked()
    assert violations(olga.page) + spills(olga.page) == []
    olga.page.get_by_role("radio", name="Statuses and calls").press("ArrowDown")
    expect(olga.page.get_by_role("radio", name="Statuses, but no calls")).to_be_checked()
    olga.page.keyboard.press("Enter")
    expect(olga.page.get_by_text("Other departments see: Statuses, but no calls")).to_be_visible()
    assert violations(olga.page) + spills(olga.page) == []
