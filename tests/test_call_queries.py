"""What a plain call asks of the database: dialled, rung, answered and ended, with both windows and all lamps told."""

from collections import Counter
from collections.abc import Iterable

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from benchmarks.query_log import Query, logged_queries
from presence.models import Extension
from tests.phones import phone

pytestmark = pytest.mark.django_db(transaction=True)

# By the function that asks; a transaction's own BEGIN is not counted.
QUERIES_MAX = {
    "start_call": 7,
    "first_facts": 3,
    "ring_extension": 6,
    "ringing_outcome": 2,
    "answer_call": 6,
    "hang_up": 5,
    # Read after each of the four changes, once for all windows.
    "presence_rows": 4,
    "load_card": 5,
}
ON_POSTGRESQL = {"start_call": 1, "answer_call": 3, "hang_up": 1}  # the locks that SQLite has no need of


@pytest.fixture
async def asked(adam: Extension, piotr: Extension) -> Counter[str]:
    with logged_queries() as log:
        async with phone(adam) as adams, phone(piotr) as piotrs:
            await sync_to_async(log.listen_here)()
            log.is_on = True
            await adams.say(type="dial", number="102")
            call = (await piotrs.until_card("ringing"))["call"]
            await adams.until(lambda message: message.get("other") == {"number": "102", "name": "Piotr Adamiak"})
            await piotrs.say(type="answer", call=call)
            await adams.until_card("talking")
            await piotrs.until_card("talking")
            await adams.say(type="hang_up", call=call)
            await piotrs.until_card("ended")
            await adams.until_card("ended")
            log.is_on = False
        return counted(log.queries)


def counted(queries: Iterable[Query]) -> Counter[str]:
    """By the first of the functions above that led to it; what comes by the clock is nobody's."""
    return Counter(name for query in queries for name in QUERIES_MAX if name in query.path and "BEGIN" not in query.sql)


async def test_no_part_of_a_plain_call_asks_more_than_it_has_to(asked: Counter[str]) -> None:
    locks = ON_POSTGRESQL if connection.vendor == "postgresql" else {}
    too_many = {name: count for name, count in asked.items() if count > QUERIES_MAX[name] + locks.get(name, 0)}
    assert too_many == {}


async def test_each_part_of_a_call_was_counted(asked: Counter[str]) -> None:
    assert set(asked) >= set(QUERIES_MAX) - {"presence_rows"}


async def test_between_the_dialled_call_and_its_ringing_there_are_ten_queries_at_most(asked: Counter[str]) -> None:
    assert asked["first_facts"] + asked["ring_extension"] <= 10
