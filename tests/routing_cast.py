"""The cast of the routing tests and how a call and a callee are put together; plain values, no Django."""

from datetime import UTC, datetime

from presence.domain.call_facts import CalleeFacts, CallerId, IncomingCall, TargetFacts, VoicemailBox
from presence.domain.forwarding import END_CALL, Destination, StatusProfile, default_profile, rule_keys
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADAM, PIOTR, OLGA, QUEUE = "101", "102", "100", "800"
MOBILE, OUTSIDE = "+48600100200", "+48221234567"
DIALABLE = {MOBILE: MOBILE, OUTSIDE: OUTSIDE}
PIOTRS_LINE = OutsideFacts(DIALABLE, charged_to=PIOTR)
INTERNAL, EXTERNAL = Origin.INTERNAL, Origin.EXTERNAL
ADAMS_BOX, ADAMS_BOX_OFF = VoicemailBox(ADAM, is_on=True), VoicemailBox(ADAM, is_on=False)


def to(kind: str, value: str = "") -> Destination:
    return Destination(DestinationKind(kind), value)


def a_call(
    *, origin: Origin = INTERNAL, path: tuple[str, ...] = (PIOTR,), first_box: VoicemailBox | None = None
) -> IncomingCall:
    return IncomingCall(CallerId("201", "Ewa"), origin, path, first_box)


def a_profile(
    status: Status,
    kind: RuleKind | None = None,
    rules: dict[tuple[Condition, Origin], Destination] | None = None,
    *,
    everywhere: Destination = END_CALL,
) -> StatusProfile:
    """The status with `everywhere` as every rule but the given ones; ring seconds differ by origin."""
    kind = kind or default_profile(status).kind
    destinations = {**dict.fromkeys(rule_keys(kind), everywhere), **(rules or {})}
    return StatusProfile(status, kind, destinations, {INTERNAL: 15, EXTERNAL: 25})


def piotr(profile: StatusProfile) -> CalleeFacts:
    """Piotr as callee: registered, with a mobile number, a trunk, and targets that all take calls."""
    targets = {**dict.fromkeys((ADAM, PIOTR, OLGA), TargetFacts()), QUEUE: TargetFacts(is_system=True)}
    return CalleeFacts(PIOTR, profile, mobile_number=MOBILE, outside=PIOTRS_LINE, targets=targets)


def available(**rules: Destination) -> CalleeFacts:
    return piotr(a_profile(Status.AVAILABLE, rules={(Condition(name), INTERNAL): rule for name, rule in rules.items()}))


def away(destination: Destination) -> CalleeFacts:
    return piotr(a_profile(Status.AWAY, everywhere=destination))
