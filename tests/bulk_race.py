"""Operators who edit everybody and people who edit themselves, all at once; what came of it is asked of the records.

`manage.py shell --no-imports -c "from tests.bulk_race import main; main()"` does it in an empty database.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from threading import Barrier

from django.core.management import call_command
from django.db import DatabaseError, connection

from presence import selectors
from presence.domain.extension_settings import Values
from presence.domain.vocabulary import Origin, Status, Surface
from presence.management.commands.seed_demo import seed
from presence.models import ChangeRecord, Extension, User
from presence.selectors.settings import own_values
from presence.services.bulk_edit import confirm_edit, draft_edit
from presence.services.extension_settings import SettingsChangedError
from presence.services.forwarding import ProfileChangedError, save_profile

EXTENSIONS = 500
OPERATORS, EDITS_EACH = 4, 2
WINDOWS, SAVES_EACH = 4, 6
WAIT_SECONDS = 30


@dataclass(slots=True)
class Tally:
    """How often an editor's work was done, and how often it was told to look again."""

    done: int = 0
    told: int = 0
    failures: tuple[str, ...] = ()


@dataclass(slots=True)
class Race:
    edits: int
    edits_told: int
    saves: int
    saves_told: int
    failures: list[str]
    lost_updates: int
    extensions: int
    records: int


def race() -> Race:
    """Everyone tries again when told, until all that each wants is done."""
    start = Barrier(OPERATORS + WINDOWS)
    with ThreadPoolExecutor(OPERATORS + WINDOWS) as pool:
        operators = [pool.submit(_operator, n, start) for n in range(OPERATORS)]
        windows = [pool.submit(_window, n, start) for n in range(WINDOWS)]
        edits, saves = [each.result() for each in operators], [each.result() for each in windows]
    return Race(
        edits=sum(tally.done for tally in edits),
        edits_told=sum(tally.told for tally in edits),
        saves=sum(tally.done for tally in saves),
        saves_told=sum(tally.told for tally in saves),
        failures=[failure for tally in (*edits, *saves) for failure in tally.failures],
        lost_updates=lost_updates(),
        extensions=Extension.objects.count(),
        records=ChangeRecord.objects.count(),
    )


def _operator(n: int, start: Barrier) -> Tally:
    """Edits everybody; no two edits give the same values."""
    tally = Tally()
    try:
        by = User.objects.create(username=f"operator{n}", is_staff=True)
        everybody = list(Extension.objects.by_number())
        for turn in _turns(tally, EDITS_EACH):
            seconds = 60 + n * EDITS_EACH + turn
            request: Values = {
                "available.busy.external": f"external_number:+482212345{seconds:02}",
                "available.external.seconds": seconds,
                "voicemail_seconds_max": seconds,
            }
            draft = draft_edit(list(Extension.objects.by_number()) if tally.told else everybody, request, by=by)
            if not tally.told and not turn:
                start.wait(WAIT_SECONDS)
            try:
                confirm_edit(draft, by=by)
                tally.done += 1
                everybody = list(Extension.objects.by_number())
            except SettingsChangedError:
                tally.told += 1
    except DatabaseError as error:
        tally.failures = (f"operator {n}: {error!r}",)
    finally:
        connection.close()
    return tally


def _window(n: int, start: Barrier) -> Tally:
    """Saves a person's own page; each person has two windows open. No two saves give the same values."""
    tally = Tally()
    try:
        extension = list(Extension.objects.select_related("user").by_number()[: WINDOWS // 2])[n // 2]
        assert extension.user is not None
        for turn in _turns(tally, SAVES_EACH):
            version = selectors.profile_version(extension, Status.AVAILABLE)
            profile = selectors.effective_profile(extension, Status.AVAILABLE)
            if not tally.told and not turn:
                start.wait(WAIT_SECONDS)
            try:
                save_profile(
                    extension=extension,
                    status=Status.AVAILABLE,
                    destinations=profile.destinations,
                    ring_seconds={**profile.ring_seconds, Origin.INTERNAL: 30 + n * SAVES_EACH + turn},
                    expected_version=version,
                    by=extension.user,
                    surface=Surface.WEB_CLIENT,
                )
                tally.done += 1
            except ProfileChangedError:
                tally.told += 1
    except DatabaseError as error:
        tally.failures = (f"window {n}: {error!r}",)
    finally:
        connection.close()
    return tally


def _turns(tally: Tally, wanted: int) -> Iterator[int]:
    """The same turn again after having been told."""
    while tally.done < wanted:
        yield tally.done


def lost_updates() -> int:
    """Changes that saw another state than the one the change before them left, or whose result is not there."""
    lost = 0
    now = own_values(list(Extension.objects.select_related("department")))
    versions = dict(Extension.objects.values_list("pk", "settings_version"))
    state: dict[int, dict[str, object]] = {pk: {} for pk in now}
    seen = dict.fromkeys(now, 1)
    for record in ChangeRecord.objects.order_by("extension_id", "settings_version"):
        assert record.extension_id is not None
        known = state[record.extension_id]
        lost += any(key in known and known[key] != value for key, value in record.before.items())
        seen[record.extension_id] += 1
        lost += record.settings_version != seen[record.extension_id]
        known |= record.after
    for pk, values in state.items():
        lost += versions[pk] != seen[pk]
        lost += any(now[pk].get(key) != value for key, value in values.items())
    return lost


def main() -> None:
    call_command("migrate", verbosity=0)
    seed(EXTENSIONS)
    print(json.dumps(asdict(race())))  # noqa: T201 - for the process that asked
