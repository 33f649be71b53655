"""Calls from the public call page: who may begin one, how often, and what becomes of it. Nothing a visitor says of
themselves is verified, and nothing they are told says whether a number exists.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from presence import hub
from presence.domain.vocabulary import Origin, Reason
from presence.models import Call, CallLeg, Extension, SystemExtension, Visit
from presence.selectors.asterisk import call_backend_kind
from presence.selectors.settings import company
from presence.services import calls
from presence.services.call_rows import CallRefusedError, open_legs

NAME_LENGTH_MAX = 60
# What is counted, in which time, and how often is enough.
LIMITS = (
    ("address", timedelta(minutes=1), 6),
    ("address", timedelta(hours=1), 60),
    ("number", timedelta(minutes=1), 10),
    ("number", timedelta(hours=1), 60),
)
_LOCK = 0x1A3F_7E1D  # any number that no other lock of this database uses
Leases = Mapping[int, datetime]
# One household or office has a network of IPv6 addresses, not one.
_IPV6_NETWORK_BITS = 64


class VisitorNameError(ValueError):
    """`code`: no_name, long_name, bad_name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooManyVisitsError(Exception):
    """From this network address or to this number; another may begin after `retry_seconds`."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__(retry_seconds)
        self.retry_seconds = retry_seconds


def visitor_name(text: str) -> str:
    """The name as it is shown to the callee: NFKC, blanks as single spaces. VisitorNameError when it is no name."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    # "C": controls, among them those that turn the direction of a text, and what is assigned to nothing.
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise VisitorNameError("bad_name")
    if not any(character.isalnum() for character in name):
        raise VisitorNameError("no_name")
    if len(name) > NAME_LENGTH_MAX:
        raise VisitorNameError("long_name")
    return name


@transaction.atomic
def begin_visit(*, number: str, name: str, address: str) -> Visit:
    """A visitor at the network address `address` is about to call `number`, which need not exist.

    VisitorNameError, TooManyVisitsError.
    """
    name = visitor_name(name)
    _lock_visits()
    counted = {"address": _digest(address), "number": number}
    if retry_seconds := max(_seconds_to_wait(field, counted[field], span, most) for field, span, most in LIMITS):
        raise TooManyVisitsError(retry_seconds)
    return Visit.objects.create(name=name, **counted)


@transaction.atomic
def start_visit_call(*, visit: Visit, window: str, epoch: str) -> tuple[Call, bool]:
    """The one call of a visit, and whether it is to be routed; where not, it is to be ended at once.

    CallRefusedError("gone"): this visit has had its call.
    """
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.call_id is not None:
        raise CallRefusedError("gone")
    call = Call.objects.create(
        caller_number="",
        caller_name=locked.name,
        origin=Origin.EXTERNAL,
        called_number=locked.number,
        router_epoch=epoch,
        backend_kind=call_backend_kind(),
    )
    CallLeg.objects.create(call=call, extension=None, role=CallLeg.Role.CALLER, window=window)
    locked.call = call
    locked.save(update_fields=["call"])
    hub.publish_call(str(call.pk))
    return call, takes_visits(locked.number)


def takes_visits(number: str) -> bool:
    """Whether visitors may call `number`: it exists, is enabled, and no switch, its own or the company's, is off."""
    if not company().takes_visits:
        return False
    wanted: dict[str, Any] = {"number": number, "takes_visits": True}
    return (
        Extension.objects.filter(is_enabled=True, **wanted).exists()
        or SystemExtension.objects.filter(**wanted).exists()
    )


def refuse_visit_call(*, call_id: UUID) -> None:
    """The end of a call that was not to be routed; the visitor can't tell it from a rule that ends the call."""
    calls.end_call(call_id=call_id, reason=Reason.FAILED)


def visit_leases(window: str) -> Leases:
    """The open legs of a visitor's window, and what each one's lease says now."""
    return dict(open_legs().filter(extension=None, window=window).values_list("pk", "alive_at"))


def end_visit(*, window: str, leases: Leases) -> None:
    """The visitor's page has gone, and nobody else speaks for them: what it carried ends.

    Not a leg whose lease is another than it was: the page has come back, maybe on another process.
    """
    now = visit_leases(window)
    for leg_id, alive_at in leases.items():
        if now.get(leg_id) == alive_at:
            calls.drop_leg(leg_id)


def _lock_visits() -> None:
    """Two visits at once must not both be the last that is allowed. SQLite's transactions exclude each other anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _seconds_to_wait(field: str, value: str, span: timedelta, most: int) -> int:
    """Until one more is allowed; 0: it is now."""
    now = timezone.now()
    lately = Visit.objects.filter(**{field: value, "at__gt": now - span}).order_by("-at")
    moments = list(lately.values_list("at", flat=True)[:most])
    return int((moments[-1] + span - now).total_seconds()) + 1 if len(moments) == most else 0


def _digest(address: str) -> str:
    """Says that two visits came from one network, and to nobody without our secret from which."""
    return salted_hmac("lampfield.visit", _network_of(address), algorithm="sha256").hexdigest()


def _network_of(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> (128 - _IPV6_NETWORK_BITS):x}/{_IPV6_NETWORK_BITS}"
