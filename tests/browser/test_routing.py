"""Where a call goes when it is not taken: what the caller is told meanwhile, and what both logs say afterwards."""

from playwright.sync_api import Locator, expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person


def newest_call(person: Person) -> Locator:
    """The first entry of the person's call log, with its trail unfolded."""
    person.follow("Calls")
    entry = person.page.locator("#call-log .call-entry").first
    entry.locator("summary").click()
    return entry


def test_someone_whose_phone_is_not_connected_cannot_be_rung(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("128", "available", "not_registered", "end_call")
    adam = enter("adam")
    adam.sees_registered("128", False)

    adam.call("128")

    adam.sees_end("not_registered", "Grzegorz Wróbel has no phone that can ring now")
    entry = newest_call(adam)
    expect(entry).to_contain_text("Grzegorz Wróbel")
    expect(entry.locator(".trail li")).to_have_text("No phone of Grzegorz Wróbel was connected: internal calls end.")


def test_a_call_that_nobody_answers_ends_after_the_seconds_of_the_rule(enter: Enter, clerk: Clerk) -> None:
    clerk.ring_for("102", "available", 5)
    clerk.set_rule("102", "available", "no_answer", "end_call")
    adam, piotr = enter("adam"), enter("piotr")

    adam.call("102")
    piotr.sees_call("ringing")

    adam.sees_end("no_answer", "Piotr Adamiak does not answer")
    piotr.sees_end("no_answer", "Missed call")
    expect(newest_call(adam).locator(".trail li")).to_have_text(
        "Rang at Piotr Adamiak for 5 s, nobody answered: internal calls end."
    )
    entry = newest_call(piotr)
    expect(entry).to_have_attribute("data-direction", "missed")
    expect(entry).to_contain_text("Adam Nowak")


def test_a_call_is_forwarded_from_one_to_the_next_until_somebody_rings(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("102", status="away")
    clerk.set_rule("102", "away", "always", "extension", "103")
    clerk.change_extension("103", status="dnd")
    clerk.set_rule("103", "dnd", "always", "extension", "104")
    adam, piotr, tomasz = enter("adam"), enter("piotr"), enter("tomasz")

    adam.call("102")
    tomasz.sees_call("ringing")
    expect(tomasz.card).to_contain_text("Adam Nowak")
    steps = adam.card.locator('[data-role="steps"] li')
    expect(steps).to_have_text(
        [
            "Piotr Adamiak is away · forwarded to Anna Kowalska",
            "Anna Kowalska does not want to be disturbed · forwarded to Tomasz Wiśniewski",
        ]
    )
    tomasz.act("answer")
    adam.hears_more_and_more()
    tomasz.hears_more_and_more()
    adam.act("hang-up")

    made = newest_call(adam)
    expect(made).to_contain_text("Tomasz Wiśniewski answered · Talked for")
    expect(made.locator(".trail li").nth(0)).to_have_text("Piotr Adamiak was away: internal calls go to Anna Kowalska.")
    expect(made.locator(".trail li").nth(1)).to_contain_text("internal calls go to Tomasz Wiśniewski.")
    expect(newest_call(tomasz)).to_contain_text("Talked for")
    missed = newest_call(piotr)
    expect(missed).to_contain_text("Went on to Anna Kowalska")
    expect(missed.locator(".trail li")).to_have_count(1)


def test_a_dead_end_leads_to_the_voicemail_of_the_extension_first_called(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("102", status="away")
    clerk.set_rule("102", "away", "always", "mobile", set_on="operator_panel")
    adam = enter("adam")

    adam.call("102")

    expect(adam.card).to_have_attribute("data-voicemail-stage", "greeting")
    expect(adam.card).to_contain_text("Piotr Adamiak has no mobile number to forward to · voicemail of Piotr Adamiak")
    adam.act("hang-up")
    expect(newest_call(adam).locator(".trail li").first).to_have_text(
        "Piotr Adamiak forwards to a mobile, but has no mobile number,"
        " so the call went to the voicemail of Piotr Adamiak."
    )


def test_a_call_ends_at_a_status_that_takes_none(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("102", status="business_trip")
    clerk.set_rule("102", "business_trip", "always", "end_call", origin="internal")
    adam, piotr = enter("adam"), enter("piotr")

    adam.call("102")

    adam.sees_end("business_trip", "Piotr Adamiak is on a business trip")
    expect(piotr.card).to_be_hidden()
    adam.sees_lamp("101", "available")
    adam.sees_lamp("102", "business_trip")
