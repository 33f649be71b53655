"""A window that lives keeps its part of a call; many of them together cost as much as one."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.query_log import logged_queries
from presence import hub
from presence.calls.leases import Leases
from presence.models import Call, CallLeg, Extension
from presence.services import calls
from presence.services.leases import renew_leases
from tests.cast import EPOCH, register
from tests.phones import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)

DESK, LAPTOP = "window-desk", "window-laptop"


@pytest.fixture
def ringing(adam: Extension, piotr: Extension) -> Call:
    register(piotr, DESK)
    call = calls.start_call(extension=adam, window=DESK, number="102", epoch=EPOCH)
    assert calls.ring_extension(call_id=call.pk, number="102") is None
    CallLeg.objects.update(alive_at=timezone.now() - timedelta(minutes=1))
    return call


def renewed() -> set[str]:
    """The roles of the legs whose leases are fresh."""
    return set(
        CallLeg.objects.filter(alive_at__gt=timezone.now() - timedelta(seconds=30)).values_list("role", flat=True)
    )


def test_a_window_renews_the_leg_that_it_carries(ringing: Call, adam: Extension) -> None:
    renew_leases([(ringing.pk, adam.pk, LAPTOP)])
    assert renewed() == set()
    renew_leases([(ringing.pk, adam.pk, DESK)])
    assert renewed() == {"caller"}


def test_any_window_of_the_callee_renews_a_leg_that_rings(ringing: Call, piotr: Extension) -> None:
    renew_leases([(ringing.pk, piotr.pk, LAPTOP)])
    assert renewed() == {"callee"}


def test_what_has_ended_is_not_renewed(ringing: Call, adam: Extension, piotr: Extension) -> None:
    calls.hang_up(call_id=ringing.pk, extension=adam, window=DESK)
    renew_leases([(ringing.pk, adam.pk, DESK), (ringing.pk, piotr.pk, DESK)])
    assert renewed() == set()


def test_a_visitors_window_renews_its_own_leg_only(ringing: Call, adam: Extension) -> None:
    CallLeg.objects.filter(role=CallLeg.Role.CALLER).update(extension=None)
    renew_leases([(ringing.pk, None, LAPTOP)])
    assert renewed() == set()
    renew_leases([(ringing.pk, None, DESK)])
    assert renewed() == {"caller"}


def test_many_renewals_take_two_queries(ringing: Call, adam: Extension, piotr: Extension) -> None:
    with CaptureQueriesContext(connection) as queries:
        renew_leases([(ringing.pk, adam.pk, DESK), (ringing.pk, piotr.pk, DESK), (ringing.pk, piotr.pk, LAPTOP)])
    assert len([query for query in queries if query["sql"].startswith(("SELECT", "UPDATE"))]) == 2
    assert renewed() == {"caller", "callee"}


async def test_the_first_word_is_kept_at_once_and_those_that_follow_together(
    ringing: Call, adam: Extension, piotr: Extension
) -> None:
    await hub.start()
    leases = Leases(gap_seconds=0.2)
    with logged_queries() as log:
        await sync_to_async(log.listen_here)()
        log.is_on = True
        leases.renew(call_id=ringing.pk, extension=adam, window=DESK)
        await until_renewed({"caller"})
        for window in (DESK, LAPTOP):
            leases.renew(call_id=ringing.pk, extension=piotr, window=window)
        await until_renewed({"caller", "callee"})
    writes = [query for query in log.queries if "renew_leases" in query.path and query.sql.startswith("UPDATE")]
    assert len(writes) == 2


async def until_renewed(roles: set[str]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await sync_to_async(renewed)() != roles:
            pass
