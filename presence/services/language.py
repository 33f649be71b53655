"""A person chooses the language of everything they read here."""

from presence.models import User


def set_language(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])
