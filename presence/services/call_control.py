"""What people do to a call they are in: hold and resume it, send it on, connect its parties, park it.

Whoever stays in the line gets a new call that continues the old one, and keeps their name, number and origin: a visitor
is external wherever they are sent. The new call is published first, so that a window shows it before the old one ends.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from presence import hub
from presence.domain.call_state import CallEvent, next_state
from presence.domain.dial_codes import PARKING_SLOTS
from presence.domain.vocabulary import CallState, Origin, Reason
from presence.models import NOT_BROWSERS, Call, CallLeg, CallStep, Extension, ParkedCall, SystemExtension, Visit
from presence.models.sole import sole
from presence.services.call_rows import (
    CallGoneError,
    CallRefusedError,
    announce,
    carries,
    locked_call,
    locked_with_calls_of,
    open_legs,
)
from presence.services.calls import count_dialling, dialled_number, end_call, hold_others

PARK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One of a person's calls, locked: their own leg, and the other side's when there is one."""

    call: Call
    own: CallLeg
    other: CallLeg | None

    @property
    def talks(self) -> bool:
        """Answered by a person, whether on hold or not; what a transfer, a hold and a parking slot need."""
        return self.call.state == CallState.TALKING and self.other is not None


@transaction.atomic
def hold(*, call_id: UUID, extension: Extension, window: str) -> None:
    """The other side hears music until the call is resumed. Held twice is held once."""
    line = _talking_line(locked_with_calls_of(extension, call_id)[call_id], extension, window)
    _move(line, CallEvent.HELD)


@transaction.atomic
def resume(*, call_id: UUID, extension: Extension, window: str) -> None:
    """Talk again; a call that `extension` talks in meanwhile goes on hold in its place."""
    mine = locked_with_calls_of(extension, call_id)
    line = _talking_line(mine[call_id], extension, window)
    hold_others(open_legs().filter(extension=extension), mine, but=call_id)
    _move(line, CallEvent.RESUMED)


def _move(line: Line, event: CallEvent) -> None:
    state = next_state(CallState(line.own.state), event)
    if state != line.own.state:
        CallLeg.objects.filter(pk=line.own.pk).update(state=state)
        announce(line.call)


@transaction.atomic
def transfer(*, call_id: UUID, extension: Extension, window: str, number: str, epoch: str) -> Call:
    """Send the other side to `number`, which is then routed like any call. Returns the call they are in now."""
    mine = locked_with_calls_of(extension, call_id)
    line = _talking_line(mine[call_id], extension, window)
    return _send_on(line, extension, number, epoch)


@transaction.atomic
def join(*, call_id: UUID, other_id: UUID, extension: Extension, window: str, epoch: str) -> Call:
    """Connect the other sides of two calls and leave both. While one of them still rings, its caller is sent to it.

    Returns the call they are in now; it has to be routed when it is RINGING.
    """
    mine = locked_with_calls_of(extension, call_id, other_id)
    lines = [_line(mine[pk], extension) for pk in (call_id, other_id)]
    if not carries(lines[0].own, window):
        raise CallGoneError
    ringing = [line for line in lines if line.call.state == CallState.RINGING]
    if not ringing:
        return _connect(lines[0], lines[1], extension, epoch)
    talking = [line for line in lines if line.call.state == CallState.TALKING]
    if not talking or ringing[0].own.role != CallLeg.Role.CALLER:
        raise CallRefusedError("not_talking")
    if talking[0].other is None:
        raise CallRefusedError("not_a_person")
    number = ringing[0].call.called_number
    _check_number(talking[0], extension, number)
    # Before the new call is routed to whom this one rings: they would be busy.
    end_call(call_id=ringing[0].call.pk, reason=Reason.TRANSFERRED)
    return _send_on(talking[0], extension, number, epoch)


@transaction.atomic
def park(*, call_id: UUID, extension: Extension, window: str, epoch: str) -> Call:
    """The other side waits in a slot for anybody to fetch them. Returns their call: after a while it rings back."""
    line = _talking_line(locked_with_calls_of(extension, call_id)[call_id], extension, window)
    call = _continue(line, extension, called=extension.number, epoch=epoch)
    if not _take_slot(call, extension):
        raise CallRefusedError("no_free_slot")
    announce(call, _party(line))
    end_call(call_id=line.call.pk, reason=Reason.PARKED)
    hub.publish_parked()
    return call


def is_parked(*, call_id: UUID) -> bool:
    return ParkedCall.objects.filter(call=call_id).exists()


@transaction.atomic
def ring_back(*, call_id: UUID) -> bool:
    """Nobody has fetched this call: it leaves its slot for the one who parked it. False when it has left already."""
    call = locked_call(call_id)
    parking = sole(ParkedCall.objects.filter(call=call).select_related("parked_by"))
    if parking is None:
        return False
    by = parking.parked_by
    parking.delete()
    hub.publish_parked()
    CallStep.objects.create(
        call=call,
        position=0,
        number=by.number,
        name=by.name,
        decision="forward",
        destination_kind="extension",
        destination_value=by.number,
        destination_name=by.name,
        reason=Reason.NOT_FETCHED,
    )
    announce(call)
    return True


def _line(call: Call, extension: Extension) -> Line:
    legs = list(open_legs().filter(call=call).select_related("extension"))
    own = next((leg for leg in legs if leg.extension_id == extension.pk), None)
    if own is None:
        raise CallGoneError
    has_other = call.state == CallState.TALKING and not call.is_echo_test
    others = [leg for leg in legs if leg.pk != own.pk] if has_other else []
    return Line(call, own, others[0] if others else None)


def _talking_line(call: Call, extension: Extension, window: str) -> Line:
    """The call as `window` may command it; refused unless two people talk in it."""
    line = _line(call, extension)
    if line.call.state != CallState.TALKING:
        raise CallRefusedError("not_talking")
    if not carries(line.own, window):
        raise CallGoneError
    if line.other is None:
        raise CallRefusedError("not_a_person")
    return line


def _send_on(line: Line, extension: Extension, number: str, epoch: str) -> Call:
    number = dialled_number(number)
    _check_number(line, extension, number)
    count_dialling(extension)
    call = _continue(line, extension, called=number, epoch=epoch)
    announce(call, _party(line))
    end_call(call_id=line.call.pk, reason=Reason.TRANSFERRED)
    return call


def _check_number(line: Line, extension: Extension, number: str) -> None:
    """Where nobody is, the one who stays would be lost: refused while the call can still go on."""
    if number == extension.number:
        raise CallRefusedError("own_number")
    if line.other is not None and line.other.extension is not None and line.other.extension.number == number:
        raise CallRefusedError("other_side")
    is_person = Extension.objects.filter(number=number, is_enabled=True).exists()
    if not is_person and not SystemExtension.objects.filter(number=number).exists():
        raise CallRefusedError("bad_number")


def _continue(line: Line, extension: Extension, *, called: str, epoch: str) -> Call:
    """The new call of the one who stays in `line`, with their leg in it, ringing."""
    stays = line.other
    if stays is None:
        raise CallRefusedError("not_a_person")
    number, name, origin = _who_stays(line.call, stays)
    call = Call.objects.create(
        caller_number=number,
        caller_name=name,
        origin=origin,
        called_number=called,
        router_epoch=epoch,
        backend_kind=line.call.backend_kind,
        continues=line.call,
        sent_by=extension,
    )
    CallLeg.objects.create(
        call=call,
        extension=stays.extension,
        role=CallLeg.Role.CALLER,
        window=stays.window,
        ari_channel_id=_moving_channel(stays),
        outside_number=stays.outside_number,
        charged_to=stays.charged_to,
    )
    if stays.extension is None:
        Visit.objects.filter(call=line.call).update(call=call)
    return call


def _moving_channel(leg: CallLeg) -> str:
    """A desk phone's channel goes on in the next call; a browser's window is called anew for each call."""
    return leg.ari_channel_id if leg.window.startswith(NOT_BROWSERS) else ""


def _who_stays(call: Call, stays: CallLeg) -> tuple[str, str, str]:
    if stays.outside_number and stays.role == CallLeg.Role.CALLEE:
        # A mobile is shown as its owner, but stays outside: a number proves nothing.
        holder = stays.mobile_of
        return (holder.number, holder.name, Origin.EXTERNAL) if holder else (stays.outside_number, "", Origin.EXTERNAL)
    if stays.role == CallLeg.Role.CALLER or stays.extension is None:
        return call.caller_number, call.caller_name, call.origin
    return stays.extension.number, stays.extension.name, Origin.INTERNAL


def _connect(first: Line, second: Line, extension: Extension, epoch: str) -> Call:
    if first.other is None or second.other is None:
        raise CallRefusedError("not_a_person")
    if first.other.extension is None and second.other.extension is None:
        raise CallRefusedError("not_allowed")  # the company's line is not for two strangers
    if first.other.extension_id == second.other.extension_id:
        raise CallRefusedError("other_side")
    # A visitor calls and is never called.
    stays, joins = (second, first.other) if second.other.extension is None else (first, second.other)
    called = joins.extension.number if joins.extension is not None else ""
    count_dialling(extension)
    call = _continue(stays, extension, called=called, epoch=epoch)
    now = timezone.now()
    CallLeg.objects.create(
        call=call,
        extension=joins.extension,
        role=CallLeg.Role.CALLEE,
        window=joins.window,
        answered_at=now,
        ari_channel_id=_moving_channel(joins),
        outside_number=joins.outside_number,
        charged_to=joins.charged_to,
    )
    # Who had put this call on hold keeps it so: they may be talking to somebody else.
    for party in (stays.other, joins):
        if party is not None:
            call.legs.filter(extension=party.extension).update(state=party.state, answered_at=now)
    announce(call, _party(stays), joins.extension, state=CallState.TALKING, answered_at=now)
    for line in (first, second):
        end_call(call_id=line.call.pk, reason=Reason.TRANSFERRED)
    return call


def _take_slot(call: Call, extension: Extension) -> bool:
    """The lowest free one; somebody else may take it at the same moment."""
    taken = set(ParkedCall.objects.values_list("slot", flat=True))
    for slot in PARKING_SLOTS:
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                ParkedCall.objects.create(call=call, slot=slot, parked_by=extension)
        except IntegrityError:
            continue
        return True
    return False


def _party(line: Line) -> Extension | None:
    return line.other.extension if line.other is not None else None
