"""Two workers are one product: what is done at one is seen at the other, and either takes anybody."""

import httpx
import pytest

from tests.workers.installation import Installation
from tests.workers.windows import Window, opening, talk, until, until_views_are_right, windows
from tests.workers.worker import Worker
from webclient.consumers.live import LOG_IN_AGAIN

pytestmark = pytest.mark.timeout(240)

ADAM, PIOTR = "101", "102"


def browser_at(worker: Worker) -> httpx.Client:
    """A browser that reaches this worker and no other."""
    transport = httpx.HTTPTransport(uds=str(worker.socket))
    return httpx.Client(transport=transport, base_url="http://localhost", headers={"X-Forwarded-For": "192.0.2.1"})


async def test_a_status_set_at_one_worker_is_seen_at_the_other(office: Installation) -> None:
    one, other = office.workers
    async with windows(office, [PIOTR], at=other) as (piotr,):
        with browser_at(one) as adams:
            adams.cookies.set("sessionid", office.sessions[ADAM])
            switch(adams, "lunch")
        await until(lambda: piotr.mirror.lamp(ADAM) == "lunch", "the lamp")
        await until_views_are_right(office, [piotr])


async def test_people_at_different_workers_talk_to_each_other(office: Installation) -> None:
    one, other = office.workers
    async with windows(office, [ADAM], at=one) as (adam,), windows(office, [PIOTR], at=other) as (piotr,):
        call = await talk(adam, piotr)
        await until_views_are_right(office, [adam, piotr])
        assert {adam.mirror.lamp(ADAM), piotr.mirror.lamp(PIOTR)} == {"talking"}
        piotr.phone.say(type="hang_up", call=call)
        await until(lambda: adam.shows(call) == "ended", "the end")
        await until_views_are_right(office, [adam, piotr])


async def test_a_login_is_good_at_every_worker_and_so_is_its_end(office: Installation) -> None:
    one, other = office.workers
    with browser_at(one) as here, browser_at(other) as there:
        assert log_in(here, "adam").status_code == 302
        there.cookies = here.cookies
        assert there.get("/settings/").status_code == 200
        adam = Window(office, ADAM, session=str(here.cookies["sessionid"]))
        adam.move_to(other)
        async with opening([adam]):
            assert here.post("/logout/", headers=csrf(here)).status_code == 302
            await until(lambda: LOG_IN_AGAIN in adam.lamps.codes and LOG_IN_AGAIN in adam.phone.codes, "both closed")
        assert there.get("/settings/").status_code == 302


def log_in(browser: httpx.Client, login: str) -> httpx.Response:
    browser.get("/login/")
    form = {"login": login, "password": "lampfield", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    return browser.post("/login/", data=form)


def csrf(browser: httpx.Client) -> dict[str, str]:
    return {"X-CSRFToken": browser.cookies["csrftoken"]}


def switch(browser: httpx.Client, status: str) -> None:
    browser.cookies.set("csrftoken", "t" * 32)
    answer = browser.post("/status/", data={"status": status}, headers={**csrf(browser), "HX-Request": "true"})
    assert answer.status_code == 200, answer.text
