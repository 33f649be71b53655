"""One extension, by its number or key, as every call looks for it. Whether it is enabled is for the caller to ask."""

from presence.models import Extension
from presence.selectors.prepared import Prepared

_BY_NUMBER = Prepared(lambda number: Extension.objects.order_by().filter(number=number), str)
_LOCKED = Prepared(lambda number: Extension.objects.select_for_update().order_by().filter(number=number), str)
_BY_KEY = Prepared(lambda key: Extension.objects.order_by().filter(pk=key), int)


def extension_of(number: str) -> Extension | None:
    return _BY_NUMBER.first(number)


def locked_extension_of(number: str) -> Extension | None:
    """Nobody else writes it until the transaction ends."""
    return _LOCKED.first(number)


def extension_by_key(key: int) -> Extension | None:
    return _BY_KEY.first(key)
