"""Which process holds the link to Asterisk: one at a time, by a lease with a fencing number."""

from django.db import models
from django.utils import timezone


class AsteriskLink(models.Model):
    """One row. `fence` rises with each new owner; whoever holds an older number has lost the link.

    As with every lease here, an owner is gone when `beats` has not changed for a while by the other's own clock.
    """

    owner = models.CharField(max_length=16, blank=True)  # the process' epoch; empty: nobody
    fence = models.PositiveIntegerField(default=0)
    beats = models.PositiveIntegerField(default=0)
    is_ready = models.BooleanField(default=False)  # connected, and everything that Asterisk has is known
    has_trunk = models.BooleanField(default=False)  # the trunk's endpoint exists
    trouble = models.CharField(max_length=200, blank=True)  # why it is not ready, in Asterisk's own words
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.owner or 'nobody'} {self.fence} {'ready' if self.is_ready else self.trouble}"
