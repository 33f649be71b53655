"""/visit/sound/<token>/...: what a visitor hears before anybody speaks, as long as their call stands there."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from presence.domain.vocabulary import CallState
from presence.models import CallLeg, ReceptionistTurn, Voicemail
from presence.models.sole import sole
from webclient.views.call_sounds import legs_of_caller, nothing_more, sound_of_turn
from webclient.views.voicemail import sound_of_greeting
from webclient.visit_token import VisitToken, read_token


@require_safe
def visit_greeting(request: HttpRequest, token: str) -> HttpResponse:
    """Of the voicemail that listens."""
    visit = _opened(token)
    recordings = Voicemail.objects.select_related("box").filter(state=Voicemail.State.RECORDING)
    recording = sole(recordings.filter(call__legs__in=_legs(visit).filter(state=CallState.TALKING)))
    if recording is None:
        return nothing_more()
    with translation.override(visit.language):
        return sound_of_greeting(request, recording.box)


@require_safe
def visit_menu_sound(request: HttpRequest, token: str) -> HttpResponse:
    """Of the digital receptionist that asks."""
    visit = _opened(token)
    turns = ReceptionistTurn.objects.select_related("receptionist")
    turn = sole(turns.filter(call__legs__in=_legs(visit).filter(state=CallState.RINGING)))
    if turn is None:
        return nothing_more()
    with translation.override(visit.language):
        return sound_of_turn(request, turn)


def _opened(token: str) -> VisitToken:
    """A call outlives the hour in which it had to begin; without its leg there is nothing to hear anyway."""
    visit = read_token(token, is_talking=True)
    if visit is None:
        raise Http404
    return visit


def _legs(visit: VisitToken) -> QuerySet[CallLeg]:
    return legs_of_caller(extension=None, window=visit.window)
