"""Random companies for the tests of the routing loop: people, ring groups, queues and receptionists at will."""

from dataclasses import replace

from hypothesis import strategies as st

from presence.domain.call_facts import (
    Callee,
    CalleeFacts,
    Member,
    QueueFacts,
    ReceptionistFacts,
    RingGroupFacts,
    SystemFacts,
    TargetFacts,
)
from presence.domain.forwarding import KINDS_WITH_NUMBER, Destination, StatusProfile, rule_keys
from presence.domain.opening_hours import OpeningHours
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import DestinationKind, Origin, RingStrategy, RuleKind, Status

PEOPLE = [str(100 + count) for count in range(25)]
SYSTEMS = [str(800 + count) for count in range(7)]
UNKNOWN = "999"
OUTSIDE = ["+48600100200", "+48221234567"]
NUMBERS = [*PEOPLE, *SYSTEMS, UNKNOWN]
KEYS = "0123"

destinations = st.one_of(
    st.sampled_from([Destination(kind) for kind in DestinationKind if kind not in KINDS_WITH_NUMBER]),
    st.sampled_from([*PEOPLE, UNKNOWN]).map(lambda number: Destination(DestinationKind.EXTENSION, number)),
    st.sampled_from([*SYSTEMS, UNKNOWN]).map(lambda number: Destination(DestinationKind.SYSTEM_EXTENSION, number)),
    st.sampled_from([*PEOPLE, UNKNOWN]).map(lambda box: Destination(DestinationKind.EXTENSION_VOICEMAIL, box)),
    st.just(Destination(DestinationKind.EXTERNAL_NUMBER, "+48221234567")),
)
hours = st.sampled_from([None, OpeningHours({}, "Europe/Warsaw")])


@st.composite
def profiles(draw: st.DrawFn) -> StatusProfile:
    kind = draw(st.sampled_from(RuleKind))
    return StatusProfile(
        status=draw(st.sampled_from(Status)),
        kind=kind,
        destinations={key: draw(destinations) for key in rule_keys(kind)},
        ring_seconds=dict.fromkeys(Origin, 20),
        takes_second_call=draw(st.booleans()),
        rings_mobile_too=draw(st.booleans()),
    )


# No line; a line whose policy allows nothing; one that is used up; one that may be used.
lines = st.sampled_from(
    [None, OutsideFacts(), *(OutsideFacts({number: number for number in OUTSIDE}, "101", calls) for calls in (2, 0))]
)


@st.composite
def people(draw: st.DrawFn, number: str, profile: StatusProfile) -> CalleeFacts:
    return CalleeFacts(
        extension=number,
        profile=profile,
        is_enabled=draw(st.sampled_from([True, True, True, False])),
        is_registered=draw(st.booleans()),
        has_call=draw(st.booleans()),
        voicemail_on=draw(st.booleans()),
        mobile_number=draw(st.sampled_from(["", "+48600100200"])),
        outside=draw(lines),
    )


@st.composite
def systems(draw: st.DrawFn, number: str) -> SystemFacts:
    destination = draw(destinations)
    match draw(st.sampled_from(["ring group", "queue", "receptionist"])):
        case "ring group":
            members = draw(st.lists(st.sampled_from(PEOPLE), unique=True))
            return RingGroupFacts(
                number,
                destination,
                members=tuple(Member(each, can_ring=draw(st.booleans())) for each in members),
                strategy=draw(st.sampled_from(RingStrategy)),
            )
        case "queue":
            return QueueFacts(number, destination, logged_in=draw(st.integers(0, 2)), waiting=draw(st.integers(0, 20)))
        case _:
            options = draw(st.dictionaries(st.sampled_from(KEYS), destinations))
            closed = draw(destinations)
            return ReceptionistFacts(number, destination, options=options, closed_destination=closed, hours=draw(hours))


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Callee]:
    """Number -> facts. Few profiles are shared by many people: drawing one for each takes long and finds no more."""
    shared = [draw(profiles()) for _ in range(4)]
    persons = {number: draw(people(number, draw(st.sampled_from(shared)))) for number in PEOPLE}
    targets = {each.extension: TargetFacts(each.is_enabled, each.voicemail_on) for each in persons.values()}
    targets |= dict.fromkeys(SYSTEMS, TargetFacts(is_system=True, voicemail_on=False))
    known: dict[str, Callee] = {number: replace(facts, targets=targets) for number, facts in persons.items()}
    for number in SYSTEMS:
        known[number] = replace(draw(systems(number)), targets=targets)
    return known
