"""The call of an echo test: dialled like any other, and answered at once by the server (`presence.calls.echo`)."""

from django.db import transaction
from django.utils import timezone

from presence.domain.dial_codes import ECHO_NUMBER
from presence.domain.vocabulary import CallBackendKind, CallState
from presence.models import Call, CallLeg, Extension
from presence.services.call_rows import announce
from presence.services.calls import begin_call


@transaction.atomic
def start_echo_test(*, extension: Extension, window: str, echo_window: str, epoch: str) -> Call:
    """`extension` talks from `window` to the server's own `echo_window`. Raises CallRefusedError."""
    call = begin_call(extension=extension, window=window, number=ECHO_NUMBER, epoch=epoch)
    answered = {"state": CallState.TALKING, "answered_at": timezone.now()}
    call.legs.update(**answered)
    CallLeg.objects.create(call=call, extension=None, role=CallLeg.Role.CALLEE, window=echo_window, **answered)
    # Its other side is this server, whatever carries the calls of others.
    announce(call, extension, backend_kind=CallBackendKind.BROWSER, **answered)
    return call
