"""What a server process does regularly: beat, bury dead processes, end calls whose windows vanished, end statuses.

Whether something still beats is judged by its value changing within a time of this process' own monotonic clock, never
by comparing moments: a computer whose clock is set must not lose every call and registration (RELIABILITY.md). When a
status ends, and how long a deleted message is kept, is about moments by nature; there a clock that leaps forward is
doubted first (`domain.trusted_clock`).
"""

import time
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone

from presence import hub
from presence.calls.card import load_card
from presence.calls.waiting_card import parked_calls
from presence.domain.trusted_clock import TrustedClock
from presence.domain.vocabulary import CallState, Reason
from presence.models import NOT_BROWSERS, Call, EditDraft, ImportDraft, ParkedCall, ServerProcess, Visit, Voicemail
from presence.services import (
    asterisk_link,
    calls,
    outside_calls,
    outside_notice,
    registration,
    status,
    voicemail,
    voicemail_email,
)
from presence.services.call_rows import open_legs

PROCESS_BEAT_SECONDS = 3.0
PROCESS_DEAD_SECONDS = 12.0
GHOST_SECONDS = 5.0  # more than a reload takes
LOOK_SECONDS_MAX = 4.0  # more than any of them takes from look to look
LEG_CHECK_SECONDS = 1.0
LEG_LOST_SECONDS = 10.0
OUTSIDE_CHECK_SECONDS = 5.0
CHANNEL_LOST_SECONDS = 30.0  # a call on Asterisk goes on while the link to it is away, and is adopted when it is back
LINK_SILENT_SECONDS = 12.0  # longer than another process waits that wants the link
STATUS_END_SECONDS = 1.0
FINISH_SECONDS = 30.0
PURGE_SECONDS = 3600.0
EMAIL_SECONDS = 15.0
DRAFT_KEPT = timedelta(hours=24)
VISIT_KEPT = timedelta(hours=24)
VOICEMAIL_RESTORABLE = timedelta(hours=24)
# Beyond the longest greeting and message: a recording whose caller is kept alive is still ended.
VOICEMAIL_CALL_MAX = timedelta(seconds=voicemail.RECORDING_SECONDS_MAX + 90)


class Watch:
    """Remembers for how long each value has been seen unchanged, by a monotonic clock.

    Between two looks no more than `LOOK_SECONDS_MAX` pass: while the database is away, or this process is not let work,
    nobody can show that they live, and they get the time to show it afterwards.
    """

    def __init__(self, patience_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience_seconds
        self._clock = clock
        self._looked_at = clock()
        self._silence: dict[Hashable, tuple[object, float]] = {}  # the value, and the seconds since it changed

    def silent(self, values: Mapping[Hashable, object]) -> list[Hashable]:
        """Those of `values` that have not changed for longer than the patience; absent keys are forgotten."""
        now = self._clock()
        passed, self._looked_at = min(now - self._looked_at, LOOK_SECONDS_MAX), now
        self._silence = {
            key: (value, self._silence[key][1] + passed)
            if key in self._silence and self._silence[key][0] == value
            else (value, 0.0)
            for key, value in values.items()
        }
        return [key for key, (_, silence) in self._silence.items() if silence > self._patience]


_processes = Watch(PROCESS_DEAD_SECONDS)
_ghosts = Watch(GHOST_SECONDS)
_legs = Watch(LEG_LOST_SECONDS)
_channel_legs = Watch(CHANNEL_LOST_SECONDS)
_link = Watch(LINK_SILENT_SECONDS)
_clock = TrustedClock()
# Goes on while the computer sleeps, where the system has such a clock: what fell due in its sleep is done at once.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def install() -> None:
    """Give the hub of this process its regular work."""
    hub.cards_from(load_card)
    hub.parked_from(parked_calls)
    hub.every(PROCESS_BEAT_SECONDS, database_sync_to_async(beat_and_bury))
    hub.every(PROCESS_BEAT_SECONDS, reconcile_registrations)
    hub.every(LEG_CHECK_SECONDS, database_sync_to_async(end_lost_legs))
    hub.every(PROCESS_BEAT_SECONDS, database_sync_to_async(watch_link))
    hub.every(LEG_CHECK_SECONDS, database_sync_to_async(end_long_recordings))
    hub.every(OUTSIDE_CHECK_SECONDS, database_sync_to_async(outside_calls.end_talks_over_the_limit))
    hub.every(STATUS_END_SECONDS, database_sync_to_async(end_statuses))
    hub.every(FINISH_SECONDS, database_sync_to_async(finish_recordings))
    # A mail server may take its time: not on the thread that the other chores share.
    hub.every(EMAIL_SECONDS, database_sync_to_async(send_emails, thread_sensitive=False))
    hub.every(PURGE_SECONDS, database_sync_to_async(purge))


def beat_and_bury() -> None:
    """Say that this process lives; drop the registrations and the ringing calls of those that do not."""
    registration.beat(hub.epoch())
    beats: dict[Hashable, object] = dict(ServerProcess.objects.values_list("epoch", "beat_at"))
    dead = [str(epoch) for epoch in _processes.silent(beats) if epoch != hub.epoch()]
    if dead:
        registration.drop_processes(dead)
    alive = ServerProcess.objects.values("epoch")
    for call_id in (
        Call.objects.filter(state=CallState.RINGING).exclude(router_epoch__in=alive).values_list("pk", flat=True)
    ):
        calls.end_call(call_id=call_id, reason=Reason.FAILED)


async def reconcile_registrations() -> None:
    """Registrations are what the sockets say, even after this process slept or a socket's end went untold.

    While this process drains, they are what the others' sockets are about to say; what nobody takes over is buried.
    """
    if hub.is_draining():
        return
    await database_sync_to_async(_reconcile)(hub.phone_windows())


def _reconcile(open_windows: set[registration.Window]) -> None:
    without_socket: dict[Hashable, object] = dict.fromkeys(registration.windows_of(hub.epoch()) - open_windows)
    closed = [window for window in _ghosts.silent(without_socket) if isinstance(window, tuple)]
    registration.reconcile(epoch=hub.epoch(), open_windows=open_windows, closed_windows=closed)


def end_lost_legs() -> None:
    """A window that carries a leg renews its lease every 3 s; one that does not has vanished."""
    leases: dict[Hashable, object] = {}
    leases_of_channels: dict[Hashable, object] = {}
    for leg_id, window, alive_at in open_legs().values_list("pk", "window", "alive_at"):
        (leases_of_channels if window.startswith(NOT_BROWSERS) else leases)[leg_id] = alive_at
    for lost in [*_legs.silent(leases), *_channel_legs.silent(leases_of_channels)]:
        if isinstance(lost, int):
            calls.drop_leg(lost)


def watch_link() -> None:
    """Calls must not begin on an Asterisk that nobody speaks with: an owner that fell silent is buried."""
    if settings.ASTERISK_URL:
        lease = asterisk_link.lease()
        if lease.owner and _link.silent({lease.owner: lease}):
            asterisk_link.bury_owner(seen=lease)


def end_long_recordings() -> None:
    """The caller's browser stops at the limit; one that does not is stopped."""
    begun_before = _trusted_now() - VOICEMAIL_CALL_MAX
    too_long = Call.objects.filter(
        state=CallState.TALKING, voicemail__isnull=False, voicemail__started_at__lt=begun_before
    )
    for call_id in too_long.values_list("pk", flat=True):
        calls.end_call(call_id=call_id, reason=Reason.VOICEMAIL_LIMIT)


def end_statuses() -> None:
    """Whatever the number of processes, each status ends once; who comes second finds nothing due."""
    status.end_due_statuses(_trusted_now())


def finish_recordings() -> None:
    """A process that was killed between the end of a call and the end of its recording left the message unfinished."""
    unfinished = Voicemail.objects.filter(state=Voicemail.State.RECORDING, call__state=CallState.ENDED)
    ended_before = timezone.now() - timedelta(seconds=FINISH_SECONDS)
    for call_id in unfinished.filter(call__ended_at__lt=ended_before).values_list("call_id", flat=True):
        voicemail.finish_recording(call_id=call_id)


def _trusted_now() -> datetime:
    return _clock.moment(timezone.now(), time.clock_gettime(_STEADY))


def free_slots() -> None:
    """A call that ends leaves its slot; should one be left behind, the slot must not be lost."""
    if ParkedCall.objects.filter(call__state=CallState.ENDED).delete()[0]:
        hub.publish_parked()


def purge() -> None:
    free_slots()
    now = _trusted_now()
    # What is kept of a visit serves the limits only, and those look back an hour.
    over = Visit.objects.filter(at__lt=now - VISIT_KEPT)
    over.exclude(call__in=Call.objects.filter(ended_at=None)).delete()
    voicemail.purge_deleted(before=now - VOICEMAIL_RESTORABLE)
    for draft in (EditDraft, ImportDraft):  # previews that nobody confirmed
        draft.objects.filter(at__lt=now - DRAFT_KEPT).delete()


def send_emails() -> None:
    voicemail_email.send_due()
    outside_notice.send_due()
