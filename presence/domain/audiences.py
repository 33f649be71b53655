"""Who sees whose statuses and calls: the rights of departments (SPEC.md 6).

    whoever looks                                    sees of a colleague
    an operator                                      everything
    a member of the colleague's own department       everything
    a member of one that it shows everything to      everything
    anybody else                                     what that department shows to others
    whoever it is, if the colleague is in none       everything

So everybody's own row is whole. Those who see alike are one audience; in a company without rights that is everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from presence.domain.vocabulary import Sight


class Audience(NamedTuple):
    """Those who see alike, named by what they do not see: departments, by their ids."""

    without_calls: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()

    def sight(self, department: int | None) -> Sight:
        """What they see of somebody in this department; None: in no department."""
        if department in self.hidden:
            return Sight.NOTHING
        return Sight.WITHOUT_CALLS if department in self.without_calls else Sight.WHOLE


COMPANY = Audience()


class Viewer(NamedTuple):
    """What decides about somebody who looks."""

    department: int | None = None
    is_operator: bool = False


@dataclass(frozen=True, slots=True)
class DepartmentRights:
    """What a department shows to others, and the departments that see everything all the same, by their ids."""

    shown_to_others: Sight
    shown_all: frozenset[int] = frozenset()


Rights = Mapping[int, DepartmentRights]  # by department; one without an entry shows everything to everybody


@dataclass(frozen=True, slots=True)
class Audiences:
    """Every login's audience, at one moment; `others`: of a login that is in no department."""

    by_user: Mapping[int, Audience]
    others: Audience = COMPANY

    def of(self, user_id: int) -> Audience:
        return self.by_user.get(user_id, self.others)


def audience_of(viewer: Viewer, rights: Rights) -> Audience:
    if viewer.is_operator:
        return COMPANY
    kept = {
        department: each.shown_to_others
        for department, each in rights.items()
        if viewer.department != department and viewer.department not in each.shown_all
    }
    return Audience(
        without_calls=frozenset(each for each, sight in kept.items() if sight is Sight.WITHOUT_CALLS),
        hidden=frozenset(each for each, sight in kept.items() if sight is Sight.NOTHING),
    )


def audiences_of(viewers: Mapping[int, Viewer], rights: Rights) -> Audiences:
    """`viewers`: by login. Those who see alike share one audience."""
    found = {viewer: audience_of(viewer, rights) for viewer in set(viewers.values())}
    return Audiences({user: found[viewer] for user, viewer in viewers.items()}, audience_of(Viewer(), rights))
