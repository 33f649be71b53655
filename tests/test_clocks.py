"""The computer's clock is set, or summer time begins or ends: nothing that lives is given up, all comes due once."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from presence import hub
from presence.calls import housekeeping
from presence.domain.opening_hours import OpeningHours
from presence.domain.status_end import EndChoice, end_of
from presence.domain.trusted_clock import TrustedClock
from presence.domain.vocabulary import CallState, Origin, Status, Surface
from presence.hub import process
from presence.hub.pace import Pace
from presence.hub.process import Hub
from presence.models import Call, CallLeg, ChangeRecord, EditDraft, Extension, Registration, Visit, Voicemail
from presence.services import registration, voicemail
from presence.services.status import end_due_statuses, set_status
from tests.hub_cast import FakeDirectory, FakeSocket, until

WARSAW = ZoneInfo("Europe/Warsaw")
LEAPS = [timedelta(hours=1), timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)]
# The nights in which a local hour is left out, and comes twice.
EDGES = [date(2026, 3, 29), date(2026, 10, 25)]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the clock of this computer, as far as Django reads it, ahead by so much."""
    ahead, now = [timedelta(0)], timezone.now

    def set_ahead(leap: timedelta) -> None:
        ahead[0] = leap

    monkeypatch.setattr(timezone, "now", lambda: now() + ahead[0])
    monkeypatch.setattr(housekeeping, "_clock", TrustedClock())
    return set_ahead


def everything_lives(adam: Extension, piotr: Extension) -> Call:
    """A registration, a talk to a voicemail that is recorded, a deleted message, a preview, a visit, a timed status."""
    assert adam.user is not None
    registration.beat(hub.epoch())
    registration.register(extension=adam, window="window-of-adam", epoch=hub.epoch())
    call = Call.objects.create(
        caller_number="101", origin=Origin.INTERNAL, called_number="102", state="talking", router_epoch=hub.epoch()
    )
    CallLeg.objects.create(call=call, extension=adam, role=CallLeg.Role.CALLER, state=CallState.TALKING, window="w")
    voicemail.start_recording(call=call, box=piotr)
    deleted = Voicemail.objects.create(box=piotr, caller_number="101", origin=Origin.INTERNAL, state="new")
    voicemail.delete_message(message=deleted)
    EditDraft.objects.create(by=adam.user, request={}, seen={})
    Visit.objects.create(number="101", name="Jan", address="x")
    soon = timezone.now() + timedelta(minutes=30)
    set_status(extension=adam, status=Status.LUNCH, by=adam.user, surface=Surface.WEB_CLIENT, until=soon)
    return call


def keep_house() -> None:
    """Every chore that gives something up."""
    housekeeping.beat_and_bury()
    housekeeping.end_lost_legs()
    housekeeping.end_long_recordings()
    housekeeping.end_statuses()
    housekeeping.finish_recordings()
    housekeeping.purge()


@pytest.mark.django_db
@pytest.mark.parametrize("leap", LEAPS)
def test_a_clock_that_is_set_for_a_while_gives_nothing_up(
    adam: Extension, piotr: Extension, set_clock: Callable[[timedelta], None], leap: timedelta
) -> None:
    call = everything_lives(adam, piotr)
    for ahead in (timedelta(0), leap, timedelta(0)):
        set_clock(ahead)
        keep_house()
    call.refresh_from_db()
    adam.refresh_from_db()
    assert (call.state, adam.status) == ("talking", "lunch")
    assert CallLeg.objects.exclude(state="ended").count() == 1
    assert [each.objects.count() for each in (Registration, Voicemail, EditDraft, Visit)] == [1, 2, 1, 1]


@pytest.mark.parametrize("leap", LEAPS)
async def test_a_clock_that_is_set_logs_nobody_out(monkeypatch: pytest.MonkeyPatch, leap: timedelta) -> None:
    class Clock(datetime):
        ahead = timedelta(0)
        asked = 0

        @classmethod
        def now(cls, tz: object = None) -> "datetime":  # type: ignore[override]
            cls.asked += 1
            return datetime.now(UTC) + cls.ahead

    monkeypatch.setattr(process, "datetime", Clock)
    socket, over = FakeSocket(), FakeSocket(expires_at=datetime.now(UTC) - timedelta(days=2))
    hub_here = Hub(epoch="0", directory=FakeDirectory(), load_card=lambda _: None, pace=Pace(expiry_check=0.001))
    await hub_here.start()
    hub_here.presence.join(socket)
    await until(lambda: Clock.asked)
    Clock.ahead, asked = leap, Clock.asked
    hub_here.presence.join(over)
    await until(lambda: Clock.asked > asked + 2 and over.closed_with)
    assert socket.closed_with is None
    hub_here.stop()


def minutes_of(night: date, step: int = 1) -> Iterator[datetime]:
    """Every so many minutes, from the noon before an edge of summer time to the noon after it."""
    moment = datetime.combine(night - timedelta(days=1), time(12), WARSAW).astimezone(UTC)
    end = datetime.combine(night, time(12), WARSAW).astimezone(UTC)
    while moment <= end:
        yield moment
        moment += timedelta(minutes=step)


@pytest.mark.django_db
@pytest.mark.parametrize("night", EDGES, ids=str)
@pytest.mark.parametrize("clock", ["01:45", "02:00", "02:30", "03:00", "03:15"])
def test_a_status_with_an_end_in_that_night_ends_once(adam: Extension, night: date, clock: str) -> None:
    moments = list(minutes_of(night, step=5))
    ends = end_of(EndChoice.OWN_TIME, moments[0], WARSAW, own=f"{night} {clock}")
    set_status(extension=adam, status=Status.LUNCH, by=adam.user, surface=Surface.WEB_CLIENT, until=ends)
    ended = [moment for moment in moments if end_due_statuses(moment)]
    assert ended == [next(moment for moment in moments if moment >= ends)]
    assert ChangeRecord.objects.filter(by=None).count() == 1


@pytest.mark.parametrize("night", EDGES, ids=str)
@pytest.mark.parametrize("opens", [time(1), time(2), time(2, 30), time(3)])
def test_a_receptionist_opens_once_in_that_night_and_closes_once(night: date, opens: time) -> None:
    hours = OpeningHours({night.weekday(): ((opens, time(8)),)}, "Europe/Warsaw")
    states = [hours.is_open(moment) for moment in minutes_of(night)]
    changes = [after for before, after in pairwise(states) if before is not after]
    assert changes == [True, False]
