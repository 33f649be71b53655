"""A person chooses how their pages look, what they sound like and what their desk phone does, wherever they log in."""

from presence.models import User


def set_theme(*, user: User, theme: str) -> None:
    """Empty: as the system has it."""
    user.theme = theme
    user.save(update_fields=["theme"])


def set_sounds(*, user: User, ringing_sound: bool, ringing_volume: int, other_sounds: bool) -> None:
    user.ringing_sound, user.ringing_volume, user.other_sounds = ringing_sound, ringing_volume, other_sounds
    user.save(update_fields=["ringing_sound", "ringing_volume", "other_sounds"])


def set_desk_phone_answers(*, user: User, answers: bool) -> None:
    """Whether the desk phone takes a call that was begun by a click, instead of ringing first."""
    user.desk_phone_answers = answers
    user.save(update_fields=["desk_phone_answers"])
