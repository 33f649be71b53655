"""The owner's voicemail: listen, mark, delete and restore; own greeting; and what a caller hears before the tone."""

from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from presence.domain.vocabulary import CallState
from presence.models import Extension, Greeting, Voicemail
from presence.models.sole import sole
from presence.services import voicemail
from webclient.access import AuthenticatedRequest, extension_required
from webclient.call_sounds import spoken
from webclient.sound_response import sound_response
from webclient.views.call_sounds import legs_of_caller, nothing_more
from webclient.views.status_menu import page_before

# A deleted message stays in its place for a while, with an Undo.
_UNDO_SHOWN = timedelta(minutes=10)
GREETING_ERRORS = {
    "missing": _("Record a greeting or choose a file first."),
    "too_large": _("This file is larger than 2 MB."),
    "too_long": _("A greeting may last 60 seconds at most."),
    "unreadable": _("There is no sound in this file that could be played. Try another file, or record here."),
}


@require_safe
@extension_required
def voicemail_list(request: AuthenticatedRequest) -> HttpResponse:
    return _page(request)


@require_safe
@extension_required
def voicemail_sound(request: AuthenticatedRequest, message_id: UUID) -> HttpResponse:
    message = _own_message(request.extension, message_id)
    return sound_response(
        request, _bytes_of(message.sound), filename=f"voicemail-{message.started_at:%Y-%m-%d-%H%M}.webm"
    )


@require_POST
@extension_required
def mark_voicemail(request: AuthenticatedRequest, message_id: UUID) -> HttpResponse:
    message = _own_message(request.extension, message_id)
    voicemail.mark_heard(message=message, heard=request.POST.get("heard") != "false")
    return _message(request, message, takes_focus=False)


@require_POST
@extension_required
def delete_voicemail(request: AuthenticatedRequest, message_id: UUID) -> HttpResponse:
    message = _own_message(request.extension, message_id)
    voicemail.delete_message(message=message)
    return _message(request, message)


@require_POST
@extension_required
def restore_voicemail(request: AuthenticatedRequest, message_id: UUID) -> HttpResponse:
    message = _own_message(request.extension, message_id)
    voicemail.restore_message(message=message)
    return _message(request, message)


@require_POST
@extension_required
def save_greeting(request: AuthenticatedRequest) -> HttpResponse:
    upload = request.FILES.get("sound")
    code = _save(request.extension, upload) if upload is not None else "missing"
    return _greeting(request, error_code=code)


@require_POST
@extension_required
def delete_greeting(request: AuthenticatedRequest) -> HttpResponse:
    voicemail.delete_greeting(extension=request.extension)
    return _greeting(request, error_code="")


@require_safe
@extension_required
def greeting_sound(request: AuthenticatedRequest) -> HttpResponse:
    return sound_of_greeting(request, request.extension)


@require_safe
@extension_required
def call_greeting(request: AuthenticatedRequest, call_id: UUID) -> HttpResponse:
    """What the caller of this call hears, and nobody else, as long as the voicemail listens."""
    legs = legs_of_caller(call_id=call_id, extension=request.extension)
    recordings = Voicemail.objects.select_related("box").filter(call_id=call_id, state=Voicemail.State.RECORDING)
    recording = sole(recordings.filter(call__legs__in=legs.filter(state=CallState.TALKING)))
    return sound_of_greeting(request, recording.box) if recording else nothing_more()


def _page(request: AuthenticatedRequest, *, greeting_error: object = "", status: int = 200) -> HttpResponse:
    is_shown = Q(deleted_at=None) | Q(deleted_at__gt=timezone.now() - _UNDO_SHOWN)
    messages = _own_messages(request.extension).filter(is_shown)
    context = {
        # "new" sorts after "heard": what is still to be heard comes first, the latest of it on top.
        "messages_in_box": messages.order_by("-state", "-started_at"),
        "greeting_error": greeting_error,
        "rail_item": "voicemail",
    }
    return render(request, "voicemail/list.html", context, status=status)


def _message(request: AuthenticatedRequest, message: Voicemail, *, takes_focus: bool = True) -> HttpResponse:
    """The message as it is now. `takes_focus`: the button that was pressed is gone, its successor has the keyboard."""
    if "HX-Request" in request.headers:
        return render(request, "voicemail/_message.html", {"message": message, "takes_focus": takes_focus})
    return redirect(page_before(request, "voicemail"))


def _greeting(request: AuthenticatedRequest, *, error_code: str) -> HttpResponse:
    error = GREETING_ERRORS.get(error_code, "")
    status = 422 if error else 200
    if "HX-Request" in request.headers:
        context = {"greeting_error": error, "greeting_saved": not error}
        return render(request, "voicemail/_greeting.html", context, status=status)
    return _page(request, greeting_error=error, status=status) if error else redirect("voicemail")


def _save(extension: Extension, upload: "UploadedFile[bytes]") -> str:
    """Why the greeting was refused; empty when it is kept."""
    if (upload.size or 0) > voicemail.GREETING_BYTES_MAX:
        return "too_large"
    try:
        voicemail.save_greeting(extension=extension, sound=upload.read())
    except voicemail.GreetingRefusedError as error:
        return error.code
    return ""


def sound_of_greeting(request: HttpRequest, box: Extension) -> HttpResponse:
    own = sole(Greeting.objects.filter(extension=box))
    if own is not None:
        return sound_response(request, _bytes_of(own.sound), filename="greeting.webm")
    return redirect(spoken("greeting", get_language() or "en"))


def _bytes_of(sound: FieldFile) -> bytes:
    with sound.open("rb") as file:
        content: bytes = file.read()
    return content


def _own_messages(extension: Extension) -> QuerySet[Voicemail]:
    return Voicemail.objects.filter(box=extension).exclude(state=Voicemail.State.RECORDING).select_related("box")


def _own_message(extension: Extension, message_id: UUID) -> Voicemail:
    """Another's message is as unknown as none."""
    message = sole(_own_messages(extension).filter(pk=message_id))
    if message is None:
        raise Http404
    return message
