"""One switch per queue in the status menu: a member logs in and out."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from presence.services.queue_members import NotAMemberError, set_logged_in
from webclient.access import AuthenticatedRequest, extension_required
from webclient.views.status_menu import page_before

_SWITCH = {"1": True, "0": False}


@require_POST
@extension_required
def queue_login(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """`is_logged_in` 1 or 0."""
    is_logged_in = _SWITCH.get(request.POST.get("is_logged_in", ""))
    if is_logged_in is None:
        return render(request, "status/_queues.html", status=422)
    try:
        set_logged_in(extension=request.extension, queue_number=number, is_logged_in=is_logged_in)
    except NotAMemberError as error:
        raise Http404 from error
    if request.headers.get("HX-Request"):
        return render(request, "status/_queues.html")
    return redirect(page_before(request))
