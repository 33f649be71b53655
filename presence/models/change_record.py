"""Who changed what, where, before and after."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from presence.domain.vocabulary import Surface
from presence.models.choices import codes
from presence.models.extension import Extension


class ChangeRecord(models.Model):
    class What(models.TextChoices):
        STATUS = "status"
        SETTINGS = "settings"
        RIGHTS = "rights"  # of a department, which may be gone by now
        SYSTEM = "system"  # of a queue, ring group or digital receptionist, which may be gone by now

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, null=True, blank=True, related_name="changes")
    system_number = models.CharField(max_length=10, blank=True)  # instead of an extension, as it was called then
    system_name = models.CharField(max_length=120, blank=True)
    department_name = models.CharField(max_length=80, blank=True)  # instead of them, as it was called then
    surface = models.CharField(max_length=20, choices=codes(Surface), blank=True)  # empty: a status ended by itself
    what = models.CharField(max_length=20, choices=What)
    subject = models.CharField(max_length=40, blank=True)  # for rules: the status whose rules changed
    edit = models.ForeignKey("BulkEdit", on_delete=models.CASCADE, null=True, blank=True, related_name="changes")
    before = models.JSONField()
    after = models.JSONField()

    settings_version = models.PositiveIntegerField(null=True, blank=True)  # of the extension, after this change

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("extension", "what", "-at")), models.Index(fields=("-at",)))

    def __str__(self) -> str:
        return f"{self.extension_id or self.system_number or self.department_name} {self.what} {self.at:%Y-%m-%d %H:%M}"
