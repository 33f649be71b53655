"""A queue from the first caller to the last: who rings, what those who wait hear, and who is next."""

from playwright.sync_api import expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person
from tests.browser.sound import NOTE_SOUNDS, has_played, hears_music, hears_voice, sounds_played

SUPPORT = "800"


def waits_at(caller: Person, place: int) -> None:
    caller.sees_call("dialling")
    expect(caller.card).to_contain_text(f"You are number {place} in the queue: Support queue")


def answer(member: Person, caller: Person) -> None:
    """They hear each other."""
    member.act("answer")
    for person in (member, caller):
        person.sees_call("talking")
        person.hears_more_and_more()
        assert hears_voice(person.page)


def test_callers_wait_with_music_until_it_is_their_turn(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("111", status="lunch")
    jan, magdalena = enter("jan"), enter("magdalena")
    adam, anna, piotr = (enter(name, script=NOTE_SOUNDS) for name in ("adam", "anna", "piotr"))

    adam.dial(SUPPORT)
    jan.sees_call("ringing")
    expect(jan.card).to_contain_text("Adam Nowak")
    expect(jan.card).to_contain_text("Support queue")
    answer(jan, adam)
    expect(magdalena.card).to_be_hidden()
    adam.sees_lamp("111", "lunch")

    anna.dial(SUPPORT)
    waits_at(anna, 1)
    assert has_played(anna.page, "place-1-en")
    assert hears_music(anna.page)
    expect(jan.page.locator(f'#my-queues [data-queue="{SUPPORT}"]')).to_have_attribute("data-waiting", "1")
    piotr.dial(SUPPORT)
    waits_at(piotr, 2)
    assert has_played(piotr.page, "place-2-en")
    assert hears_music(piotr.page)

    adam.act("hang-up")
    jan.sees_call("ringing")
    expect(jan.card).to_contain_text("Anna Kowalska")
    answer(jan, anna)
    waits_at(piotr, 1)
    assert sounds_played(anna.page)[0].seconds < 4
    assert hears_music(piotr.page)


def test_the_last_member_who_logs_out_sends_those_who_wait_on(enter: Enter) -> None:
    jan, adam, anna = enter("jan"), enter("adam"), enter("anna")
    adam.dial(SUPPORT)
    jan.sees_call("ringing")
    answer(jan, adam)
    anna.dial(SUPPORT)
    waits_at(anna, 1)

    jan.avatar.click()
    jan.page.locator(f"#queue-login-{SUPPORT}").click()

    expect(anna.card).to_have_attribute("data-voicemail-stage", "greeting")
    expect(anna.card).to_contain_text("Jan Szymański")
    jan.sees_call("talking")
    adam.hears_more_and_more()
    anna.act("hang-up")
    jan.sees_lamp("103", "available")
