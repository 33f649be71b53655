"""An operator's edit of one or many extensions: as planned and previewed, and as done."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class EditDraft(models.Model):
    """What was asked and what was seen in the preview: confirmed only while every extension is as it was then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    request = models.JSONField()  # key -> new value, null for "as the template says"
    seen = models.JSONField()  # extension id -> settings_version in the preview

    def __str__(self) -> str:
        return f"{self.by_id} {len(self.seen)} extensions"


class BulkEdit(models.Model):
    """One confirmed edit; its change records say what it did to whom."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=20, default="edit")  # edit, template, recommended, import, undo
    request = models.JSONField()
    undoes = models.OneToOneField("self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"
