"""What this process counts of itself while it works; `/metrics` shows it (webclient/metrics.py, docs/operating.md).

Whatever happens is counted where it happens, for a microsecond. How things stand (who is registered, which calls there
are) is read from the database when somebody asks, and stands in webclient/metrics_company.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from presence.domain.vocabulary import CallBackendKind, Origin, Reason

# When each counter began doubles the page, and nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_QUERY = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0)
_PAGE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

# Sockets

SOCKETS = Gauge("lampfield_sockets", "Sockets of this process that are open, or about to be.", ["kind"])
SOCKETS_OPENED = Counter("lampfield_sockets_opened", "Sockets that came to this process.", ["kind"])
SOCKETS_CLOSED = Counter("lampfield_sockets_closed", "Sockets that this process closed, by its close code.", ["code"])
SOCKETS_LATE = Counter("lampfield_sockets_late", "Times that a window read too slowly and was skipped until it could.")

# From a change to the screens

CHANGES = Counter("lampfield_changes", "Changes that this process committed and published.", ["kind"])
DELIVERIES = Counter("lampfield_deliveries", "Patches times the windows that each was written to.")
PATCH_LATENCY = Histogram(
    "lampfield_patch_latency_seconds",
    "From the commit of a patch's oldest change (another process's: from hearing of it) to its write to every window.",
    buckets=_QUICK,
)
CARD_LATENCY = Histogram(
    "lampfield_card_latency_seconds",
    "From the commit of a call's change (another process's: from hearing of it) to its cards.",
    buckets=_QUICK,
)

# How the hub keeps up

HUB_BEHIND = Gauge(
    "lampfield_hub_behind_extensions", "Extensions whose row was newer in the database, at the last comparison."
)
HUB_COMPARED = Gauge("lampfield_hub_compared_timestamp_seconds", "When the hub last compared itself with the database.")
LOOP_LAG = Histogram(
    "lampfield_event_loop_lag_seconds", "By how much the event loop was late, twice a second.", buckets=_QUICK
)
LAYER_HEARD = Gauge(
    "lampfield_layer_heard_timestamp_seconds",
    "When the layer between the processes last brought back what this one had said; 0 without a layer.",
)
LAYER_TRIP = Histogram(
    "lampfield_layer_round_trip_seconds", "How long the layer took to bring a heartbeat back.", buckets=_QUICK
)
LAYER_LOST = Counter("lampfield_layer_lost", "News that the layer did not take; the others find it in the database.")

# Calls, pages, e-mail, the database

CALLS_STARTED = Counter("lampfield_calls_started", "Calls that began in this process.", ["backend", "origin"])
CALLS_ENDED = Counter("lampfield_calls_ended", "Calls that this process ended.", ["backend", "reason"])
HTTP_REQUESTS = Counter("lampfield_http_requests", "Answered requests.", ["view", "method", "status"])
HTTP_DURATION = Histogram(
    "lampfield_http_request_duration_seconds", "How long an answer took to begin.", ["view"], buckets=_PAGE
)
# From the start, though nothing was counted yet: Prometheus does not see a counter grow that begins with one.
for _backend, _origin in product(CallBackendKind, Origin):
    CALLS_STARTED.labels(_backend, _origin)
for _backend, _reason in product(CallBackendKind, Reason):
    CALLS_ENDED.labels(_backend, _reason)
EMAILS_SENT = Counter("lampfield_emails_sent", "E-mails that a mail server took.", ["kind"])
EMAILS_FAILED = Counter("lampfield_emails_failed", "Tries to send an e-mail that failed.", ["kind"])
QUERY_DURATION = Histogram("lampfield_database_query_duration_seconds", "How long queries took.", buckets=_QUERY)
QUERY_ERRORS = Counter("lampfield_database_errors", "Queries that failed.")


@contextmanager
def open_socket(kind: str) -> Iterator[None]:
    """A socket of this kind is open until the block ends, however it ends."""
    SOCKETS_OPENED.labels(kind).inc()
    with SOCKETS.labels(kind).track_inprogress():
        yield
