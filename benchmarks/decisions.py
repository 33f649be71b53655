"""How many decisions a second `decide` takes: the mix of cases that calls meet most."""

import itertools
import time
from datetime import UTC, datetime

from presence.domain.call_facts import CalleeFacts, CallerId, IncomingCall, VoicemailBox
from presence.domain.call_routing import decide
from presence.domain.forwarding import default_profile
from presence.domain.vocabulary import CallOutcome, Origin, Status

SECONDS = 2.0
BATCH = 1_000
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def decisions_per_second() -> float:
    """Every status, both origins, on arrival and after ringing unanswered."""
    cases = itertools.cycle(_cases())
    taken, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < SECONDS:
        for call, callee, outcome in itertools.islice(cases, BATCH):
            decide(call, callee, NOON, outcome)
        taken += BATCH
    return taken / spent


def _cases() -> list[tuple[IncomingCall, CalleeFacts, CallOutcome | None]]:
    box = VoicemailBox("102", is_on=True)
    cases: list[tuple[IncomingCall, CalleeFacts, CallOutcome | None]] = []
    for status, origin in itertools.product(Status, Origin):
        call = IncomingCall(CallerId("101", "Adam Nowak"), origin, ("102",), box)
        callee = CalleeFacts("102", default_profile(status))
        cases.append((call, callee, None))
        if status in {Status.AVAILABLE, Status.LUNCH}:
            cases.append((call, callee, CallOutcome.NO_ANSWER))
    return cases
