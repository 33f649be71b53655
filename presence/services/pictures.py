"""A person gives their picture, or takes it away; the files lie under names nobody can guess, and no address is theirs.

No change record is kept: it would keep what was taken away, and nobody but its owner can change a picture.
"""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from presence.domain.picture_crop import Crop
from presence.models import User
from presence.services.picture_file import SIZES, picture_files

_FOLDER = "pictures"
_VERSION_LENGTH = 12


def save_picture(*, user: User, sent: bytes, crop: Crop) -> None:
    """Raises PictureRefusedError, and then the picture before it stays."""
    files = picture_files(sent, crop)
    name = secrets.token_hex(16)
    try:
        for size, content in files.items():
            default_storage.save(_path(name, size), ContentFile(content))
        _exchange(user, name)
    except BaseException:
        _delete_files(name)
        raise


def remove_picture(*, user: User) -> None:
    _exchange(user, "")


def picture_bytes(user: User, size: int) -> bytes | None:
    """None where there is no such file."""
    if not user.picture or size not in SIZES:
        return None
    try:
        with default_storage.open(_path(user.picture, size)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content


def picture_version(user: User) -> str:
    """Another for each picture, so that browsers may keep what they have; it does not give the files' name away."""
    return user.picture[:_VERSION_LENGTH]


@transaction.atomic
def _exchange(user: User, name: str) -> None:
    locked = User.objects.select_for_update().get(pk=user.pk)
    before, locked.picture = locked.picture, name
    locked.save(update_fields=["picture"])
    user.picture = name
    if before:
        transaction.on_commit(lambda: _delete_files(before))


def _delete_files(name: str) -> None:
    for size in SIZES:
        default_storage.delete(_path(name, size))


def _path(name: str, size: int) -> str:
    return f"{_FOLDER}/{name}-{size}.webp"
