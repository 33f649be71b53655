"""A new login is taken over by its holder: a link that works once, by which they choose their password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from presence.models import User
from presence.models.sole import sole


def invitation_path(user: User) -> str:
    """Without the host: it works until a password is chosen, at most `PASSWORD_RESET_TIMEOUT` long."""
    uidb64 = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("invitation", kwargs={"uidb64": uidb64, "token": default_token_generator.make_token(user)})


def send_invitation(user: User, link: str) -> bool:
    """Whether it went out: an installation may have no mail server, and the operator passes the link on then."""
    if not user.email or not settings.EMAIL_HOST:
        return False
    context: dict[str, Any] = {"user": user, "link": link}
    text = render_to_string("operator/invitation.txt", context)
    return bool(send_mail(_("Your phone at work: choose a password"), text, None, [user.email], fail_silently=True))


def invited_user(uidb64: str, token: str) -> User | None:
    """Whose invitation this is; None once it was used, is too old or was never given."""
    try:
        pk = int(urlsafe_base64_decode(uidb64).decode())
    except (ValueError, UnicodeDecodeError):
        return None
    user = sole(User.objects.filter(pk=pk, is_active=True)) if 0 < pk < 2**63 else None
    return user if user is not None and default_token_generator.check_token(user, token) else None
