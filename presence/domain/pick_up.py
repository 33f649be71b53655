"""Whose ringing calls a person may pick up: those of the company's scope, and the calls of their own groups."""

from presence.domain.vocabulary import PickUpScope


def may_pick_up(scope: PickUpScope, *, same_department: bool, same_group: bool) -> bool:
    """`same_group`: the call rings for a queue or ring group of which both are members; it is theirs in any case."""
    if same_group or scope is PickUpScope.EVERYBODY:
        return True
    return scope is PickUpScope.DEPARTMENT and same_department
