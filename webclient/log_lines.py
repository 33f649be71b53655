"""How a line of the log looks: a readable one, or with LOG_FORMAT=json an object for a program that collects logs.

Code logs with the standard library, as ever. What a line is about beside its words stands in the context of whoever
works (structlog's context variables), which threads and tasks inherit:

| field       | bound by                                                                     |
|-------------|------------------------------------------------------------------------------|
| `request`   | webclient/watched_requests.py, for a page                                    |
| `socket`    | webclient/consumers/live.py, for as long as a socket is open                 |
| `extension` | whoever finds out whose page (webclient/access.py) or window (consumers) it is |
| `call`      | the router, a window's command, the exchange with Asterisk                   |
"""

import logging
from typing import Any

import structlog
from django.apps import apps
from structlog.typing import EventDict, Processor

LINE, JSON = "line", "json"
FORMATS = (LINE, JSON)
REQUEST_FIELDS = ("view", "method", "status", "milliseconds")  # of the line about an answered request


class NoAddresses(logging.Filter):
    """Django names the address of a page that failed, in which there may be a token: the pattern says which it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        if request is not None and match is not None and isinstance(record.args, tuple):
            route = f"/{match.route}"
            record.args = tuple(route if arg == request.path else arg for arg in record.args)
        return True


def say_process(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Which run of which process speaks, by the name that its frames and leases bear."""
    if apps.ready:
        from presence import hub

        line["process"] = hub.epoch()
    return line


# In the order in which they work.
_PROCESSORS: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", key="time"),
    structlog.stdlib.ExtraAdder(REQUEST_FIELDS),
    structlog.contextvars.merge_contextvars,
    say_process,
    structlog.processors.format_exc_info,
    structlog.processors.EventRenamer("message"),
)


def logging_settings(*, log_format: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. A format that is none is told by webclient/checks.py, in readable lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            LINE: {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            JSON: {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
            },
        },
        "filters": {"no_addresses": {"()": NoAddresses}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": log_format if log_format in FORMATS else LINE,
                "filters": ["no_addresses"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "daphne": {"level": "WARNING"},
            "twisted": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "websockets": {"level": "WARNING"},
            "django.channels.server": {"level": "WARNING"},
        },
    }
