"""/invitation/…: the holder of a new login chooses a password and is in."""

from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webclient.first_steps import PEOPLE, first_page
from webclient.invitations import invited_user


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    user = invited_user(uidb64, token)
    if user is None:
        return render(request, "account/invitation_gone.html", status=404)
    form = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect(first_page(user, PEOPLE))
    context = {"form": form, "invited": user}
    return render(request, "account/invitation.html", context, status=422 if form.is_bound else 200)
