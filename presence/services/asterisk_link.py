"""Who holds the link to Asterisk. A lease: renewed by its owner, taken by another when it stays silent, never shared.

Each owner has a fencing number. An owner whose number is no longer the row's has lost the link, whatever it still
thinks, and every write here is refused to it.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from presence.models import AsteriskLink
from presence.models.sole import sole

TROUBLE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Lease:
    """What the row says now: who owns the link, by which number, and how often they have said so."""

    owner: str
    fence: int
    beats: int


def lease() -> Lease:
    """The lease as it is; nobody's before the first owner."""
    row = sole(AsteriskLink.objects.all())
    return Lease(row.owner, row.fence, row.beats) if row else Lease("", 0, 0)


@transaction.atomic
def take_link(*, epoch: str, seen: Lease) -> int | None:
    """Own the link, if it is still as it was `seen`. The fencing number; None when another was first."""
    AsteriskLink.objects.get_or_create(pk=1)
    mine = AsteriskLink.objects.filter(pk=1, owner=seen.owner, fence=seen.fence, beats=seen.beats)
    taken = mine.update(
        owner=epoch, fence=seen.fence + 1, beats=seen.beats + 1, is_ready=False, changed_at=timezone.now()
    )
    return seen.fence + 1 if taken else None


def renew_link(*, fence: int) -> bool:
    """The owner lives. False: it has lost the link and must stop at once."""
    return bool(_owned(fence).update(beats=F("beats") + 1))


def describe_link(*, fence: int, is_ready: bool, has_trunk: bool = False, trouble: str = "") -> bool:
    """What the owner knows of Asterisk. False: it has lost the link."""
    return bool(
        _owned(fence).update(
            is_ready=is_ready,
            has_trunk=has_trunk,
            trouble=trouble[:TROUBLE_LENGTH_MAX],
            changed_at=timezone.now(),
            beats=F("beats") + 1,
        )
    )


def bury_owner(*, seen: Lease) -> None:
    """The owner has died: until there is another, nothing is on Asterisk."""
    gone = AsteriskLink.objects.filter(pk=1, owner=seen.owner, fence=seen.fence, beats=seen.beats)
    gone.update(owner="", is_ready=False, trouble="the process that held the link died", changed_at=timezone.now())


def give_up_link(*, fence: int) -> None:
    """The owner stops: another may have the link at once."""
    _owned(fence).update(owner="", is_ready=False, trouble="nobody holds the link", changed_at=timezone.now())


def _owned(fence: int) -> QuerySet[AsteriskLink]:
    return AsteriskLink.objects.filter(pk=1, fence=fence).exclude(owner="")
