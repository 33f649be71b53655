"""What a visitor's page holds to open its socket and to hear its sounds: one visit, signed, good for an hour."""

from dataclasses import asdict, dataclass

from django.core import signing

_SALT = "lampfield.visit"
FRESH_SECONDS = 3600
# Who talks for longer may still come back to the call.
_TALK_SECONDS_MAX = 24 * 3600


@dataclass(frozen=True, slots=True)
class VisitToken:
    """`name`: whom the visitor asked for by a link, which hides the number; else empty."""

    window: str  # the visitor's only window is the visit: its id
    name: str
    language: str

    @property
    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT)


def read_token(text: str, *, is_talking: bool = False) -> VisitToken | None:
    """None for one that is not ours, or too old."""
    try:
        fields = signing.loads(text, salt=_SALT, max_age=_TALK_SECONDS_MAX if is_talking else FRESH_SECONDS)
    except signing.BadSignature:
        return None
    return VisitToken(**fields)
