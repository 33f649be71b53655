"""Several processes that do to the same calls whatever can be done, all at once; are the calls whole afterwards?

`manage.py shell --no-imports -c "from tests.call_race import main; main()"` does it in an empty database.
"""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from threading import Barrier
from unittest.mock import patch

from django.core.management import call_command
from django.db import DatabaseError, connection

from presence.domain.vocabulary import CallState, Reason, Status
from presence.models import Call, CallLeg, Extension, StatusProfileRow
from presence.services import calls
from presence.services.call_rows import CallGoneError, CallRefusedError, open_legs
from presence.services.leases import renew_leases
from tests.cast import make_extension
from tests.office import ACTIONS, NUMBERS, WINDOWS, Office

PROCESSES = 6
ACTS_EACH = 250
WAIT_SECONDS = 30
# What makes calls that can be fought about comes more often than what ends them.
OFTEN = (Office.dial, Office.ring, Office.answer, Office.resume) * 3
Act = Callable[..., None]
# What a process does next once it could do this; by chance alone hardly a call would live to be answered.
NEXT: dict[Act, Act] = {Office.dial: Office.ring, Office.ring: Office.answer}


@dataclass(slots=True)
class CallRace:
    done: int
    refused: int
    answered: int
    failures: list[str]


def race() -> CallRace:
    """Raises AssertionError when a call is not whole in the end."""
    people = {person.number: person for person in Extension.objects.filter(number__in=NUMBERS)}
    StatusProfileRow.objects.create(extension=people["102"], status=Status.AVAILABLE, takes_second_call=True)
    shared: list[Call] = []
    start = Barrier(PROCESSES)
    offices = [Office(people, shared, epoch=f"process{n}") for n in range(PROCESSES)]
    # Nobody dials as much as this in a minute.
    with patch.object(calls, "DIALS_PER_MINUTE_MAX", PROCESSES * ACTS_EACH), ThreadPoolExecutor(PROCESSES) as pool:
        tallies = list(pool.map(lambda n: _act(offices[n], random.Random(n), start), range(PROCESSES)))
    office = offices[0]
    office.is_whole()
    for call in Call.objects.exclude(state=CallState.ENDED):
        calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
    office.is_whole()
    return CallRace(
        done=sum(done for done, _, _ in tallies),
        refused=sum(refused for _, refused, _ in tallies),
        answered=Call.objects.exclude(answered_at=None).count(),
        failures=[failure for _, _, failures in tallies for failure in failures],
    )


def _act(office: Office, chance: random.Random, start: Barrier) -> tuple[int, int, list[str]]:
    """How often something was done, how often it was refused, and what the database did not bear."""
    done, refused, failures = 0, 0, []
    try:
        connection.ensure_connection()
        start.wait(WAIT_SECONDS)
        follows: Act | None = None
        for _ in range(ACTS_EACH):
            act = follows or chance.choice(ACTIONS + OFTEN)
            follows = None
            aim = _aim(office, act, chance)
            try:
                act(office, *aim)
                done += 1
                follows = NEXT.get(act)
                renew_leases([(leg.call_id, leg.extension_id, leg.window) for leg in open_legs()])
            except (CallGoneError, CallRefusedError, ZeroDivisionError):
                refused += 1
            except DatabaseError as error:
                failures.append(f"{act.__name__}: {error!r}")
    finally:
        connection.close()
    return done, refused, failures


def _aim(office: Office, act: Act, chance: random.Random) -> tuple[str, str, str, int]:
    """At a part in a call that somebody has just now, which others may be about to act on, too."""
    caller, number, window = chance.choice(NUMBERS), chance.choice(NUMBERS), chance.choice(WINDOWS)
    legs = list(open_legs().select_related("extension").order_by("pk"))
    if act is Office.answer:
        legs = [leg for leg in legs if leg.role == CallLeg.Role.CALLEE]
    leg = chance.choice(legs) if legs and act is not Office.dial else None
    if leg is None or leg.extension is None:
        return caller, number, window, -1
    which = next((n for n, call in enumerate(office.calls) if call.pk == leg.call_id), -1)
    if act is Office.ring:
        return caller, number, window, which
    return caller, leg.extension.number, leg.window or window, which


def main() -> None:
    call_command("migrate", verbosity=0)
    for number, name in zip(NUMBERS, ("Adam Nowak", "Piotr Adamiak", "Anna Kowalska"), strict=True):
        make_extension(number, name)
    print(json.dumps(asdict(race())))  # noqa: T201 - for the process that asked
