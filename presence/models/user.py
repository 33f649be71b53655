"""A login. Everything about being called belongs to the extension, not to the login."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    language = models.CharField(max_length=5, blank=True)  # empty: as the browser asks
    first_steps_at = models.DateTimeField(null=True, blank=True)  # when they were finished or skipped; None: not yet

    class Meta(AbstractUser.Meta):
        pass
