"""What this installation's Asterisk can do just now; nothing is read where none is configured."""

from django.conf import settings

from presence.domain.vocabulary import CallBackendKind
from presence.models import DESK_PHONE, AsteriskLink, Extension, Registration
from presence.models.sole import sole


def is_configured() -> bool:
    return bool(settings.ASTERISK_URL)


def link() -> AsteriskLink | None:
    """The link as its owner last described it."""
    return sole(AsteriskLink.objects.all()) if is_configured() else None


def call_backend_kind() -> CallBackendKind:
    """Where a call that begins now has its sound. While Asterisk is away, browsers still reach browsers."""
    found = link()
    return CallBackendKind.ASTERISK if found is not None and found.is_ready else CallBackendKind.BROWSER


def has_trunk() -> bool:
    """Whether numbers outside can be dialled now."""
    found = link()
    return found is not None and found.is_ready and found.has_trunk


def asterisk_trouble() -> str:
    """Why a configured Asterisk is not linked; empty when it is, or when there is none."""
    if not is_configured():
        return ""
    found = link()
    if found is None or not found.owner:
        return "nobody holds the link yet"
    return "" if found.is_ready else found.trouble or "connecting"


def desk_phones(extension: Extension) -> list[str]:
    """The endpoints of its desk phones that are registered and reachable now; none while the link is away."""
    if call_backend_kind() is not CallBackendKind.ASTERISK:
        return []
    phones = Registration.objects.filter(extension=extension, window__startswith=DESK_PHONE).order_by("window")
    return [window.removeprefix(DESK_PHONE) for window in phones.values_list("window", flat=True)]
