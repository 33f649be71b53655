"""Callers wait in a queue: they join its line, take their turns at its members, and leave. Each waiting call asks for
its own turn; under the queue's lock all of them see the same line, so nobody is given to two.
"""

from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from django.db import transaction

from presence.domain.call_facts import LEGS_MAX
from presence.domain.queues import FreeMember, WaitingCall, turns
from presence.domain.vocabulary import CallOutcome, CallState, RingStrategy
from presence.models import Call, CallLeg, QueueEntry, SystemExtension
from presence.models.sole import sole
from presence.selectors.system import MemberState, member_states
from presence.services.call_rows import announce, locked_call
from presence.services.queue_news import publish_line
from presence.services.ringing import ring_members
from presence.services.waiting import stop_waiting


@dataclass(frozen=True, slots=True)
class Turn:
    """The members that a waiting call rings now, and for how long."""

    members: tuple[str, ...]
    seconds: int


@transaction.atomic
def join(*, call_id: UUID, number: str) -> CallOutcome | None:
    """The caller waits in the queue `number` from now on: None. Else BUSY when it is full, CANCELLED, FAILED."""
    queue = sole(SystemExtension.objects.select_for_update().filter(number=number))
    if queue is None:
        return CallOutcome.FAILED
    call = locked_call(call_id)
    if call.state != CallState.RINGING:
        return CallOutcome.CANCELLED
    if QueueEntry.objects.filter(queue=queue, left_at=None).count() >= queue.length_max:
        return CallOutcome.BUSY
    QueueEntry.objects.create(call=call, queue=queue)
    publish_line(queue)
    announce(call)
    return None


@transaction.atomic
def leave(*, call_id: UUID) -> None:
    """The caller waits no more; the call goes elsewhere."""
    call = locked_call(call_id)
    if QueueEntry.objects.filter(call=call, left_at=None).exists():
        stop_waiting(call)
        announce(call)


def take_turn(*, call_id: UUID, number: str) -> Turn | CallOutcome | None:
    """Ring the members whose turn it is to take this call. None: wait on; an outcome: the wait in `number` is over."""
    found = _look(call_id, sole(SystemExtension.objects.filter(number=number)))
    # Most looks find nothing to do: only what is to be done is worth the lock.
    return _ring(call_id, number) if isinstance(found, Turn) else found


@transaction.atomic
def _ring(call_id: UUID, number: str) -> Turn | CallOutcome | None:
    queue = sole(SystemExtension.objects.select_for_update().filter(number=number))
    found = _look(call_id, queue)
    if not isinstance(found, Turn):
        return found
    rung = ring_members(call_id=call_id, members=found.members, group=number)
    return Turn(rung, found.seconds) if rung else None


def _look(call_id: UUID, queue: SystemExtension | None) -> Turn | CallOutcome | None:
    call = Call.objects.get(pk=call_id)
    if call.answered_at is not None:
        return CallOutcome.ANSWERED
    if call.state == CallState.ENDED:
        return CallOutcome.CANCELLED
    if queue is None:
        return CallOutcome.FAILED
    line = _line(queue)
    own = next((waiting for waiting in line if waiting.call == str(call_id)), None)
    if own is not None and _is_far_behind(own, line, queue):
        return None
    states = member_states(queue)
    logged_in = {each.extension for each in states if each.absence is None}
    if not logged_in:
        return CallOutcome.NOT_REGISTERED
    if own is None or logged_in <= own.rung:
        return CallOutcome.REJECTED
    given = turns(line, _free(states), RingStrategy(queue.ring_strategy)).get(str(call_id), ())
    members = given[: _legs_left(own)]
    return Turn(members, queue.ring_seconds) if members else None


def _is_far_behind(own: WaitingCall, line: list[WaitingCall], queue: SystemExtension) -> bool:
    """Whether the members, however many are free, all go to those ahead; cheaper to know than who is free."""
    ahead = takewhile(lambda waiting: waiting.call != own.call, line)
    return sum(not waiting.rung for waiting in ahead) >= max(1, queue.memberships.count())


def _line(queue: SystemExtension) -> list[WaitingCall]:
    """The calls that wait here, ring nobody and may ring more, the longest-waiting first."""
    call_ids = list(
        QueueEntry.objects.filter(queue=queue, left_at=None, call__state=CallState.RINGING).values_list(
            "call_id", flat=True
        )
    )
    rung: dict[UUID, set[str]] = {call_id: set() for call_id in call_ids}
    ringing = set()
    legs = CallLeg.objects.filter(call__in=call_ids, role=CallLeg.Role.CALLEE, extension__isnull=False)
    for call_id, member, state in legs.values_list("call_id", "extension__number", "state"):
        rung[call_id].add(str(member))
        if state == CallState.RINGING:
            ringing.add(call_id)
    line = [WaitingCall(str(call_id), frozenset(rung[call_id])) for call_id in call_ids if call_id not in ringing]
    return [waiting for waiting in line if _legs_left(waiting)]


def _legs_left(waiting: WaitingCall) -> int:
    return max(0, LEGS_MAX - 1 - len(waiting.rung))


def _free(states: list[MemberState]) -> list[FreeMember]:
    free = [each for each in states if each.absence is None and each.can_ring and not each.has_call]
    return [FreeMember(each.extension, each.idle_since) for each in free]
