"""A call that rings at a colleague who is not at the desk: the department sees it and takes it, nobody else can."""

from playwright.sync_api import expect

from tests.browser.person import Enter
from tests.browser.sound import hears_voice

TOMASZ = "104"


def test_the_department_may_take_a_ringing_call_and_nobody_else(enter: Enter) -> None:
    adam, tomasz, piotr, zofia = (enter(name) for name in ("adam", "tomasz", "piotr", "zofia"))
    button = piotr.row(TOMASZ).locator('[data-call-action="pick-up"]')
    expect(button).to_be_hidden()

    adam.call(TOMASZ)
    tomasz.sees_call("ringing")
    for colleague in (piotr, zofia):
        colleague.sees_lamp(TOMASZ, "ringing")
    expect(zofia.row(TOMASZ).locator('[data-call-action="pick-up"]')).to_have_count(0)
    zofia.dial(f"**{TOMASZ}")
    zofia.sees_end("refused_not_allowed")
    tomasz.sees_call("ringing")
    button.click()

    tomasz.sees_end("picked_up")
    for person in (adam, piotr):
        person.sees_call("talking")
        person.hears_more_and_more()
        assert hears_voice(person.page)
    expect(adam.card).to_contain_text("Piotr Adamiak")
    expect(piotr.card).to_contain_text("Adam Nowak")
    zofia.sees_lamp(TOMASZ, "available")
    zofia.sees_lamp("102", "talking")
