"""status + registration + call -> lamp (SPEC.md 4): ringing beats talking beats status."""

from collections.abc import Collection

from presence.domain.vocabulary import CallState, Lamp, Status


def lamp_of(status: Status, leg_states: Collection[CallState]) -> Lamp:
    """The lamp of an extension with this status and these open call legs.

    Being rung and dialling out are both RINGING legs. Registration does not change the lamp but its shape: the page
    draws a hollow ring in the status's colour, so it travels beside the lamp.
    """
    if CallState.RINGING in leg_states:
        return Lamp.RINGING
    if CallState.TALKING in leg_states or CallState.ON_HOLD in leg_states:
        return Lamp.TALKING
    return Lamp(status.value)
