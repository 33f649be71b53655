"""Calls that wait: in a queue, at a digital receptionist, in a parking slot; and the visits they may come from."""

import uuid

from django.db import models
from django.utils import timezone

from presence.models.call import Call
from presence.models.extension import Extension, SystemExtension


class QueueEntry(models.Model):
    """A call's place in a queue; the oldest that has not left is the first in the line."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="queue_entries")
    queue = models.ForeignKey(SystemExtension, on_delete=models.CASCADE, related_name="entries")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("joined_at", "pk")
        constraints = (models.UniqueConstraint(fields=("call", "queue"), name="once_per_call_and_queue"),)
        indexes = (models.Index(fields=("queue", "joined_at"), name="line_of", condition=models.Q(left_at=None)),)

    def __str__(self) -> str:
        return f"{self.call_id} in {self.queue_id}"


class ReceptionistTurn(models.Model):
    """A digital receptionist is asking this call for a key; gone when it has an answer."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="receptionist_turn")
    receptionist = models.ForeignKey(SystemExtension, on_delete=models.CASCADE, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1)  # how often the greeting has been played
    is_open = models.BooleanField(default=True)
    key = models.CharField(max_length=1, blank=True)  # what the caller pressed
    was_wrong = models.BooleanField(default=False)  # the key pressed last means nothing here

    def __str__(self) -> str:
        return f"{self.call_id} at {self.receptionist_id}"


class ParkedCall(models.Model):
    """A caller waits here to be fetched by anybody; the slot is free again when the row is gone."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="parking")
    slot = models.PositiveSmallIntegerField(unique=True)
    parked_by = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("slot",)

    def __str__(self) -> str:
        return f"{self.slot}: {self.call_id}"


class Visit(models.Model):
    """A caller without an account, on the public call page. Nothing they say of themselves is verified."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20)  # as asked for; it need not exist
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=64)  # a keyed digest of the network address, for the limits
    call = models.OneToOneField(Call, on_delete=models.SET_NULL, null=True, blank=True, related_name="visit")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=("address", "at"), name="visits_from"),
            models.Index(fields=("number", "at"), name="visits_to"),
        )

    def __str__(self) -> str:
        return f"{self.name} -> {self.number}"
