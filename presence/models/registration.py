"""Who has a live phone: a lease held by a server process, so that a killed process leaves no ghost."""

from django.db import models
from django.utils import timezone

from presence.models.extension import Extension


class ServerProcess(models.Model):
    """One run of one server process; the registrations of a process that stopped beating are void."""

    epoch = models.CharField(max_length=16, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.epoch


class Registration(models.Model):
    """One browser window that can ring."""

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="registrations")
    process = models.ForeignKey(ServerProcess, on_delete=models.CASCADE, related_name="registrations")
    window = models.CharField(max_length=64)
    connected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("extension", "window"), name="one_registration_per_window"),)

    def __str__(self) -> str:
        return f"{self.extension_id} {self.window}"
