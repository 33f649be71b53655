"""How the whole company stands just now, in figures, for whoever watches it: one query each."""

from django.db.models import Count, Q

from presence.domain.vocabulary import CallBackendKind, CallState
from presence.models import DESK_PHONE, Call, Registration, Voicemail


def registered_people() -> int:
    """Extensions that can be rung."""
    return Registration.objects.values("extension").distinct().count()


def registered_devices() -> dict[str, int]:
    """What they can be rung at, by kind: browser windows and desk phones."""
    is_desk_phone = Q(window__startswith=DESK_PHONE)
    return Registration.objects.aggregate(
        browser=Count("pk", filter=~is_desk_phone), desk_phone=Count("pk", filter=is_desk_phone)
    )


def open_calls() -> dict[tuple[CallState, CallBackendKind], int]:
    """By state and backend, those that there are none of among them."""
    states = (CallState.RINGING, CallState.TALKING)  # a leg is held, not a call
    # By the states that are wanted, not by the one that is not: so the index serves, however long the call log.
    counted = Call.objects.filter(state__in=states).order_by().values_list("state", "backend_kind")
    found = {(state, backend): count for state, backend, count in counted.annotate(Count("pk"))}
    return {(state, backend): found.get((state, backend), 0) for state in states for backend in CallBackendKind}


def emails_due() -> int:
    """E-mails about voicemail that are still to be sent, those that wait for another try among them."""
    due = Voicemail.objects.filter(email_due=True, deleted_at=None)
    return due.exclude(state=Voicemail.State.RECORDING).count()
