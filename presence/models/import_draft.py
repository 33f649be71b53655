"""A table that an operator uploaded: kept between the dry run and the confirmation."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ImportDraft(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=200)
    header = models.JSONField()
    rows = models.JSONField()  # [line in the file, [cells]]
    columns = models.JSONField()  # what each column of the file holds, "" for what is passed over
    creates_departments = models.BooleanField(default=False)
    empty_clears = models.BooleanField(default=False)  # an empty cell empties the value instead of leaving it as it is

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%Y-%m-%d %H:%M}"
