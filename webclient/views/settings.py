"""Settings: the door to each status's rules, voicemail by e-mail and its greeting, and the language."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from presence.domain.extension_settings import Field
from presence.domain.vocabulary import Surface
from presence.services.extension_settings import write_settings
from webclient.access import AuthenticatedRequest, extension_required
from webclient.forms.voicemail_email import VoicemailEmailForm


@require_safe
@extension_required
def settings_page(request: AuthenticatedRequest) -> HttpResponse:
    return _page(request, VoicemailEmailForm(initial={Field.VOICEMAIL_EMAIL: request.extension.voicemail_email}))


@require_POST
@extension_required
def choose_voicemail_email(request: AuthenticatedRequest) -> HttpResponse:
    """What the holder is sent by e-mail when a message is left."""
    form = VoicemailEmailForm(request.POST)
    if not form.is_valid():
        return _page(request, form, http_status=422)
    changes = {request.extension.pk: form.cleaned_data}
    write_settings(changes, by=request.user, surface=Surface.WEB_CLIENT)
    messages.success(request, _("Saved."))
    return redirect("settings")


def _page(request: AuthenticatedRequest, form: VoicemailEmailForm, *, http_status: int = 200) -> HttpResponse:
    context = {"email_form": form.for_holder(request.extension), "rail_item": "settings"}
    return render(request, "settings/settings.html", context, status=http_status)
