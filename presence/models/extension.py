"""Departments, extensions and system extensions: who and what can be called."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.utils import timezone

from presence.domain.vocabulary import Status, SystemExtensionKind
from presence.models.choices import codes

# ASCII digits only: \d would accept the digits of other scripts.
number_is_digits = RegexValidator(r"^[0-9]{2,10}\Z")


class Department(models.Model):
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def by_number(self) -> "ExtensionQuerySet":
        """Numbers as people count: 99 before 100, "007" before "0007"."""
        return self.order_by(Length("number"), "number")


class Extension(models.Model):
    """The internal number and its holder. `version` is raised in every transaction that changes what colleagues see."""

    number = models.CharField(max_length=10, unique=True, validators=[number_is_digits])
    name = models.CharField(max_length=120)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="extensions"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="extension"
    )
    status = models.CharField(max_length=20, choices=codes(Status), default=Status.AVAILABLE)
    status_since = models.DateTimeField(default=timezone.now)
    mobile_number = models.CharField(max_length=20, blank=True)
    status_set_by = models.ForeignKey(  # somebody else than the holder; empty: the holder
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status_note = models.CharField(max_length=120, blank=True)
    voicemail_on = models.BooleanField(default=True)
    voicemail_seconds_max = models.PositiveSmallIntegerField(default=180)
    voicemail_messages_max = models.PositiveSmallIntegerField(default=100)
    external_forwarding = models.BooleanField(default=True)
    is_enabled = models.BooleanField(default=True)
    version = models.PositiveBigIntegerField(default=1)
    settings_version = models.PositiveIntegerField(default=1)  # raised with every change of what can be edited

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class SystemExtension(models.Model):
    """A queue, ring group or digital receptionist, with a number of its own."""

    number = models.CharField(max_length=10, unique=True, validators=[number_is_digits])
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=codes(SystemExtensionKind))
    members = models.ManyToManyField(Extension, blank=True, related_name="system_extensions")

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
