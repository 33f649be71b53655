"""Rights of departments on the pages of somebody who may not see: no address of theirs tells what is kept back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from presence.domain.pick_up import may_pick_up
from presence.domain.vocabulary import PickUpScope, Sight, Status, Surface
from presence.models import Company, Department, Extension, User
from presence.services import call_pick_up, calls
from presence.services.call_rows import CallRefusedError
from presence.services.favourites import add_favourite
from presence.services.rights import save_rights
from presence.services.status import set_status
from tests.cast import EPOCH, register
from tests.operator_cast import browser_of
from webclient.people_list import ROWS_MAX

ADAMS_ROW = re.compile(r'<(?:li|tr)[^>]* data-extension="101".*?</(?:li|tr)>', re.DOTALL)
NOTE = "At the dentist"


@pytest.fixture(autouse=True)
def ringing_adam(adam: Extension, piotr: Extension) -> Extension:
    """Adam of Sales, Do Not Disturb until later with a note, whose phone rings all the same."""
    register(adam)
    call = calls.start_call(extension=piotr, window="a-window", number="101", epoch=EPOCH)
    calls.ring_extension(call_id=call.pk, number="101")
    soon = timezone.now() + timedelta(hours=1)
    set_status(extension=adam, status=Status.DND, by=adam.user, surface=Surface.WEB_CLIENT, note=NOTE, until=soon)
    return adam


@pytest.fixture
def annas_browser(anna: Extension) -> Client:
    """Anna is of Reception."""
    add_favourite(extension=anna, number="101")
    assert anna.user is not None
    return browser_of(anna.user)


def show(sight: Sight, *also: str) -> None:
    department = Department.objects.get(name="Sales")
    others = list(Department.objects.filter(name__in=also))
    save_rights(department=department, shown_to_others=sight, shown_all=others, by=None)


def adams_row(browser: Client, address: str) -> str:
    found = ADAMS_ROW.search(browser.get(address).content.decode())
    assert found, f"no Adam at {address}"
    return found[0]


WITH_ROWS = ("/", "/?number=101", "/?number=nowak", "/app/", "/app/people/", "/app/people/?q=adam")


@pytest.mark.parametrize("address", WITH_ROWS)
def test_a_hidden_status_is_a_lamp_that_says_so(annas_browser: Client, address: str) -> None:
    show(Sight.NOTHING)
    row = adams_row(annas_browser, address)
    assert 'data-lamp="not_shown" data-registered="false" data-version="0" data-since="0" data-status=""' in row
    assert '<span data-role="words">Not shown</span>' in row
    assert 'data-call-action="call" data-number="101"' in row
    assert not any(word in row for word in ("rung", "until", NOTE, "Do Not Disturb", "since ", "pick-up"))


@pytest.mark.parametrize("address", WITH_ROWS)
def test_a_hidden_call_leaves_the_status(annas_browser: Client, address: str) -> None:
    Company.objects.update_or_create(defaults={"pick_up": PickUpScope.EVERYBODY})
    show(Sight.WITHOUT_CALLS)
    row = adams_row(annas_browser, address)
    assert 'data-lamp="dnd" data-registered="true" data-version="0"' in row
    assert not any(word in row for word in ("rung", "ringing", "pick-up"))


@pytest.mark.parametrize("address", WITH_ROWS)
@pytest.mark.parametrize("reason", ["same department", "shown all", "operator"])
def test_whoever_may_see_it_sees_the_whole_row(
    anna: Extension, annas_browser: Client, reason: str, address: str
) -> None:
    show(Sight.NOTHING, *(["Reception"] if reason == "shown all" else []))
    if reason == "same department":
        Extension.objects.filter(pk=anna.pk).update(department=Department.objects.get(name="Sales"))
    User.objects.filter(extension=anna).update(is_staff=reason == "operator")
    row = adams_row(annas_browser, address)
    assert 'data-lamp="ringing" data-registered="true"' in row
    assert 'data-rung="true"' in row


def test_ones_own_row_is_whole_whatever_the_department_hides(adams_browser: Client) -> None:
    show(Sight.NOTHING)
    assert 'data-lamp="ringing"' in adams_row(adams_browser, "/")
    assert NOTE in adams_browser.get("/").content.decode()


def test_a_row_that_was_drawn_for_one_reader_is_not_shown_to_another(
    annas_browser: Client, adams_browser: Client
) -> None:
    show(Sight.NOTHING)
    for _ in range(2):
        assert 'data-lamp="ringing"' in adams_row(adams_browser, "/")
        assert 'data-lamp="not_shown"' in adams_row(annas_browser, "/")


def test_a_company_too_large_for_a_page_keeps_it_back_too(annas_browser: Client) -> None:
    show(Sight.NOTHING)
    Extension.objects.bulk_create(Extension(number=str(20_000 + n), name="Jan Lis") for n in range(ROWS_MAX))
    department = Department.objects.get(name="Sales").pk
    assert 'data-lamp="not_shown"' in adams_row(annas_browser, f"/?department={department}")


def test_no_page_of_somebody_who_may_not_see_tells_anything(annas_browser: Client) -> None:
    show(Sight.NOTHING)
    codes = {"code": "away", "slug": "lamps", "number": "101"}
    looked_at = 0
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern) or set(pattern.pattern.converters) - codes.keys() or not pattern.name:
            continue
        address = reverse(pattern.name, kwargs={key: codes[key] for key in pattern.pattern.converters})
        response = annas_browser.get(address)
        if response.status_code != 200 or response.streaming:
            continue
        looked_at += 1
        page = response.content.decode(errors="replace")
        assert NOTE not in page, address
        assert not re.search(r'data-extension="101" data-lamp="(?!not_shown)', page), address
    assert looked_at > 20


def test_an_operators_list_shows_everything(anna: Extension) -> None:
    show(Sight.NOTHING)
    operator = User.objects.create_superuser("olga")
    assert 'data-lamp="ringing"' in adams_row(browser_of(operator), "/admin/extensions/")


def test_rights_cost_people_no_query_beyond_asking_whether_there_are_any(annas_browser: Client) -> None:
    without = queries_of(annas_browser)
    show(Sight.NOTHING, "Reception")
    assert queries_of(annas_browser) == without


def queries_of(browser: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        browser.get("/")
    return len(captured)


@pytest.mark.parametrize("is_rung", [True, False])
@pytest.mark.parametrize("sight", [Sight.WITHOUT_CALLS, Sight.NOTHING])
def test_who_may_not_see_a_call_may_not_pick_it_up_and_learns_of_none(
    adam: Extension, anna: Extension, sight: Sight, is_rung: bool
) -> None:
    Company.objects.update_or_create(defaults={"pick_up": PickUpScope.EVERYBODY})
    show(sight)
    if not is_rung:
        calls.decline_call(call_id=adam.legs.get().call_id, extension=adam)
    with pytest.raises(CallRefusedError, match="not_allowed"):
        call_pick_up.pick_up(number="101", extension=anna, window="annas-window")


def test_who_is_shown_all_may_pick_up_as_the_company_says(adam: Extension, anna: Extension) -> None:
    Company.objects.update_or_create(defaults={"pick_up": PickUpScope.EVERYBODY})
    show(Sight.NOTHING, "Reception")
    call_pick_up.pick_up(number="101", extension=anna, window="annas-window")
    assert anna.legs.get().call.answered_at is not None


@pytest.mark.parametrize("scope", PickUpScope)
@pytest.mark.parametrize("sight", Sight)
def test_a_call_of_ones_own_group_may_be_picked_up_in_any_case(scope: PickUpScope, sight: Sight) -> None:
    assert may_pick_up(scope, sight, same_department=False, same_group=True)


@pytest.mark.parametrize("sight", [Sight.WITHOUT_CALLS, Sight.NOTHING])
@pytest.mark.parametrize("same_department", [True, False])
def test_no_scope_reaches_a_call_that_is_not_seen(sight: Sight, same_department: bool) -> None:
    reached = [may_pick_up(each, sight, same_department=same_department, same_group=False) for each in PickUpScope]
    assert not any(reached)
