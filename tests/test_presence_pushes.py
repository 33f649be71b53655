"""Every service that changes what colleagues see says so: old snapshot + patches = fresh snapshot."""

import contextlib
import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from presence import hub, selectors
from presence.domain.vocabulary import PickUpScope, Reason, Status, Surface, SystemExtensionKind
from presence.hub.pace import Pace
from presence.models import Call, CallLeg, ChangeRecord, Company, Extension, Membership, SystemExtension
from presence.replica import Replica
from presence.services import (
    call_control,
    call_pick_up,
    calls,
    forwarding,
    queues,
    registration,
    ringing,
    status,
    voicemail,
)
from tests.hub_cast import FakeSocket, until
from tests.mirror import Row, mirror_of

pytestmark = pytest.mark.django_db(transaction=True)

# The re-reading of the database must not hide a service that forgets to say something.
NEVER_HEAL = Pace(heal=3600)
WINDOW, OTHER_WINDOW = "window-of-adam", "window-of-piotr"


@pytest.fixture(autouse=True)
def _no_housekeeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another test may have loaded the server, whose housekeeping would end the calls made here as nobody's."""
    monkeypatch.setattr(hub, "_chores", [])


class RollBackError(Exception):
    pass


def a_call() -> Call:
    return Call.objects.latest("started_at")


def its_id() -> UUID:
    return a_call().pk


def start(adam: Extension, piotr: Extension) -> None:
    calls.start_call(extension=adam, window=WINDOW, number=piotr.number, epoch="testtest")


def ring(adam: Extension, piotr: Extension) -> None:
    calls.ring_extension(call_id=its_id(), number=piotr.number)


def answer(adam: Extension, piotr: Extension) -> None:
    calls.answer_call(call_id=its_id(), extension=piotr, window=OTHER_WINDOW)


def switch(adam: Extension, piotr: Extension) -> None:
    assert piotr.user is not None
    status.set_status(extension=piotr, status=Status.AWAY, by=piotr.user, surface=Surface.WEB_CLIENT)


def switch_many(adam: Extension, piotr: Extension) -> None:
    assert adam.user is not None
    status.set_statuses(extensions=[adam, piotr], status=Status.DND, by=adam.user, surface=Surface.OPERATOR_PANEL)


def go_back(adam: Extension, piotr: Extension) -> None:
    assert piotr.user is not None
    change = ChangeRecord.objects.latest("pk")
    status.go_back(extension=piotr, record=change.pk, by=piotr.user, surface=Surface.WEB_CLIENT)


def lunch_that_is_over(adam: Extension, piotr: Extension) -> None:
    assert piotr.user is not None
    over = timezone.now()
    status.set_status(extension=piotr, status=Status.LUNCH, by=piotr.user, surface=Surface.WEB_CLIENT, until=over)


def end_due(adam: Extension, piotr: Extension) -> None:
    status.end_due_statuses()


def register(adam: Extension, piotr: Extension) -> None:
    registration.register(extension=adam, window=WINDOW, epoch="testtest")


def unregister(adam: Extension, piotr: Extension) -> None:
    registration.unregister(extension=adam, window=WINDOW, epoch="testtest")


def bury(adam: Extension, piotr: Extension) -> None:
    registration.drop_processes(["testtest"])


def reconcile(adam: Extension, piotr: Extension) -> None:
    open_windows = {(adam.number, WINDOW)}
    registration.reconcile(epoch="testtest", open_windows=open_windows, closed_windows=())


def decline(adam: Extension, piotr: Extension) -> None:
    calls.decline_call(call_id=its_id(), extension=piotr)


def no_answer(adam: Extension, piotr: Extension) -> None:
    calls.stop_ringing(call_id=its_id(), number=piotr.number, reason=Reason.NO_ANSWER)


def hang_up(adam: Extension, piotr: Extension) -> None:
    calls.hang_up(call_id=its_id(), extension=adam, window=WINDOW)


def end(adam: Extension, piotr: Extension) -> None:
    calls.end_call(call_id=its_id(), reason=Reason.FAILED)


def to_voicemail(adam: Extension, piotr: Extension) -> None:
    calls.connect_voicemail(call_id=its_id(), number=piotr.number)


def lose(adam: Extension, piotr: Extension) -> None:
    calls.drop_leg(CallLeg.objects.filter(call=a_call(), extension=adam).get().pk)


def ask_a_third(adam: Extension, piotr: Extension) -> None:
    """Adam holds Piotr and talks to somebody else."""
    third = Extension.objects.create(number="104", name="Ewa Lis")
    asked = calls.start_call(extension=adam, window=WINDOW, number=third.number, epoch="testtest")
    calls.ring_extension(call_id=asked.pk, number=third.number)
    calls.answer_call(call_id=asked.pk, extension=third, window="window-of-ewa")


def make_group(adam: Extension, piotr: Extension) -> None:
    SystemExtension.objects.create(number="600", name="Help", kind=SystemExtensionKind.RING_GROUP)


def send_on(adam: Extension, piotr: Extension) -> None:
    call_control.transfer(call_id=its_id(), extension=adam, window=WINDOW, number="600", epoch="testtest")


def connect(adam: Extension, piotr: Extension) -> None:
    held = CallLeg.objects.get(extension=piotr).call_id
    call_control.join(call_id=its_id(), other_id=held, extension=adam, window=WINDOW, epoch="testtest")


def park(adam: Extension, piotr: Extension) -> None:
    call_control.park(call_id=its_id(), extension=adam, window=WINDOW, epoch="testtest")


def fetch(adam: Extension, piotr: Extension) -> None:
    call_pick_up.fetch(slot=1, extension=adam, window=WINDOW)


def pick_up_elsewhere(adam: Extension, piotr: Extension) -> None:
    Company.objects.update_or_create(pk=1, defaults={"pick_up": PickUpScope.EVERYBODY})
    third = Extension.objects.create(number="104", name="Ewa Lis")
    call_pick_up.pick_up(number=piotr.number, extension=third, window="window-of-ewa")


def make_queue(adam: Extension, piotr: Extension) -> None:
    """Adam's call waits in a queue of which Piotr is the only member."""
    queue = SystemExtension.objects.create(number="601", name="Support", kind=SystemExtensionKind.QUEUE)
    Membership.objects.create(system_extension=queue, extension=piotr)
    registration.register(extension=piotr, window=OTHER_WINDOW, epoch="testtest")
    start(adam, piotr)
    queues.join(call_id=its_id(), number="601")


def take_turn(adam: Extension, piotr: Extension) -> None:
    queues.take_turn(call_id=its_id(), number="601")


def ring_member(adam: Extension, piotr: Extension) -> None:
    ringing.ring_members(call_id=its_id(), members=[piotr.number], group="601")


def stop_member(adam: Extension, piotr: Extension) -> None:
    ringing.stop_ringing_members(call_id=its_id(), members=[piotr.number])


Step = Callable[[Extension, Extension], None]

# What must have happened before | the service | the call that is looked at
SERVICES: list[tuple[list[Step], Callable[..., Any], Step]] = [
    ([], status.set_status, switch),
    ([], status.set_statuses, switch_many),
    ([switch], status.go_back, go_back),
    ([lunch_that_is_over], status.end_due_statuses, end_due),
    ([], registration.register, register),
    ([register], registration.unregister, unregister),
    ([register], registration.drop_processes, bury),
    ([], registration.reconcile, reconcile),
    ([], calls.start_call, start),
    ([start], calls.ring_extension, ring),
    ([start, ring], calls.stop_ringing, no_answer),
    ([start, ring], calls.answer_call, answer),
    ([start, ring], calls.decline_call, decline),
    ([start, ring, answer], calls.hang_up, hang_up),
    ([start, ring, answer], calls.end_call, end),
    ([start], calls.connect_voicemail, to_voicemail),
    ([start, ring, answer], calls.drop_leg, lose),
    ([make_group, start, ring, answer], call_control.transfer, send_on),
    ([start, ring, answer, ask_a_third], call_control.join, connect),
    ([start, ring, answer], call_control.park, park),
    ([start, ring, answer, park], call_pick_up.fetch, fetch),
    ([start, ring], call_pick_up.pick_up, pick_up_elsewhere),
    ([make_queue], queues.take_turn, take_turn),
    ([make_queue], ringing.ring_members, ring_member),
    ([make_queue, ring_member], ringing.stop_ringing_members, stop_member),
]
# Nothing that colleagues see: rules, messages, leases; and what only reads.
UNSEEN = {
    registration.beat,
    registration.windows_of,
    forwarding.save_profile,
    calls.dialled_number,
    calls.typed,
    calls.count_dialling,
    # Not a call that anybody hears of before who asked for it announces it.
    calls.begin_call,
    calls.hold_others,
    calls.begin_talk,  # a part of every answer
    calls.ringing_outcome,
    calls.renew_lease,
    # On hold, the lamp is that of a call all the same; who rings back had rung before.
    call_control.hold,
    call_control.resume,
    call_control.ring_back,
    call_control.is_parked,
    ringing.members_outcome,
    # Who waits in a queue is told to its members, not to everybody.
    queues.join,
    queues.leave,
}


async def an_onlooker() -> FakeSocket:
    """Joins now: what was changed before is in the snapshot."""
    hub.reset(pace=NEVER_HEAL)
    socket = FakeSocket()
    await hub.join_presence(socket)
    return socket


def in_thread(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    return database_sync_to_async(function)


async def fresh_rows() -> dict[str, Row]:
    replica = Replica("fresh")
    replica.apply(await in_thread(selectors.presence_rows)())
    return mirror_of(replica.snapshot()).rows


def rolled_back(step: Step, adam: Extension, piotr: Extension) -> None:
    with contextlib.suppress(RollBackError), transaction.atomic():
        step(adam, piotr)
        raise RollBackError


@pytest.mark.parametrize(("before", "service", "step"), SERVICES, ids=[service.__name__ for _, service, _ in SERVICES])
async def test_old_snapshot_and_patches_equal_a_fresh_snapshot(
    adam: Extension, piotr: Extension, before: list[Step], service: Callable[..., Any], step: Step
) -> None:
    for earlier in before:
        await in_thread(earlier)(adam, piotr)
    socket = await an_onlooker()
    old = await fresh_rows()
    await in_thread(step)(adam, piotr)
    fresh = await fresh_rows()
    assert fresh != old
    await until(lambda: socket.mirror.rows == fresh)


@pytest.mark.parametrize(("before", "service", "step"), SERVICES, ids=[service.__name__ for _, service, _ in SERVICES])
async def test_a_rolled_back_transaction_pushes_nothing(
    adam: Extension,
    piotr: Extension,
    anna: Extension,
    before: list[Step],
    service: Callable[..., Any],
    step: Step,
) -> None:
    for earlier in before:
        await in_thread(earlier)(adam, piotr)
    socket = await an_onlooker()
    await in_thread(rolled_back)(step, adam, piotr)
    # What was pushed would arrive before what is pushed after it.
    await in_thread(switch)(adam, anna)
    await until(lambda: socket.mirror.lamp(anna.number) == "away")
    assert [[row[0] for row in patch["rows"]] for patch in socket.patches] == [[anna.number]]


def test_every_service_is_looked_at_here() -> None:
    written = {
        function
        for module in (status, registration, forwarding, calls, call_control, call_pick_up, ringing, queues)
        for function in public_functions(module)
    }
    assert written == {service for _, service, _ in SERVICES} | UNSEEN


def public_functions(module: ModuleType) -> list[Callable[..., Any]]:
    return [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


async def test_nothing_that_voicemail_does_changes_a_lamp(adam: Extension, piotr: Extension) -> None:
    onlooker = await an_onlooker()
    await in_thread(start)(adam, piotr)
    await in_thread(to_voicemail)(adam, piotr)
    fresh = await fresh_rows()
    await until(lambda: onlooker.mirror.rows == fresh)
    await in_thread(voicemail.finish_recording)(call_id=await in_thread(its_id)())
    assert await fresh_rows() == fresh


async def test_a_read_of_the_directory_costs_the_same_for_any_size(
    adam: Extension, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def rows_of(count: int) -> int:
        have = Extension.objects.count()
        Extension.objects.bulk_create(
            [Extension(number=str(number), name="Somebody") for number in range(2000 + have, 2000 + count)]
        )
        with django_assert_num_queries(1):
            return len(selectors.presence_rows())

    assert await in_thread(rows_of)(10) == 10
    assert await in_thread(rows_of)(1000) == 1000
