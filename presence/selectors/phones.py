"""Which phones of an extension can ring now, as an operator sees them."""

from dataclasses import dataclass
from datetime import datetime

from presence.models import DESK_PHONE, Extension, Registration


@dataclass(frozen=True, slots=True)
class RegisteredPhone:
    endpoint: str  # a desk phone's name on Asterisk; empty: a browser's window
    since: datetime


def registered_phones(extension: Extension) -> list[RegisteredPhone]:
    """Desk phones first, then windows, the oldest of each first."""
    rows = Registration.objects.filter(extension=extension).order_by("connected_at")
    phones = [
        RegisteredPhone(window.removeprefix(DESK_PHONE) if window.startswith(DESK_PHONE) else "", since)
        for window, since in rows.values_list("window", "connected_at")
    ]
    return sorted(phones, key=lambda phone: not phone.endpoint)
