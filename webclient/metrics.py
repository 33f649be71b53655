"""`/metrics`: what this process counts (presence/measures.py) and how the company stands, as Prometheus reads it.

Every process has numbers of its own, and is asked at its own port.
"""

import asyncio
import platform
import tomllib
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction
from django.db.models.signals import post_save
from prometheus_client import REGISTRY, Info
from prometheus_client.exposition import choose_encoder

from presence import hub, measures
from presence.models import Call
from webclient.metrics_company import CompanyCollector
from webclient.metrics_queries import measure_queries

LOOP_LOOK_SECONDS = 0.25  # it is looked at so long, and left alone so long

_build = Info("lampfield_build", "What runs here.")


def install() -> None:
    """Once per process, when the apps are there."""
    measure_queries()
    post_save.connect(_count_call, sender=Call, dispatch_uid="metrics")
    REGISTRY.register(CompanyCollector())
    _build.info(build())


def watch_loop() -> None:
    """Have the hub measure how late its event loop is."""
    hub.every(LOOP_LOOK_SECONDS, event_loop_lag)


def exposition(accept: str) -> tuple[bytes, str]:
    """The page and its type: OpenMetrics where `accept`, the header, wants that, else Prometheus' own text."""
    encode, content_type = choose_encoder(accept)
    return encode(REGISTRY), content_type


async def event_loop_lag() -> None:
    """Sleep, and see by how much longer than asked for."""
    clock = asyncio.get_running_loop().time
    due = clock() + LOOP_LOOK_SECONDS
    await asyncio.sleep(LOOP_LOOK_SECONDS)
    measures.LOOP_LAG.observe(max(0.0, clock() - due))


def build() -> dict[str, str]:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "version": project["version"],
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": connection.vendor,
        "layer": "redis" if settings.REDIS_URL else "none",
    }


def _count_call(sender: type[Call], instance: Call, *, created: bool, **signal: Any) -> None:
    if created:
        transaction.on_commit(measures.CALLS_STARTED.labels(instance.backend_kind, instance.origin).inc)
