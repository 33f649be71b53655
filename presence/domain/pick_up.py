"""Whose ringing calls a person may pick up: of the company's scope those they see ring, and those of their groups."""

from presence.domain.vocabulary import PickUpScope, Sight


def may_pick_up(scope: PickUpScope, sight: Sight, *, same_department: bool, same_group: bool) -> bool:
    """`sight`: of whoever is rung. `same_group`: the call rings for a queue or ring group of which both are members;
    it is theirs in any case, for it could as well ring at their own phone.
    """
    if same_group:
        return True
    if sight is not Sight.WHOLE:
        return False
    return scope is PickUpScope.EVERYBODY or (scope is PickUpScope.DEPARTMENT and same_department)
