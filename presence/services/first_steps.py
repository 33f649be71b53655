"""A new user is led once through what a browser needs to be a phone: finished or skipped, it is over for good."""

from django.utils import timezone

from presence.models import User


def end_first_steps(*, user: User) -> None:
    """Again changes nothing: whoever opens the steps once more has been led before."""
    User.objects.filter(pk=user.pk, first_steps_at=None).update(first_steps_at=timezone.now())
