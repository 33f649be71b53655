"""/welcome/: three steps that make a phone of this browser. Its end, finished or skipped, is kept with the user."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from presence.services.first_steps import end_first_steps
from webclient.access import AuthenticatedRequest, extension_required
from webclient.first_steps import page_after


@require_http_methods(["GET", "HEAD", "POST"])
@extension_required
def welcome(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "POST":
        end_first_steps(user=request.user)
        return redirect(page_after(request.POST.get("then", "")))
    context = {"then": page_after(request.GET.get("then", "")), "rail_item": "settings"}
    return render(request, "welcome/welcome.html", context)
