"""How a call leg moves: the state machine as data. It has no hands, it cannot hang up, save or send."""

from enum import StrEnum

from presence.domain.vocabulary import CallState


class CallEvent(StrEnum):
    """What happened to a leg, in the past tense."""

    ANSWERED = "answered"
    HELD = "held"
    RESUMED = "resumed"
    HUNG_UP = "hung_up"


TRANSITIONS: dict[tuple[CallState, CallEvent], CallState] = {
    (CallState.RINGING, CallEvent.ANSWERED): CallState.TALKING,
    (CallState.RINGING, CallEvent.HUNG_UP): CallState.ENDED,
    (CallState.TALKING, CallEvent.HELD): CallState.ON_HOLD,
    (CallState.TALKING, CallEvent.HUNG_UP): CallState.ENDED,
    (CallState.ON_HOLD, CallEvent.RESUMED): CallState.TALKING,
    (CallState.ON_HOLD, CallEvent.HUNG_UP): CallState.ENDED,
}


def next_state(state: CallState, event: CallEvent) -> CallState:
    """Late and repeated events leave the state as it is."""
    return TRANSITIONS.get((state, event), state)


def states_before(event: CallEvent) -> tuple[CallState, ...]:
    """The states that `event` moves: what a compare-and-set on a leg compares with."""
    return tuple(state for state, moved_by in TRANSITIONS if moved_by is event)
