"""Many sockets that ask the same at once share one reading of the database."""

import asyncio
import threading
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils import timezone

from presence.hub.reader import Gathered, Reader
from presence.models import Extension
from tests.test_presence_socket import log_in
from webclient.socket_login import logins


class Table:
    """What is read, and how often; a reading waits until it is let go."""

    def __init__(self) -> None:
        self.reads: list[set[int]] = []
        self.go = threading.Event()
        self.is_away = False

    def squares(self, numbers: Collection[int]) -> dict[int, int]:
        self.reads.append(set(numbers))
        assert self.go.wait(10)
        if self.is_away:
            raise OSError("the database is away")
        return {number: number**2 for number in numbers if number}


@pytest.fixture
def table() -> Table:
    return Table()


@pytest_asyncio.fixture
async def gathered(table: Table) -> AsyncIterator[Gathered]:
    reader = Reader()
    yield Gathered(reader, table.squares)
    reader.stop()


async def begun(gathered: Gathered, *keys: int) -> list[asyncio.Task[int | None]]:
    asking = [asyncio.create_task(gathered.read(key)) for key in keys]
    await asyncio.sleep(0)
    return asking


async def test_what_is_asked_while_one_batch_is_read_makes_up_the_next(gathered: Gathered, table: Table) -> None:
    asking = await begun(gathered, 1)
    await asyncio.sleep(0)
    asking += await begun(gathered, 2, 3, 3, 4)
    table.go.set()
    assert await asyncio.gather(*asking) == [1, 4, 9, 9, 16]
    assert table.reads == [{1}, {2, 3, 4}]


async def test_what_there_is_not_is_none(gathered: Gathered, table: Table) -> None:
    table.go.set()
    assert await gathered.read(0) is None


async def test_a_reading_that_fails_fails_for_those_who_asked_and_for_nobody_after_them(
    gathered: Gathered, table: Table
) -> None:
    table.is_away = True
    table.go.set()
    assert [type(error) for error in await asyncio.gather(*await begun(gathered, 1, 2), return_exceptions=True)] == [
        OSError,
        OSError,
    ]
    table.is_away = False
    assert await gathered.read(3) == 9


async def test_who_goes_takes_nobodys_answer_along(gathered: Gathered, table: Table) -> None:
    going, staying = await begun(gathered, 5, 5)
    going.cancel()
    await asyncio.sleep(0)
    table.go.set()
    assert await staying == 25


async def test_a_reading_that_is_cut_off_leaves_nobody_waiting(gathered: Gathered, table: Table) -> None:
    asking = await begun(gathered, 1)
    await asyncio.sleep(0)
    asking += await begun(gathered, 2)
    assert gathered._reading is not None
    gathered._reading.cancel()
    answers = asyncio.gather(*asking, return_exceptions=True)
    assert [type(answer) for answer in await asyncio.wait_for(answers, 10)] == [asyncio.CancelledError] * 2
    table.go.set()
    assert await gathered.read(3) == 9


@pytest.mark.django_db(transaction=True)
async def test_the_logins_of_many_are_read_in_two_queries(
    adam: Extension, piotr: Extension, anna: Extension, django_assert_num_queries: Any
) -> None:
    def judged() -> None:
        keys = [log_in(person) for person in (adam, piotr, anna)]
        with django_assert_num_queries(2):
            found = logins([*keys, "0123456789abcdef0123456789abcdef"])
        assert [found[key].user_id for key in keys] == [person.user_id for person in (adam, piotr, anna)]
        assert len(found) == 3

    await database_sync_to_async(judged)()


@pytest.mark.django_db
def test_who_is_no_login_any_more_is_none_among_others(adam: Extension, piotr: Extension, anna: Extension) -> None:
    disabled, expired, lasting = (log_in(person) for person in (adam, piotr, anna))
    assert adam.user is not None
    adam.user.is_active = False
    adam.user.save(update_fields=["is_active"])
    Session.objects.filter(session_key=expired).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert set(logins([disabled, expired, lasting])) == {lasting}


@pytest.mark.django_db
def test_a_login_outlives_a_new_secret_while_the_old_one_is_a_fallback(adam: Extension) -> None:
    key = log_in(adam)
    old = "an old secret that is long enough for everybody"
    with override_settings(SECRET_KEY=old):
        of_the_old_secret = log_in(adam)
    assert set(logins([key, of_the_old_secret])) == {key}
    with override_settings(SECRET_KEY_FALLBACKS=[old]):
        assert set(logins([key, of_the_old_secret])) == {key, of_the_old_secret}
