"""A call's card -> which channel each party should have, where it is, and what it hears. Pure: the switch makes it so.

| leg                                     | its channel                                          |
|-----------------------------------------|------------------------------------------------------|
| has one (`ari_channel_id`)              | that one                                             |
| rings at an extension                   | one to every registered desk phone of the extension  |
| rings outside                           | one to that number over the trunk                    |
| is carried by a browser's window        | one to that window, which answers by itself          |
| dials by a click (no phone named yet)   | one to every registered desk phone of its own        |
| dials by a click while a phone talks    | one to that phone                                    |

Who talks is in the call's bridge. While somebody has put it on hold nobody is, and who waits hears music.
"""

from dataclasses import dataclass
from uuid import UUID

from presence.calls.card import LiveCard
from presence.domain.vocabulary import CallState
from presence.models import DESK_PHONE, OUTSIDE, CallLeg, Extension
from presence.services.voicemail import seconds_max


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """The channel that carries this party already."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class DeskPhonesOf:
    """Every registered desk phone of an extension."""

    extension: str


@dataclass(frozen=True, slots=True)
class OwnPhones:
    """Every registered desk phone of the caller: whichever is picked up makes the call."""

    extension: str
    answers_itself: bool = False


@dataclass(frozen=True, slots=True)
class DeskPhone:
    """The caller's own phone that talks already: the second call begins there, too."""

    endpoint: str
    answers_itself: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A browser's, or a visitor's."""

    window: str


@dataclass(frozen=True, slots=True)
class Outside:
    number: str


Way = OwnChannel | DeskPhonesOf | OwnPhones | DeskPhone | Window | Outside


@dataclass(frozen=True, slots=True)
class Ringback:
    """What a caller hears while somebody is rung."""


@dataclass(frozen=True, slots=True)
class Music:
    """While a call waits: in a queue, whose place is said first, or (place 0) on hold or in a parking slot."""

    place: int = 0


@dataclass(frozen=True, slots=True)
class Menu:
    """A digital receptionist's greeting, for the `turn`th time."""

    receptionist: str
    turn: int
    keys: tuple[str, ...]
    is_open: bool
    was_wrong: bool


@dataclass(frozen=True, slots=True)
class Voicemail:
    """A voicemail's greeting, then the tone; then the caller is recorded for so many seconds at most."""

    box: str
    seconds_max: int


Sound = Ringback | Music | Menu | Voicemail


@dataclass(frozen=True, slots=True)
class Party:
    """What one leg should be."""

    leg: int
    extension: str  # empty: somebody outside
    window: str
    is_caller: bool
    is_ringing: bool
    way: Way | None  # None: no channel
    hears: Sound | None
    talks: bool
    end_reason: str
    channel_id: str = ""  # that carries it, or carried it to its end


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call should be at one version of it."""

    call_id: UUID
    version: int
    parties: tuple[Party, ...]
    is_over: bool


def plan_of(card: LiveCard) -> Plan:
    """What the switch is to make of the call."""
    states = [leg.state for leg in card.legs if leg.state != CallState.ENDED]
    is_conversation = card.call.state == CallState.TALKING and len(states) > 1
    is_held = is_conversation and CallState.ON_HOLD in states
    return Plan(
        call_id=card.call.pk,
        version=card.call.version,
        parties=tuple(_party(card, leg, talks=is_conversation and not is_held, is_held=is_held) for leg in card.legs),
        is_over=card.call.state == CallState.ENDED,
    )


def _party(card: LiveCard, leg: CallLeg, *, talks: bool, is_held: bool) -> Party:
    is_open = leg.state != CallState.ENDED and card.call.state != CallState.ENDED
    return Party(
        leg=leg.pk,
        extension=leg.extension.number if leg.extension is not None else "",
        window=leg.window,
        is_caller=leg.role == CallLeg.Role.CALLER,
        is_ringing=is_open and leg.state == CallState.RINGING,
        way=_way(leg) if is_open else None,
        hears=_sound(card, leg, is_held=is_held) if is_open else None,
        talks=talks and leg.state == CallState.TALKING,
        end_reason="" if is_open else leg.end_reason or card.call.end_reason,
        channel_id=leg.ari_channel_id,
    )


def _way(leg: CallLeg) -> Way | None:
    if leg.ari_channel_id:
        return OwnChannel(leg.ari_channel_id)
    if leg.window.startswith(OUTSIDE):
        return Outside(leg.outside_number)
    if leg.window.startswith(DESK_PHONE) and leg.extension is not None:
        return _own_phone(leg, leg.extension)
    if leg.window:
        return Window(leg.window)
    return DeskPhonesOf(leg.extension.number) if leg.extension is not None else None


def _own_phone(leg: CallLeg, holder: Extension) -> OwnPhones | DeskPhone:
    answers_itself = holder.user is not None and holder.user.desk_phone_answers
    endpoint = leg.window.removeprefix(DESK_PHONE)
    return DeskPhone(endpoint, answers_itself) if endpoint else OwnPhones(holder.number, answers_itself)


def _sound(card: LiveCard, leg: CallLeg, *, is_held: bool) -> Sound | None:
    if is_held:
        return Music() if leg.state == CallState.TALKING else None
    if leg.role != CallLeg.Role.CALLER:
        return None
    if card.call.state == CallState.TALKING:
        return Voicemail(card.box.number, seconds_max(card.box)) if card.box is not None else None
    waiting = card.waiting
    if waiting.turn is not None:
        turn = waiting.turn
        keys = tuple(option.key for option in waiting.options)
        return Menu(turn.receptionist.number, turn.turn, keys, turn.is_open, turn.was_wrong)
    is_waiting = waiting.entry is not None or waiting.parking is not None
    return Music(waiting.place) if is_waiting else Ringback()
