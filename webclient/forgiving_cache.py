"""The cache between processes, for rate limits and the like: while Redis is away each process has one of its own.

A page must not fail because a counter is out of reach; what is counted meanwhile is counted per process.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = logging.getLogger(__name__)

ANSWER_SECONDS = 1.0
AWAY_SECONDS = 2.0  # for so long nobody asks a Redis that did not answer
_OPTIONS = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}


class ForgivingRedisCache(RedisCache):
    """Redis as long as it answers, else this process's memory, which all threads' instances share."""

    _away_until: ClassVar[dict[str, float]] = {}  # by Redis, a moment of the monotonic clock

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**_OPTIONS, **params.get("OPTIONS", {})}})
        self._redis = str(server)
        self._meanwhile = LocMemCache(f"instead of {server}", params)

    def add(self, *arguments: Any, **options: Any) -> Any:
        return self._ask(super().add, self._meanwhile.add, *arguments, **options)

    def get(self, *arguments: Any, **options: Any) -> Any:
        return self._ask(super().get, self._meanwhile.get, *arguments, **options)

    def set(self, *arguments: Any, **options: Any) -> None:
        self._ask(super().set, self._meanwhile.set, *arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> Any:
        return self._ask(super().delete, self._meanwhile.delete, *arguments, **options)

    def incr(self, *arguments: Any, **options: Any) -> Any:
        return self._ask(super().incr, self._meanwhile.incr, *arguments, **options)

    def _ask(self, redis: Callable[..., Any], meanwhile: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= self._away_until.get(self._redis, 0.0):
            try:
                return redis(*arguments, **options)
            except (RedisConnectionError, RedisTimeoutError) as error:
                self._away_until[self._redis] = time.monotonic() + AWAY_SECONDS
                log.warning("Redis is away; what it counts is counted by this process: %s", error)
        return meanwhile(*arguments, **options)
