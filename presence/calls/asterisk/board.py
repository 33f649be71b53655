"""What the switch knows of Asterisk: each channel of ours and its call. Memory only; `resync.py` rebuilds it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from presence.calls.asterisk.plan import Party, Plan, Sound

NO_CALL = UUID(int=0)  # of a channel that has just come in


@dataclass(slots=True)
class Channel:
    """One channel, and for which leg of which call it is there."""

    id: str
    endpoint: str
    call_id: UUID
    leg: int
    came_at: float = 0.0  # into our application, by the monotonic clock
    is_up: bool = False  # answered, by them or by us
    is_here: bool = False  # in our application: it can be told what to do
    is_bridged: bool = False
    hears: Sound | None = None
    playback: str = ""
    recording: str = ""


@dataclass(slots=True)
class SwitchedCall:
    """A call as the switch last made it; whatever is done to it is done under its lock, in the order asked for."""

    id: UUID
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    plan: Plan | None = None
    is_bridged: bool = False
    dialled: set[int] = field(default_factory=set)  # legs whose phones have been rung
    tries: dict[int, int] = field(default_factory=dict)  # leg -> how often its window was called

    @property
    def version(self) -> int:
        return self.plan.version if self.plan else 0

    def party(self, leg: int) -> Party | None:
        return next((party for party in self.plan.parties if party.leg == leg), None) if self.plan else None


class Board:
    """Every call and every channel."""

    def __init__(self) -> None:
        self.calls: dict[UUID, SwitchedCall] = {}
        self.channels: dict[str, Channel] = {}
        self.is_complete = False  # whatever the last link left behind has been found

    def call(self, call_id: UUID) -> SwitchedCall:
        """The call with this id, known from now on."""
        if call_id not in self.calls:
            self.calls[call_id] = SwitchedCall(call_id)
        return self.calls[call_id]

    def of_leg(self, leg: int, call_id: UUID) -> list[Channel]:
        return [channel for channel in self.channels.values() if channel.leg == leg and channel.call_id == call_id]

    def of_call(self, call_id: UUID) -> Iterator[Channel]:
        return (channel for channel in tuple(self.channels.values()) if channel.call_id == call_id)

    def legs(self) -> list[int]:
        """Every leg that has a channel, of whatever state."""
        return list({channel.leg for channel in self.channels.values()})
