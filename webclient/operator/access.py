"""Who may open the operator panel: staff with the permission of the page. To anybody else it does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from presence.models import User

VIEW_EXTENSIONS = "presence.view_extension"
CHANGE_EXTENSIONS = "presence.change_extension"

P = ParamSpec("P")


class OperatorRequest(HttpRequest):
    """A request of an operator, who need not hold an extension."""

    user: User


View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def operator_required(
    *permissions: str,
) -> Callable[[Callable[Concatenate[OperatorRequest, P], HttpResponse]], View[P]]:
    """Login first; 404 for everybody who is not staff, 403 for staff who lack one of `permissions`."""

    def decorate(view: Callable[Concatenate[OperatorRequest, P], HttpResponse]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not getattr(request.user, "is_staff", False):
                raise Http404
            if not cast(User, request.user).has_perms(permissions):
                raise PermissionDenied
            return view(cast(OperatorRequest, request), *args, **kwargs)

        return cast("View[P]", login_required(wrapped))

    return decorate
