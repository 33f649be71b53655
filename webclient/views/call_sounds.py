"""/calls/<id>/menu/: what a digital receptionist says to the caller it asks, and to nobody else."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from presence.domain.vocabulary import CallState
from presence.models import CallLeg, ReceptionistTurn
from presence.services.system_greetings import WhichGreeting, own_greeting
from webclient.access import AuthenticatedRequest, extension_required
from webclient.call_sounds import menu_sound
from webclient.sound_response import sound_response


@require_safe
@extension_required
def call_menu_sound(request: AuthenticatedRequest, call_id: UUID) -> HttpResponse:
    is_caller = {"role": CallLeg.Role.CALLER, "extension": request.extension, "state": CallState.RINGING}
    turn = get_object_or_404(
        ReceptionistTurn.objects.select_related("receptionist"),
        call_id=call_id,
        call__legs__in=CallLeg.objects.filter(**is_caller),
    )
    return sound_of_turn(request, turn)


def sound_of_turn(request: HttpRequest, turn: ReceptionistTurn) -> HttpResponse:
    """Its own greeting; the shipped one in the language of the request where it has none."""
    own = own_greeting(turn.receptionist, WhichGreeting.OPEN if turn.is_open else WhichGreeting.CLOSED)
    if own is None:
        return redirect(menu_sound(get_language() or "en", is_open=turn.is_open))
    sound, _ = own
    with sound.open("rb") as file:
        return sound_response(request, file.read(), filename="greeting.webm")
