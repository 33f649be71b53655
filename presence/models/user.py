"""A login: who reads and hears. Everything about being called belongs to the extension, not to the login."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator
from django.db import models

from presence.domain.vocabulary import Theme
from presence.models.choices import codes

RINGING_VOLUME_USUAL, RINGING_VOLUME_MAX = 50, 100  # percent


class User(AbstractUser):
    language = models.CharField(max_length=5, blank=True)  # empty: as the browser asks
    first_steps_at = models.DateTimeField(null=True, blank=True)  # when they were finished or skipped; None: not yet
    theme = models.CharField(max_length=5, blank=True, choices=codes(Theme))  # empty: as the system
    picture = models.CharField(max_length=32, blank=True)  # names the files; empty: the initials stand for it
    ringing_sound = models.BooleanField(default=True)
    ringing_volume = models.PositiveSmallIntegerField(
        default=RINGING_VOLUME_USUAL, validators=[MaxValueValidator(RINGING_VOLUME_MAX)]
    )
    other_sounds = models.BooleanField(default=True)  # a second call that knocks
    desk_phone_answers = models.BooleanField(default=False)  # it takes the calls begun by a click, on its loudspeaker

    class Meta(AbstractUser.Meta):
        pass
