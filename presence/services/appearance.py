"""A person chooses how their pages look and what they sound like, in every browser they log in to."""

from presence.models import User


def set_theme(*, user: User, theme: str) -> None:
    """Empty: as the system has it."""
    user.theme = theme
    user.save(update_fields=["theme"])


def set_sounds(*, user: User, ringing_sound: bool, ringing_volume: int, other_sounds: bool) -> None:
    user.ringing_sound, user.ringing_volume, user.other_sounds = ringing_sound, ringing_volume, other_sounds
    user.save(update_fields=["ringing_sound", "ringing_volume", "other_sounds"])
