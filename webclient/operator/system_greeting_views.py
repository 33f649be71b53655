"""The greetings of a digital receptionist: heard, uploaded or recorded, and deleted, without script too."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from presence.domain.vocabulary import SystemExtensionKind
from presence.models import SystemExtension
from presence.services.system_greetings import WhichGreeting, delete_greeting, own_greeting, save_greeting
from presence.services.voicemail import GREETING_BYTES_MAX, GreetingRefusedError
from webclient.call_sounds import menu_sound
from webclient.operator.access import OperatorRequest, operator_required
from webclient.operator.system_views import CHANGE
from webclient.sound_response import sound_response
from webclient.views.voicemail import GREETING_ERRORS


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required(CHANGE)
def system_greeting(request: OperatorRequest, number: str, which: str) -> HttpResponse:
    system = get_object_or_404(SystemExtension, number=number, kind=SystemExtensionKind.DIGITAL_RECEPTIONIST)
    if which not in list(WhichGreeting):
        raise Http404
    wanted = WhichGreeting(which)
    if request.method != "POST":
        return _sound(request, system, wanted)
    if "delete" in request.POST:
        delete_greeting(system=system, which=wanted, by=request.user)
    elif error := _save(request, system, wanted):
        context = {"system": system, "which": which, "error": error, "own": own_greeting(system, wanted)}
        return render(request, "operator/system_greeting.html", context | {"operator_item": "system"}, status=422)
    messages.success(request, _("Saved."))
    return redirect("operator-system", number=number)


def _save(request: OperatorRequest, system: SystemExtension, which: WhichGreeting) -> str:
    """Why the sound was refused; empty when it is kept."""
    upload = request.FILES.get("sound")
    if not isinstance(upload, UploadedFile):
        return str(GREETING_ERRORS["missing"])
    if (upload.size or 0) > GREETING_BYTES_MAX:
        return str(GREETING_ERRORS["too_large"])
    try:
        save_greeting(system=system, which=which, sound=upload.read(), by=request.user)
    except GreetingRefusedError as error:
        return str(GREETING_ERRORS[error.code])
    return ""


def _sound(request: OperatorRequest, system: SystemExtension, which: WhichGreeting) -> HttpResponse:
    if own := own_greeting(system, which):
        with own[0].open("rb") as file:
            return sound_response(request, file.read(), filename="greeting.webm")
    return redirect(menu_sound(get_language() or "en", is_open=which is WhichGreeting.OPEN))
