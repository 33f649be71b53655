"""A superuser changes the company's policy for calls to the outside."""

from collections.abc import Sequence

from django.db import transaction

from presence.models import Company


class PolicyChangedError(Exception):
    """Somebody else saved the policy since the editor read it."""


@transaction.atomic
def save_policy(*, external_forwarding: bool, countries: Sequence[str], expected: str) -> None:
    """`expected` is `str()` of the policy that the editor saw; PolicyChangedError when it is no longer that."""
    row = Company.objects.select_for_update().first() or Company()
    if str(row) != expected:
        raise PolicyChangedError
    row.external_forwarding, row.countries = external_forwarding, list(countries)
    row.save()
