"""Writes of calls that only a phone on Asterisk makes: dialling, coming in from the trunk, a leg that gets its channel.

Everything else a desk phone does is what a browser's window does (`services.calls`, `services.call_control`).
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from presence.domain.vocabulary import CallBackendKind, CallState, Origin, Reason
from presence.models import DESK_PHONE, OUTSIDE, Call, CallLeg, Extension, Registration
from presence.selectors.asterisk import desk_phones
from presence.services.call_rows import CallRefusedError, announce, open_legs, raise_extensions
from presence.services.calls import begin_call, dialled_number, end_call
from presence.services.leases import without_waiting

CALLER_NAME_LENGTH_MAX = 120
_NUMBER_LENGTH_MAX = 20


@transaction.atomic
def start_phone_call(*, extension: Extension, window: str, channel_id: str, number: str, epoch: str) -> Call:
    """A desk phone dialled `number`; the process `epoch` will route the call. Raises CallRefusedError."""
    dialled = dialled_number(number)
    call = begin_call(extension=extension, window=window, number=dialled, epoch=epoch, ari_channel_id=channel_id)
    # Of the call itself everybody hears as soon as it is routed, which is now.
    raise_extensions({extension.pk: extension.number})
    return call


@transaction.atomic
def start_call_on_desk_phone(*, extension: Extension, number: str, epoch: str) -> Call:
    """A click: every desk phone of `extension` rings, and whichever is picked up makes the call (`pick_up_own_phone`).

    A second call rings at the phone that has the first. Raises CallRefusedError.
    """
    dialled = dialled_number(number)
    if not desk_phones(extension):
        raise CallRefusedError("no_desk_phone")
    first = open_legs().filter(extension=extension, window__startswith=DESK_PHONE).order_by("pk").first()
    window = first.window if first is not None else DESK_PHONE
    call = begin_call(extension=extension, window=window, number=dialled, epoch=epoch)
    announce(call, extension)
    return call


@transaction.atomic
def pick_up_own_phone(*, leg_id: int, endpoint: str, channel_id: str, epoch: str) -> Call | None:
    """The caller has picked up: this phone carries their leg, and `epoch` is to route the call. None: too late."""
    waits = Q(legs__pk=leg_id, legs__ari_channel_id="", legs__state=CallState.RINGING)
    call = Call.objects.select_for_update().filter(waits, state=CallState.RINGING).first()
    if call is None:
        return None
    call.legs.filter(pk=leg_id).update(
        window=f"{DESK_PHONE}{endpoint}", ari_channel_id=channel_id, alive_at=timezone.now()
    )
    call.router_epoch = epoch
    call.save(update_fields=["router_epoch"])
    announce(call)
    return call


def give_up_own_phone(*, call_id: UUID) -> None:
    """None of the caller's own phones was picked up: nobody has been called."""
    end_call(call_id=call_id, reason=Reason.OWN_PHONE_NOT_ANSWERED)


@transaction.atomic
def start_trunk_call(*, window: str, channel_id: str, number: str, caller: tuple[str, str], epoch: str) -> Call:
    """Somebody outside calls `number`. Number and name of the caller are what they claim: text, and cut to fit.

    Raises CallRefusedError.
    """
    caller_number, caller_name = caller
    number = dialled_number(number)
    call = Call.objects.create(
        caller_number=_plain(caller_number)[:_NUMBER_LENGTH_MAX],
        caller_name=_plain(caller_name)[:CALLER_NAME_LENGTH_MAX],
        origin=Origin.EXTERNAL,
        called_number=number,
        router_epoch=epoch,
        backend_kind=CallBackendKind.ASTERISK,
    )
    CallLeg.objects.create(
        call=call, extension=None, role=CallLeg.Role.CALLER, window=window, ari_channel_id=channel_id
    )
    return call


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def carry_leg(*, leg_id: int, channel_id: str) -> bool:
    """This channel carries the leg from now on. False when the leg has ended, or another channel was first."""
    return bool(open_legs().filter(pk=leg_id, ari_channel_id="").update(ari_channel_id=channel_id))


def lose_channel(*, leg_id: int, channel_id: str) -> bool:
    """The channel of a browser's window broke: the leg waits for another. False when it has ended, or has another."""
    return bool(open_legs().filter(pk=leg_id, ari_channel_id=channel_id).update(ari_channel_id=""))


@transaction.atomic
def renew_leases(leg_ids: Collection[int]) -> None:
    """These legs have a channel that lives; whether a browser's window lives, it says itself over its phone socket."""
    of_phones = Q(window="") | Q(window__startswith=DESK_PHONE) | Q(window__startswith=OUTSIDE)
    legs = without_waiting(open_legs().filter(of_phones, pk__in=leg_ids))
    open_legs().filter(pk__in=list(legs.values_list("pk", flat=True))).update(alive_at=timezone.now())


def has_browser(number: str) -> bool:
    """Whether a window of this extension rings beside its desk phones."""
    windows = Registration.objects.filter(extension__number=number).values_list("window", flat=True)
    return any(not window.startswith(DESK_PHONE) for window in windows)


def end_for_want_of_sound(*, call_id: UUID) -> None:
    """A party's sound could not be had: nobody is left in a call without any."""
    end_call(call_id=call_id, reason=Reason.LOST)
