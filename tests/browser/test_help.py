"""From a lamp to its answer, by keyboard and without leaving a call."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import Enter, talk


@pytest.mark.parametrize(
    ("start", "answer"), [("/", "/help/lamps/#yellow"), ("/app/people/", "/app/help/lamps/#yellow")]
)
def test_the_legend_opens_beside_the_lamps_and_leads_to_the_answer_while_a_call_goes_on(
    enter: Enter, start: str, answer: str
) -> None:
    adam, piotr = enter("adam", path=start), enter("piotr")
    talk(adam, piotr, "102")
    page = adam.page

    page.get_by_role("button", name="What the lamps mean").press("Enter")
    legend = page.get_by_role("list", name="What the lamps mean")
    expect(legend.get_by_role("link")).to_have_count(10)
    page.keyboard.press("Escape")
    expect(legend).to_be_hidden()
    page.get_by_role("button", name="What the lamps mean").press("Enter")
    legend.get_by_role("link", name="What does yellow mean?").press("Enter")

    heading = page.get_by_role("heading", name="What does yellow mean?")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    assert page.url == adam.address + answer
    adam.sees_call("talking")
    adam.hears_more_and_more()


def test_a_question_is_answered_in_place_and_back_leads_to_the_answers(enter: Enter) -> None:
    page = enter("adam", path="/help/").page
    page.get_by_role("searchbox", name="What would you like to know?").fill("why does my phone not ring")
    page.get_by_role("button", name="Search").click()
    answers = page.get_by_role("region", name="Answers to").get_by_role("link")
    expect(answers.first).to_contain_text("My phone does not ring")
    answers.first.click()
    expect(page.get_by_role("heading", name="My phone does not ring")).to_be_focused()
    page.go_back()
    expect(answers.first).to_be_visible()
