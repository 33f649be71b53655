"""Whose ringing calls a person may pick up: a table."""

import pytest

from presence.domain.pick_up import may_pick_up
from presence.domain.vocabulary import PickUpScope, Sight

NOBODY, DEPARTMENT, EVERYBODY = PickUpScope.NOBODY, PickUpScope.DEPARTMENT, PickUpScope.EVERYBODY
WHOLE, WITHOUT_CALLS, NOTHING = Sight.WHOLE, Sight.WITHOUT_CALLS, Sight.NOTHING


@pytest.mark.parametrize(
    ("scope", "sight", "same_department", "same_group", "allowed"),
    [
        (NOBODY, WHOLE, True, False, False),
        (NOBODY, WHOLE, False, True, True),
        (DEPARTMENT, WHOLE, True, False, True),
        (DEPARTMENT, WHOLE, False, False, False),
        (DEPARTMENT, WHOLE, False, True, True),
        (EVERYBODY, WHOLE, False, False, True),
        (EVERYBODY, WITHOUT_CALLS, False, False, False),
        (EVERYBODY, NOTHING, False, False, False),
        (EVERYBODY, NOTHING, False, True, True),
    ],
)
def test_calls_that_somebody_sees_ring_or_that_ring_for_their_group_are_theirs_to_take(
    scope: PickUpScope, sight: Sight, same_department: bool, same_group: bool, allowed: bool
) -> None:
    assert may_pick_up(scope, sight, same_department=same_department, same_group=same_group) is allowed
