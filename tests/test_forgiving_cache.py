"""A cache between processes whose Redis comes and goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.redis_server import Redis
from webclient import forgiving_cache
from webclient.forgiving_cache import ForgivingRedisCache


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    yield redis
    redis.kill()


@contextmanager
def cache_of_a_process(redis: Redis) -> Iterator[ForgivingRedisCache]:
    cache = ForgivingRedisCache(redis.url, {})
    yield cache
    for pool in vars(cache._cache)["_pools"].values():
        pool.disconnect()


@pytest.fixture
def cache(redis: Redis) -> Iterator[ForgivingRedisCache]:
    with cache_of_a_process(redis) as cache:
        yield cache


def test_processes_count_together(redis: Redis, cache: ForgivingRedisCache) -> None:
    with cache_of_a_process(redis) as other:
        assert cache.add("tries", 1)
        assert not other.add("tries", 1)
        assert other.incr("tries") == 2
        assert cache.get("tries") == 2
        cache.delete("tries")
        assert other.get("tries", "none") == "none"


def test_a_process_counts_alone_while_redis_is_away(redis: Redis, cache: ForgivingRedisCache) -> None:
    cache.set("tries", 5)
    redis.kill()
    assert cache.get("tries") is None
    assert cache.add("tries", 1)
    assert not cache.add("tries", 1)
    assert cache.incr("tries") == 2
    redis.start()


def test_redis_is_asked_again_when_it_is_back(
    redis: Redis, cache: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgiving_cache, "AWAY_SECONDS", 0.0)
    redis.kill()
    cache.set("tries", 1)
    redis.start()
    assert cache.get("tries") is None
    cache.set("tries", 3)
    with cache_of_a_process(redis) as other:
        assert other.get("tries") == 3
