"""A login. Everything about being called belongs to the extension, not to the login."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    language = models.CharField(max_length=5, blank=True)  # empty: as the browser asks

    class Meta(AbstractUser.Meta):
        pass
