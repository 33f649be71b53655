"""A visitor asks the digital receptionist for a person and is sent on to another: heard all the way, told nothing."""

from playwright.sync_api import expect

from tests.browser.person import Enter
from tests.browser.sound import hears_music, hears_voice
from tests.browser.test_call_control import choose, hear_each_other
from tests.browser.test_visits import call, visit


def test_a_visitor_is_put_through_held_and_sent_on_with_sound_at_each_step(enter: Enter) -> None:
    olga, piotr = enter("olga"), enter("piotr")
    visitor = visit(enter, "/visit/850/")

    call(visitor)
    visitor.card.locator('[data-role="menu"] [data-key="0"]').click()
    olga.sees_call("ringing")
    expect(olga.card).to_contain_text("Jan Gość")
    olga.act("answer")
    hear_each_other(olga, visitor)

    olga.act("hold")
    olga.sees_call("on_hold")
    assert hears_music(visitor.page)
    olga.act("hold")
    olga.sees_call("talking")
    assert hears_voice(visitor.page)

    choose(olga, "adamiak", "102").get_by_role("button", name="Transfer now").click()
    olga.sees_end("transferred")
    piotr.sees_call("ringing")
    for words in ("Jan Gość", "external", "not verified", "transferred by Olga Zielińska"):
        expect(piotr.card).to_contain_text(words)
    piotr.act("answer")
    hear_each_other(piotr, visitor)
    for secret in ("Olga", "Piotr", "102", "100"):
        expect(visitor.page.locator("body")).not_to_contain_text(secret)

    piotr.act("hang-up")
    visitor.sees_end("completed")
    olga.sees_lamp("102", "available")
