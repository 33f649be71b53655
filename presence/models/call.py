"""Calls, their legs and their trail."""

import uuid

from django.db import models
from django.utils import timezone

from presence.domain.dial_codes import ECHO_NUMBER
from presence.domain.vocabulary import CallBackendKind, CallState, DestinationKind, Origin, Reason
from presence.models.choices import codes
from presence.models.extension import Extension, SystemExtension


class Call(models.Model):
    """The conversation as a whole. `version` is raised with every change that a party can see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    caller_number = models.CharField(max_length=20)
    caller_name = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=10, choices=codes(Origin))
    called_number = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=codes(CallState), default=CallState.RINGING)
    backend_kind = models.CharField(max_length=10, choices=codes(CallBackendKind), default=CallBackendKind.BROWSER)
    version = models.PositiveIntegerField(default=1)
    router_epoch = models.CharField(max_length=16, blank=True)  # the process that routes it while it rings
    started_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, choices=codes(Reason), blank=True)
    about_number = models.CharField(max_length=20, blank=True)  # whom the end reason speaks of
    about_name = models.CharField(max_length=120, blank=True)
    # A transfer, a park and a fetch each make a new call of the one who stays in the line.
    continues = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="continued_by")
    sent_by = models.ForeignKey(  # who transferred or parked it
        Extension, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("state",)), models.Index(fields=("-started_at",)))

    def __str__(self) -> str:
        return f"{self.caller_number} -> {self.called_number} {self.state}"

    @property
    def is_echo_test(self) -> bool:
        """The other side is the server itself: a leg without an extension whose window no browser has."""
        return self.called_number == ECHO_NUMBER


# What the windows begin with that are no browser's, because an Asterisk carries them: desk phones, and parties outside.
DESK_PHONE, OUTSIDE = "sip-", "outside-"
NOT_BROWSERS = (DESK_PHONE, OUTSIDE)


def visitor_party(window: str) -> str:
    """The address of a visitor's window among the phones; no number can be one."""
    return f"~{window}"


def is_visitor(party: str) -> bool:
    return party.startswith("~")


class CallLeg(models.Model):
    """One party's part of a call. `alive_at` is its lease: a window that vanished stops renewing it."""

    class Role(models.TextChoices):
        CALLER = "caller"
        CALLEE = "callee"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs")
    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, null=True, related_name="legs")
    role = models.CharField(max_length=10, choices=Role)
    rung_for = models.ForeignKey(  # the queue or ring group of which this is a member
        SystemExtension, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=codes(CallState), default=CallState.RINGING)
    window = models.CharField(max_length=64, blank=True)  # empty while every window of the callee rings
    ari_channel_id = models.CharField(max_length=80, blank=True)  # what carries it on Asterisk, once there is one
    outside_number = models.CharField(max_length=20, blank=True)  # E.164, of a party that the trunk leads to
    charged_to = models.ForeignKey(  # whose rule or dialling leads outside; the toll guard counts these
        Extension, on_delete=models.SET_NULL, null=True, blank=True, related_name="charged_legs"
    )
    started_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, choices=codes(Reason), blank=True)
    alive_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=("extension",), name="open_legs", condition=~models.Q(state=CallState.ENDED.value)),
            models.Index(fields=("extension", "-started_at"), name="legs_of_extension"),
            # Asked for every call that comes in, and every few seconds; hardly ever is there one.
            models.Index(
                fields=("outside_number",),
                name="open_outside_legs",
                condition=~models.Q(state=CallState.ENDED.value) & ~models.Q(outside_number=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.state} {self.extension_id}"

    @property
    def mobile_of(self) -> Extension | None:
        """The one of us who is called at their mobile with this leg; None: any other leg."""
        payer = self.charged_to
        return payer if payer is not None and self.outside_number == payer.mobile_number != "" else None

    @property
    def party(self) -> str:
        """Where messages for this leg go: the extension's number, or a visitor's own address."""
        return self.extension.number if self.extension is not None else visitor_party(self.window)


class CallQuality(models.Model):
    """How the sound of a call arrived at one leg: `presence.domain.call_quality.Summary`, as its window measured it."""

    leg = models.OneToOneField(CallLeg, on_delete=models.CASCADE, related_name="quality")
    samples = models.PositiveIntegerField(default=0)
    loss_percent = models.FloatField(default=0.0)
    worst_loss_percent = models.FloatField(default=0.0)
    jitter_ms = models.FloatField(default=0.0)
    worst_jitter_ms = models.FloatField(default=0.0)
    round_trips = models.PositiveIntegerField(default=0)
    round_trip_ms = models.FloatField(default=0.0)
    worst_round_trip_ms = models.FloatField(default=0.0)
    rating = models.FloatField(default=0.0)
    worst_rating = models.FloatField(default=0.0)
    course = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "call qualities"

    def __str__(self) -> str:
        return f"{self.rating:.0f} over {self.samples} samples"


class CallStep(models.Model):
    """One decision of the router: the call's trail."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=120, blank=True)
    decision = models.CharField(max_length=20)
    destination_kind = models.CharField(max_length=24, choices=codes(DestinationKind), blank=True)
    destination_value = models.CharField(max_length=20, blank=True)
    destination_name = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=30, choices=codes(Reason))
    ring_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("call", "position"), name="one_step_per_position"),)
        # The call log asks whose rules were asked.
        indexes = (models.Index(fields=("number",), name="steps_of_number"),)

    def __str__(self) -> str:
        return f"{self.position} {self.number} {self.decision} {self.reason}"
