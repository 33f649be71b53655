"""/calls/<id>/menu/: what a digital receptionist says to the caller it asks, and to nobody else."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from presence.domain.vocabulary import CallState
from presence.models import CallLeg, ReceptionistTurn
from presence.models.sole import sole
from presence.services.system_greetings import WhichGreeting, own_greeting
from webclient.access import AuthenticatedRequest, extension_required
from webclient.call_sounds import menu_sound
from webclient.sound_response import sound_response


@require_safe
@extension_required
def call_menu_sound(request: AuthenticatedRequest, call_id: UUID) -> HttpResponse:
    legs = legs_of_caller(call_id=call_id, extension=request.extension)
    turns = ReceptionistTurn.objects.select_related("receptionist")
    turn = sole(turns.filter(call_id=call_id, call__legs__in=legs.filter(state=CallState.RINGING)))
    return sound_of_turn(request, turn) if turn else nothing_more()


def legs_of_caller(**whose: Any) -> QuerySet[CallLeg]:
    """404 where there are none: nobody hears what is said in the call of another."""
    legs = CallLeg.objects.filter(role=CallLeg.Role.CALLER, **whose)
    if not legs.exists():
        raise Http404
    return legs


def nothing_more() -> HttpResponse:
    """The call went on while its page was asking, which is no error."""
    return HttpResponse(status=204)


def sound_of_turn(request: HttpRequest, turn: ReceptionistTurn) -> HttpResponse:
    """Its own greeting; the shipped one in the language of the request where it has none."""
    own = own_greeting(turn.receptionist, WhichGreeting.OPEN if turn.is_open else WhichGreeting.CLOSED)
    if own is None:
        return redirect(menu_sound(get_language() or "en", is_open=turn.is_open))
    sound, _ = own
    with sound.open("rb") as file:
        return sound_response(request, file.read(), filename="greeting.webm")
