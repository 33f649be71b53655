"""`/metrics`, what the database says: who is registered, which calls there are, whether Asterisk is linked.

It is read when somebody asks, by a fixed number of queries, and is the same from every process: whoever adds up
processes takes the largest of them, not the sum.
"""

import logging
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from presence import hub
from presence.selectors import asterisk, standing
from presence.services import outside_notice

log = logging.getLogger(__name__)


class CompanyCollector(Collector):
    """While the database is away there is `lampfield_database_up` 0, and nothing that could be old."""

    def describe(self) -> list[Metric]:
        """Registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            found = [registered_people(), registered_devices(), open_calls(), emails_waiting(), *asterisk_link()]
        except DatabaseError as error:
            log.warning("the database has no answer for /metrics: %s", error)
            found = []
        yield GaugeMetricFamily("lampfield_database_up", "Whether the database answered just now.", bool(found))
        yield from found


def registered_people() -> Metric:
    text = "Extensions that can be rung."
    return GaugeMetricFamily("lampfield_registered_people", text, standing.registered_people())


def registered_devices() -> Metric:
    family = GaugeMetricFamily("lampfield_registered_devices", "What they can be rung at.", labels=["kind"])
    for kind, count in standing.registered_devices().items():
        family.add_metric([kind], count)
    return family


def open_calls() -> Metric:
    family = GaugeMetricFamily("lampfield_calls", "Calls that there are now.", labels=["state", "backend"])
    for (state, backend), count in standing.open_calls().items():
        family.add_metric([state, backend], count)
    return family


def emails_waiting() -> Metric:
    """Notices wait in the process that will send them, voicemail in the database."""
    family = GaugeMetricFamily("lampfield_emails_waiting", "E-mails that are still to be sent.", labels=["kind"])
    family.add_metric(["voicemail"], standing.emails_due())
    family.add_metric(["outside_notice"], outside_notice.waiting_count())
    return family


def asterisk_link() -> list[Metric]:
    """Without values where no Asterisk is configured."""
    ready = GaugeMetricFamily(
        "lampfield_asterisk_link_ready", "Whether Asterisk is linked, from any process.", labels=[]
    )
    trunk = GaugeMetricFamily("lampfield_asterisk_trunk_ready", "Whether numbers outside can be dialled.", labels=[])
    owner = GaugeMetricFamily("lampfield_asterisk_link_owner", "Whether this process holds the link.", labels=[])
    if asterisk.is_configured():
        link = asterisk.link()
        ready.add_metric([], link is not None and link.is_ready)
        trunk.add_metric([], link is not None and link.is_ready and link.has_trunk)
        owner.add_metric([], link is not None and link.owner == hub.epoch())
    return [ready, trunk, owner]
