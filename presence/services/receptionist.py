"""A digital receptionist asks a caller for a key: it plays its greeting, waits, and asks again as often as it says."""

from uuid import UUID

from django.db import transaction

from presence.domain.decisions import KeyPressed
from presence.domain.vocabulary import CallOutcome, CallState
from presence.models import Call, CallLeg, Extension, Receptionist, ReceptionistTurn, SystemExtension
from presence.models.sole import sole
from presence.services.call_rows import CallGoneError, CallRefusedError, announce, locked_call, open_legs

# The longest of the languages: static/sounds/menu-*.mp3.
SHIPPED_GREETING_SECONDS = 7.1
SHIPPED_CLOSED_GREETING_SECONDS = 5.0
# A browser has to fetch the greeting before it plays.
_LOADING_SECONDS = 1.0
_KEYS = frozenset("0123456789*#")


@transaction.atomic
def start_turn(*, call_id: UUID, number: str, is_open: bool, keys: tuple[str, ...]) -> float | CallOutcome:
    """The caller hears the greeting of `number` for the first time; the answer is waited for so many seconds."""
    call = locked_call(call_id)
    if call.state != CallState.RINGING:
        return CallOutcome.CANCELLED
    system = sole(SystemExtension.objects.filter(number=number))
    if system is None:
        return CallOutcome.FAILED
    ReceptionistTurn.objects.create(call=call, receptionist=system, is_open=is_open)
    announce(call)
    return _seconds(_receptionist(system), is_open=is_open, keys=keys)


@transaction.atomic
def press_key(*, call_id: UUID, extension: Extension | None, window: str, key: str) -> None:
    """The caller, in this window, chose `key`. CallGoneError when nobody asks for one, or one was chosen already."""
    if key not in _KEYS:
        raise CallRefusedError("bad_number")
    call = locked_call(call_id)
    caller = open_legs().filter(call=call, role=CallLeg.Role.CALLER, extension=extension, window=window)
    asked = ReceptionistTurn.objects.filter(call=call, is_open=True, key="")
    if not caller.exists() or not asked.update(key=key):
        raise CallGoneError
    announce(call)


@transaction.atomic
def answer_of(*, call_id: UUID, keys: tuple[str, ...], is_time_over: bool) -> KeyPressed | CallOutcome | float | None:
    """What the caller answered. None: nothing yet; a number: asked again, and for how many seconds.

    A key that means nothing counts as a turn, as silence does; after the last one: NO_ANSWER.
    """
    call = locked_call(call_id)
    turn = sole(ReceptionistTurn.objects.select_related("receptionist").filter(call=call))
    if call.state != CallState.RINGING or turn is None:
        return CallOutcome.CANCELLED if call.state == CallState.ENDED else CallOutcome.FAILED
    if not turn.key and not is_time_over:
        return None
    if turn.key and turn.key in keys:
        return _over(call, turn, KeyPressed(turn.key))
    receptionist = _receptionist(turn.receptionist)
    if not keys or turn.turn >= receptionist.repeats:
        return _over(call, turn, CallOutcome.NO_ANSWER)
    turn.turn, turn.was_wrong, turn.key = turn.turn + 1, bool(turn.key), ""
    turn.save(update_fields=["turn", "was_wrong", "key"])
    announce(call)
    return _seconds(receptionist, is_open=turn.is_open, keys=keys)


def _over(call: Call, turn: ReceptionistTurn, outcome: KeyPressed | CallOutcome) -> KeyPressed | CallOutcome:
    turn.delete()
    announce(call)
    return outcome


def _receptionist(system: SystemExtension) -> Receptionist:
    """Without a row of its own it is as recommended."""
    return sole(Receptionist.objects.filter(system_extension=system)) or Receptionist(system_extension=system)


def _seconds(receptionist: Receptionist, *, is_open: bool, keys: tuple[str, ...]) -> float:
    if is_open:
        greeting = receptionist.greeting_seconds if receptionist.greeting else SHIPPED_GREETING_SECONDS
    else:
        has_own = bool(receptionist.closed_greeting)
        greeting = receptionist.closed_greeting_seconds if has_own else SHIPPED_CLOSED_GREETING_SECONDS
    return _LOADING_SECONDS + greeting + (receptionist.key_seconds if keys else 0)
