"""Voicemail: messages, the chunks of one being recorded, and greetings."""

import uuid

from django.db import models
from django.utils import timezone

from presence.domain.vocabulary import Origin
from presence.models.call import Call
from presence.models.choices import codes
from presence.models.extension import Extension


class Voicemail(models.Model):
    """A message in an extension's box. Files are never public: they are served per request, to the owner only."""

    class State(models.TextChoices):
        RECORDING = "recording"
        NEW = "new"
        HEARD = "heard"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="voicemails")
    call = models.OneToOneField(Call, on_delete=models.SET_NULL, null=True, blank=True, related_name="voicemail")
    caller_number = models.CharField(max_length=20)
    caller_name = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=10, choices=codes(Origin))
    state = models.CharField(max_length=10, choices=State, default=State.RECORDING)
    started_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(null=True, blank=True)
    sound = models.FileField(blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    email_due = models.BooleanField(default=False)  # its owner is still to be told by e-mail
    email_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("box", "state")),)

    def __str__(self) -> str:
        return f"{self.box_id} {self.state} {self.started_at:%Y-%m-%d %H:%M}"


class VoicemailChunk(models.Model):
    """What arrived so far of a message that is being recorded."""

    voicemail = models.ForeignKey(Voicemail, on_delete=models.CASCADE, related_name="chunks")
    sequence = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ("sequence",)
        constraints = (models.UniqueConstraint(fields=("voicemail", "sequence"), name="one_chunk_per_sequence"),)

    def __str__(self) -> str:
        return f"{self.voicemail_id} {self.sequence}"


class Greeting(models.Model):
    """An extension's own greeting; without one the shipped greeting is played."""

    extension = models.OneToOneField(Extension, on_delete=models.CASCADE, related_name="greeting")
    sound = models.FileField()
    seconds = models.FloatField()
    recorded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.extension_id} {self.seconds:.0f} s"
