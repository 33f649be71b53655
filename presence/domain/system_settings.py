"""What an operator says of a ring group, queue or digital receptionist: as one value, and flat for the history."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from presence.domain.extension_settings import destination_text
from presence.domain.forwarding import END_CALL, RING_SECONDS_DEFAULT, Destination
from presence.domain.vocabulary import RingStrategy, SystemExtensionKind

PREFIX = "system."  # of the history's keys, beside those of extensions
CLOSING_TIME_MAX = "23:59:59.999999"  # until the end of the day

STRATEGIES: Mapping[SystemExtensionKind, tuple[RingStrategy, ...]] = {
    SystemExtensionKind.RING_GROUP: (RingStrategy.ALL, RingStrategy.IN_ORDER),
    SystemExtensionKind.QUEUE: (RingStrategy.LONGEST_IDLE, RingStrategy.ALL),
    SystemExtensionKind.DIGITAL_RECEPTIONIST: (),
}

Hours = Mapping[str, tuple[tuple[str, str], ...]]  # "0" is Monday: (("08:00", "16:00"),)


@dataclass(frozen=True, slots=True)
class KeyOption:
    """What a key of a digital receptionist is said to do, and does."""

    words: str
    destination: Destination


@dataclass(frozen=True, slots=True)
class ReceptionistSettings:
    options: Mapping[str, KeyOption] = field(default_factory=dict)
    repeats: int = 2
    key_seconds: int = 8
    has_hours: bool = False
    hours: Hours = field(default_factory=dict)
    keeps_holidays: bool = True
    closed_destination: Destination = END_CALL


@dataclass(frozen=True, slots=True)
class SystemSettings:
    """`members`: numbers in their order. What a kind does not need keeps its default."""

    number: str
    name: str
    destination: Destination = END_CALL
    takes_visits: bool = True
    members: tuple[str, ...] = ()
    ring_strategy: RingStrategy = RingStrategy.ALL
    ring_seconds: int = RING_SECONDS_DEFAULT
    wait_seconds_max: int = 300
    length_max: int = 20
    receptionist: ReceptionistSettings = field(default_factory=ReceptionistSettings)

    def destinations(self, kind: SystemExtensionKind) -> dict[str, Destination]:
        """Every place a call may be sent on to, by the name of its control: destination, closed, key-0 to key-9."""
        found = {"destination": self.destination}
        if kind is SystemExtensionKind.DIGITAL_RECEPTIONIST:
            if self.receptionist.has_hours:
                found["closed"] = self.receptionist.closed_destination
            found |= {f"key-{key}": option.destination for key, option in self.receptionist.options.items()}
        return found


Flat = dict[str, str | int | bool]


def flat_settings(kind: SystemExtensionKind, settings: SystemSettings) -> Flat:
    """The settings that mean something for this kind, each under a key of the history."""
    values: Flat = {
        "number": settings.number,
        "name": settings.name,
        "takes_visits": settings.takes_visits,
        "destination": destination_text(settings.destination),
    }
    if kind is SystemExtensionKind.DIGITAL_RECEPTIONIST:
        values |= _flat_receptionist(settings.receptionist)
    else:
        values |= {
            "members": " ".join(settings.members),
            "ring_strategy": settings.ring_strategy.value,
            "ring_seconds": settings.ring_seconds,
        }
    if kind is SystemExtensionKind.QUEUE:
        values |= {"wait_seconds_max": settings.wait_seconds_max, "length_max": settings.length_max}
    return {PREFIX + key: value for key, value in values.items()}


def _flat_receptionist(receptionist: ReceptionistSettings) -> Flat:
    values: Flat = {"repeats": receptionist.repeats, "key_seconds": receptionist.key_seconds}
    for key, option in sorted(receptionist.options.items()):
        values[f"option_{key}"] = f"{destination_text(option.destination)}|{option.words}"
    values["has_hours"] = receptionist.has_hours
    if receptionist.has_hours:
        values |= {f"hours_{day}": hours_text(spans) for day, spans in sorted(receptionist.hours.items()) if spans}
        values["keeps_holidays"] = receptionist.keeps_holidays
        values["closed_destination"] = destination_text(receptionist.closed_destination)
    return values


def changed_values(before: Flat, after: Flat) -> tuple[Flat, Flat]:
    """What differs, each side with the same keys; what one side lacks is empty there."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {key: before.get(key, "") for key in keys}, {key: after.get(key, "") for key in keys}


def hours_text(spans: tuple[tuple[str, str], ...]) -> str:
    """ "08:00-12:00, 13:00-24:00"."""
    return ", ".join(f"{start}-{'24:00' if end == CLOSING_TIME_MAX else end}" for start, end in spans)
