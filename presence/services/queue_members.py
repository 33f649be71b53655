"""A member of a queue logs in to it or out of it, by their own switch."""

from django.db import transaction

from presence.domain.vocabulary import SystemExtensionKind
from presence.models import Extension, Membership
from presence.services.queue_news import publish_member


class NotAMemberError(Exception):
    """There is no such queue, or this extension is not in it."""


@transaction.atomic
def set_logged_in(*, extension: Extension, queue_number: str, is_logged_in: bool) -> None:
    """Take calls of this queue from now on, or none; a repetition changes nothing. Raises NotAMemberError.

    A call of it that rings already goes on ringing.
    """
    memberships = Membership.objects.select_for_update(of=("self",)).filter(
        extension=extension,
        system_extension__number=queue_number,
        system_extension__kind=SystemExtensionKind.QUEUE,
    )
    membership = memberships.first()
    if membership is None:
        raise NotAMemberError
    if membership.is_logged_in is is_logged_in:
        return
    membership.is_logged_in = is_logged_in
    membership.save(update_fields=["is_logged_in"])
    publish_member(extension)
