"""Everything about an extension that can be edited, as one flat set of keys: what a form, a bulk edit, an import, an
undo and the history all speak of.

A key is a field ("mobile_number"), a rule ("lunch.busy.external"), a ring time ("lunch.external.seconds") or a switch
of a status ("lunch.stays_in_queues"). A value is text, a number, true or false. For all but fields None means "not
one's own": what the template gives applies.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from presence.domain.forwarding import Destination, RuleKey, StatusProfile, conditions_of, default_profile, overlay
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status

SECONDS = "seconds"

Value = str | int | bool | None
Values = Mapping[str, Value]


class Field(StrEnum):
    """What an extension has beside its rules. A department's value is its name."""

    NAME = "name"
    DEPARTMENT = "department"
    MOBILE_NUMBER = "mobile_number"
    VOICEMAIL_ON = "voicemail_on"
    VOICEMAIL_SECONDS_MAX = "voicemail_seconds_max"
    VOICEMAIL_MESSAGES_MAX = "voicemail_messages_max"
    VOICEMAIL_EMAIL = "voicemail_email"
    EXTERNAL_FORWARDING = "external_forwarding"
    TAKES_VISITS = "takes_visits"
    IS_ENABLED = "is_enabled"


class Switch(StrEnum):
    """What a status that rings first says beside its rules; to one that never rings they mean nothing."""

    STAYS_IN_QUEUES = "stays_in_queues"
    TAKES_SECOND_CALL = "takes_second_call"
    RINGS_MOBILE_TOO = "rings_mobile_too"


class Source(StrEnum):
    """Where a rule's value comes from, the nearest first."""

    OWN = "own"
    DEPARTMENT = "department"
    COMPANY = "company"
    RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class RuleSetting:
    status: Status
    condition: Condition
    origin: Origin


@dataclass(frozen=True, slots=True)
class RingSecondsSetting:
    status: Status
    origin: Origin


@dataclass(frozen=True, slots=True)
class SwitchSetting:
    status: Status
    switch: Switch


Setting = Field | RuleSetting | RingSecondsSetting | SwitchSetting


def rule_key(status: Status, condition: Condition, origin: Origin) -> str:
    return f"{status}.{condition}.{origin}"


def seconds_key(status: Status, origin: Origin) -> str:
    return f"{status}.{origin}.{SECONDS}"


def switch_key(status: Status, switch: Switch) -> str:
    return f"{status}.{switch}"


@lru_cache(maxsize=256)  # a bulk edit asks for the same few keys thousands of times
def parse_key(key: str) -> Setting:
    """The setting a key names. ValueError for anything else."""
    parts = key.split(".")
    match parts:
        case [field]:
            return Field(field)
        case [status, switch]:
            return SwitchSetting(Status(status), Switch(switch))
        case [status, origin, "seconds"]:
            return RingSecondsSetting(Status(status), Origin(origin))
        case [status, condition, origin]:
            return RuleSetting(Status(status), Condition(condition), Origin(origin))
        case _:
            raise ValueError(key)


def is_inheritable(key: str) -> bool:
    """Rules, ring times and switches can be left to the template; fields are always one's own."""
    return "." in key


def destination_text(destination: Destination) -> str:
    """ "voicemail", "extension:105"."""
    return f"{destination.kind}:{destination.value}" if destination.value else destination.kind.value


def text_destination(text: str) -> Destination:
    """What `destination_text` wrote. ValueError for anything else."""
    kind, _, value = text.partition(":")
    return Destination(DestinationKind(kind), value)


def kept_text(value: Value) -> str:
    """A value as a row of texts keeps it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def kept_value(key: str, text: str) -> Value:
    """What `kept_text` wrote."""
    match parse_key(key):
        case RingSecondsSetting():
            return int(text)
        case SwitchSetting():
            return text == "yes"
    return text


def rule_keys_of(status: Status, kind: RuleKind) -> tuple[str, ...]:
    """The rules, ring times and switches that a profile of this kind has."""
    rules = [rule_key(status, condition, origin) for condition in conditions_of(kind) for origin in Origin]
    if kind is RuleKind.RINGS_FIRST:
        rules += [seconds_key(status, origin) for origin in Origin]
        rules += [switch_key(status, switch) for switch in Switch]
    return tuple(rules)


def profile_with(given: StatusProfile, values: Values) -> StatusProfile:
    """`given` with what `values` say of its status over it; keys of other statuses are passed over."""
    destinations: dict[RuleKey, Destination] = {}
    seconds: dict[Origin, int] = {}
    switches: dict[Switch, bool] = {}
    for key, value in values.items():
        if not is_inheritable(key) or value is None:
            continue
        match parse_key(key):
            case RuleSetting(given.status, condition, origin):
                destinations[condition, origin] = text_destination(str(value))
            case RingSecondsSetting(given.status, origin):
                seconds[origin] = int(value)
            case SwitchSetting(given.status, switch):
                switches[switch] = bool(value)
    return overlay(
        given,
        destinations=destinations,
        ring_seconds=seconds,
        takes_second_call=switches.get(Switch.TAKES_SECOND_CALL),
        rings_mobile_too=switches.get(Switch.RINGS_MOBILE_TOO),
        stays_in_queues=switches.get(Switch.STAYS_IN_QUEUES),
    )


def switches_of(profile: StatusProfile) -> dict[Switch, bool]:
    """What a profile's switches say; a status that never rings has none."""
    if profile.kind is RuleKind.NEVER_RINGS:
        return {}
    return {
        Switch.STAYS_IN_QUEUES: profile.stays_in_queues,
        Switch.TAKES_SECOND_CALL: profile.takes_second_call,
        Switch.RINGS_MOBILE_TOO: profile.rings_mobile_too,
    }


def profile_values(profile: StatusProfile) -> dict[str, Value]:
    """A profile's rules, ring times and switches by key."""
    values: dict[str, Value] = {
        rule_key(profile.status, condition, origin): destination_text(to)
        for (condition, origin), to in profile.destinations.items()
    }
    if profile.kind is RuleKind.RINGS_FIRST:
        values |= {seconds_key(profile.status, origin): n for origin, n in profile.ring_seconds.items()}
    values |= {switch_key(profile.status, switch): is_on for switch, is_on in switches_of(profile).items()}
    return values


def recommended_values() -> dict[str, Value]:
    """SPEC.md's defaults, of all statuses."""
    values: dict[str, Value] = {}
    for status in Status:
        values |= profile_values(default_profile(status))
    return values


def source_of(key: str, own: Values, department: Values, company: Values) -> Source:
    """Where the value of a rule, ring time or switch comes from."""
    for source, values in ((Source.OWN, own), (Source.DEPARTMENT, department), (Source.COMPANY, company)):
        if values.get(key) is not None:
            return source
    return Source.RECOMMENDED


def in_order(values: Values) -> dict[str, Value]:
    """Fields, then each status' rules, ring times and switches: a database may keep them in another order."""
    return {key: values[key] for key in sorted(values, key=lambda key: _PLACES.get(key, len(_PLACES)))}


def _every_key() -> Iterator[str]:
    yield from Field
    for status in Status:
        for kind in RuleKind:
            yield from rule_keys_of(status, kind)


_PLACES = {key: place for place, key in enumerate(_every_key())}
