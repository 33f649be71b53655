"""Departments, extensions and system extensions: who and what can be called."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.utils import timezone

from presence.domain.vocabulary import (
    DestinationKind,
    RingStrategy,
    Sight,
    Status,
    Surface,
    SystemExtensionKind,
    VoicemailEmail,
)
from presence.models.choices import codes

# ASCII digits only: \d would accept the digits of other scripts.
number_is_digits = RegexValidator(r"^[0-9]{2,10}\Z")


class Department(models.Model):
    """Its people, and what others see of them; `presence.domain.audiences` says who others are."""

    name = models.CharField(max_length=80, unique=True)
    shown_to_others = models.CharField(max_length=16, choices=codes(Sight), default=Sight.WHOLE)
    shown_all = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="sees_all_of")

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
    status_set_on = models.CharField(max_length=20, choices=codes(Surface), blank=True)  # empty: it came by itself
    status_set_at = models.DateTimeField(default=timezone.now)  # with this note and end; `status_since` may be older
    status_until = models.DateTimeField(null=True, blank=True)
    # What follows when it ends: the last status before it that had no end, or one that was chosen. It is kept for a
    # status without an end, too, which may be given one later. Empty: `domain.status_end.follows` knows one.
    status_after = models.CharField(max_length=20, choices=codes(Status), blank=True)
    status_after_note = models.CharField(max_length=120, blank=True)
    voicemail_on = models.BooleanField(default=True)
    voicemail_seconds_max = models.PositiveSmallIntegerField(default=180)
    voicemail_messages_max = models.PositiveSmallIntegerField(default=100)
    voicemail_email = models.CharField(max_length=12, choices=codes(VoicemailEmail), default=VoicemailEmail.NONE)
    external_forwarding = models.BooleanField(default=True)
    takes_visits = models.BooleanField(default=True)  # may be called from the public call page
    visit_code = models.CharField(max_length=16, unique=True, null=True, blank=True)  # a link that hides the number
    calls_seen_at = models.DateTimeField(default=timezone.now)  # what was missed later is news
    is_enabled = models.BooleanField(default=True)
    version = models.PositiveBigIntegerField(default=1)
    settings_version = models.PositiveIntegerField(default=1)  # raised with every change of what can be edited

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        indexes = (
            # Asked every second; hardly ever is there one.
            models.Index(
                fields=("status_until",), name="extension_status_until", condition=~models.Q(status_until=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class SystemExtension(models.Model):
    """A queue, ring group or digital receptionist, with a number of its own. What one kind needs stands in its row.

    The destination is where a call goes that nobody answered, that waited too long, or that pressed no key.
    """

    number = models.CharField(max_length=10, unique=True, validators=[number_is_digits])
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=codes(SystemExtensionKind))
    members = models.ManyToManyField(Extension, through="Membership", related_name="system_extensions")
    ring_strategy = models.CharField(max_length=12, choices=codes(RingStrategy), default=RingStrategy.ALL)
    ring_seconds = models.PositiveSmallIntegerField(default=20)  # of each member, or of all at once
    destination_kind = models.CharField(max_length=24, choices=codes(DestinationKind), default=DestinationKind.END_CALL)
    destination_value = models.CharField(max_length=20, blank=True)
    takes_visits = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)  # guards against two editors
    wait_seconds_max = models.PositiveSmallIntegerField(default=300)  # queues only, as is the next
    length_max = models.PositiveSmallIntegerField(default=20)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Membership(models.Model):
    """An extension in a queue or ring group; `is_logged_in` is the member's own switch and means queues only."""

    system_extension = models.ForeignKey(SystemExtension, on_delete=models.CASCADE, related_name="memberships")
    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="memberships")
    position = models.PositiveSmallIntegerField(default=0)
    is_logged_in = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("system_extension", "extension"), name="one_membership_per_extension"),
        )

    def __str__(self) -> str:
        return f"{self.extension_id} in {self.system_extension_id}"


class Receptionist(models.Model):
    """What a digital receptionist says, and when it is open. Without a sound of its own the shipped one is played."""

    system_extension = models.OneToOneField(SystemExtension, on_delete=models.CASCADE, related_name="receptionist")
    repeats = models.PositiveSmallIntegerField(default=2)  # how often the greeting is played in all
    key_seconds = models.PositiveSmallIntegerField(default=8)  # how long a key is waited for after each
    greeting = models.FileField(blank=True)
    greeting_seconds = models.FloatField(default=0)
    closed_greeting = models.FileField(blank=True)
    closed_greeting_seconds = models.FloatField(default=0)
    has_hours = models.BooleanField(default=False)
    hours = models.JSONField(default=dict)  # {"0": [["08:00", "16:00"]]}; "0" is Monday
    keeps_holidays = models.BooleanField(default=True)
    closed_destination_kind = models.CharField(
        max_length=24, choices=codes(DestinationKind), default=DestinationKind.END_CALL
    )
    closed_destination_value = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return str(self.system_extension_id)


class ReceptionistOption(models.Model):
    """What a key does."""

    receptionist = models.ForeignKey(Receptionist, on_delete=models.CASCADE, related_name="options")
    key = models.CharField(max_length=1, validators=[RegexValidator(r"^[0-9]\Z")])
    words = models.CharField(max_length=60)  # on the caller's button
    destination_kind = models.CharField(max_length=24, choices=codes(DestinationKind))
    destination_value = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("key",)
        constraints = (models.UniqueConstraint(fields=("receptionist", "key"), name="one_option_per_key"),)

    def __str__(self) -> str:
        return f"{self.key} {self.words}"
