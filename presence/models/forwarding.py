"""An extension's own rules, kept only where they differ from what it was given (`default_profile`)."""

from django.db import models
from django.db.models import Q

from presence.domain.forwarding import RING_SECONDS_MAX, RING_SECONDS_MIN
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status, Surface
from presence.models.choices import codes
from presence.models.extension import Extension


def _ring_seconds_in_bounds(field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (RING_SECONDS_MIN, RING_SECONDS_MAX)})


class StatusProfileRow(models.Model):
    """What an extension changed about one status; null means as given. `version` guards against two editors."""

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="profiles")
    status = models.CharField(max_length=20, choices=codes(Status))
    rule_kind = models.CharField(max_length=20, choices=codes(RuleKind), blank=True)
    internal_ring_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    external_ring_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    takes_second_call = models.BooleanField(null=True, blank=True)
    stays_in_queues = models.BooleanField(null=True, blank=True)
    rings_mobile_too = models.BooleanField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("extension", "status"), name="one_profile_per_status"),
            models.CheckConstraint(
                condition=_ring_seconds_in_bounds("internal_ring_seconds"), name="internal_ring_seconds_in_bounds"
            ),
            models.CheckConstraint(
                condition=_ring_seconds_in_bounds("external_ring_seconds"), name="external_ring_seconds_in_bounds"
            ),
        )

    def __str__(self) -> str:
        return f"{self.extension_id} {self.status}"


class ForwardingRule(models.Model):
    """(extension, status, condition, origin) -> destination."""

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="forwarding_rules")
    status = models.CharField(max_length=20, choices=codes(Status))
    condition = models.CharField(max_length=20, choices=codes(Condition))
    origin = models.CharField(max_length=10, choices=codes(Origin))
    destination_kind = models.CharField(max_length=24, choices=codes(DestinationKind))
    destination_value = models.CharField(max_length=20, blank=True)
    set_on = models.CharField(max_length=20, choices=codes(Surface))

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("extension", "status", "condition", "origin"), name="one_rule_per_condition_and_origin"
            ),
        )

    def __str__(self) -> str:
        return f"{self.extension_id} {self.status} {self.condition} {self.origin}: {self.destination_kind}"
