"""Who may open a page: a login, and the extension it holds."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from structlog.contextvars import bind_contextvars

from presence.models import Extension, User
from presence.models.sole import sole

DEMO_PASSWORD = "lampfield"  # noqa: S105 - the demo company's, published in the README
_DEMO_CHECK_SECONDS = 60

P = ParamSpec("P")


class AuthenticatedRequest(HttpRequest):
    """A request whose user is logged in and holds an extension."""

    user: User
    extension: Extension


def extension_required(
    view: Callable[Concatenate[AuthenticatedRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Login first; a login without an extension is told so (403)."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        authenticated = cast(AuthenticatedRequest, request)
        extension = extension_of(request.user.pk)
        if extension is None:
            return render(request, "no_extension.html", status=403)
        authenticated.extension = extension
        bind_contextvars(extension=extension.number)
        return view(authenticated, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", login_required(wrapped))


def extension_of(user_id: int | None) -> Extension | None:
    """The enabled extension that this login holds."""
    held = Extension.objects.select_related("user", "department", "status_set_by__extension")
    return sole(held.filter(user=user_id, is_enabled=True))


def demo_password_in_use() -> bool:
    """Whether some login still has the demo company's published password; checked at most once a minute."""
    answer = cache.get("demo-password-in-use")
    if answer is None:
        # Hashing is slow on purpose: one operator stands for all.
        user = sole(User.objects.filter(username="olga", is_active=True))
        answer = user is not None and user.check_password(DEMO_PASSWORD)
        cache.set("demo-password-in-use", answer, _DEMO_CHECK_SECONDS)
    return bool(answer)


def demo_logins_shown() -> bool:
    """The login page of a demo names its logins; `serve --demo` says so."""
    return bool(getattr(settings, "DEMO", False)) and demo_password_in_use()
