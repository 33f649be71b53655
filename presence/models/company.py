"""What holds for the whole company: its switch and policy for calls to the outside, and the templates of rules."""

from django.conf import settings
from django.db import models

from presence.domain.vocabulary import PickUpScope
from presence.models.choices import codes
from presence.models.extension import Department


def home_country() -> list[str]:
    return [settings.PHONE_REGION]


def home_time_zone() -> str:
    return settings.TIME_ZONE


def home_region() -> str:
    return settings.PHONE_REGION


class Company(models.Model):
    """One row. Its policy is edited by superusers only: a wrong one can cost money."""

    external_forwarding = models.BooleanField(default=True)
    countries = models.JSONField(default=home_country)  # ISO 3166 codes whose ordinary numbers may be dialled
    # What one extension may use of the line to the outside, by its rules and its dialling together.
    outside_calls_max = models.PositiveSmallIntegerField(default=2)  # at the same time
    outside_minutes_per_day = models.PositiveSmallIntegerField(default=120)
    main_number = models.CharField(max_length=20, blank=True)  # E.164, presented to whom we call outside
    presents_callers = models.BooleanField(default=False)  # a forwarded call presents its caller's own number instead

    takes_visits = models.BooleanField(default=True)  # the switch of the public call page
    embed_origins = models.JSONField(default=list, blank=True)  # sites that may show the call button
    pick_up = models.CharField(max_length=12, choices=codes(PickUpScope), default=PickUpScope.DEPARTMENT)
    time_zone = models.CharField(max_length=64, default=home_time_zone)  # of opening hours
    holidays_of = models.CharField(max_length=2, default=home_region, blank=True)  # ISO 3166; empty: none kept

    class Meta:
        verbose_name_plural = "company"

    def __str__(self) -> str:
        return f"outside: {', '.join(self.countries) if self.external_forwarding else 'off'}"


class TemplateSetting(models.Model):
    """One rule or ring time that a department, or (without one) the company gives to its extensions."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="template_settings"
    )
    key = models.CharField(max_length=60)  # presence.domain.extension_settings
    value = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("department", "key"), name="one_value_per_department_and_key"),
            models.UniqueConstraint(
                fields=("key",), condition=models.Q(department=None), name="one_value_per_key_of_the_company"
            ),
        )

    def __str__(self) -> str:
        return f"{self.department_id or 'company'} {self.key} = {self.value}"
