"""A person's own link to the public call page: it names the person and hides the number. A new one kills the old."""

import secrets

from django.db import transaction

from presence.models import Extension
from presence.models.sole import sole
from presence.selectors.settings import company

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
_LENGTH = 12


@transaction.atomic
def renew_visit_link(*, extension: Extension) -> str:
    locked = Extension.objects.select_for_update().get(pk=extension.pk)
    locked.visit_code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    locked.save(update_fields=["visit_code"])
    return locked.visit_code


@transaction.atomic
def remove_visit_link(*, extension: Extension) -> None:
    Extension.objects.filter(pk=extension.pk).update(visit_code=None)


def extension_by_link(code: str) -> Extension | None:
    """Whose link this is; None for one that is dead, wherever that was decided."""
    if not company().takes_visits:
        return None
    return sole(Extension.objects.filter(visit_code=code, is_enabled=True, takes_visits=True))
