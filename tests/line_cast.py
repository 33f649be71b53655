"""Ring groups, queues and digital receptionists for tests, and how their calls are followed."""

from collections.abc import Mapping
from uuid import UUID

from asgiref.sync import sync_to_async

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import DestinationKind, RingStrategy, SystemExtensionKind
from presence.models import (
    Call,
    CallLeg,
    CallStep,
    Extension,
    Membership,
    Receptionist,
    ReceptionistOption,
    SystemExtension,
)
from tests.phones import Phone

END = Destination(DestinationKind.END_CALL)


def voicemail_of(number: str) -> Destination:
    return Destination(DestinationKind.EXTENSION_VOICEMAIL, number)


def make_group(
    number: str,
    *members: Extension,
    to: Destination = END,
    strategy: RingStrategy = RingStrategy.ALL,
    seconds: int = 20,
) -> SystemExtension:
    return _make(SystemExtensionKind.RING_GROUP, number, "Sales team", members, to, strategy, seconds)


def make_queue(
    number: str,
    *members: Extension,
    to: Destination = END,
    strategy: RingStrategy = RingStrategy.LONGEST_IDLE,
    seconds: int = 20,
) -> SystemExtension:
    return _make(SystemExtensionKind.QUEUE, number, "Support", members, to, strategy, seconds)


def make_receptionist(number: str, options: Mapping[str, Destination], *, to: Destination = END) -> SystemExtension:
    """Open at all hours; no waiting for a key that does not come."""
    system = _make(SystemExtensionKind.DIGITAL_RECEPTIONIST, number, "Front desk", (), to)
    receptionist = Receptionist.objects.create(system_extension=system)
    for key, destination in options.items():
        ReceptionistOption.objects.create(
            receptionist=receptionist,
            key=key,
            words=f"Key {key}",
            destination_kind=destination.kind,
            destination_value=destination.value,
        )
    return system


def _make(
    kind: SystemExtensionKind,
    number: str,
    name: str,
    members: tuple[Extension, ...],
    to: Destination,
    strategy: RingStrategy = RingStrategy.ALL,
    seconds: int = 20,
) -> SystemExtension:
    system = SystemExtension.objects.create(
        number=number,
        name=name,
        kind=kind,
        ring_strategy=strategy,
        ring_seconds=seconds,
        destination_kind=to.kind,
        destination_value=to.value,
    )
    for position, member in enumerate(members):
        Membership.objects.create(system_extension=system, extension=member, position=position)
    return system


async def dial(caller: Phone, number: str) -> str:
    await caller.say(type="dial", number=number)
    await caller.until(lambda message: message["type"] == "call")
    return caller.call


async def end_of(caller: Phone) -> str:
    """Why the caller's call ended."""
    return str((await caller.until_card("ended"))["end_reason"])


@sync_to_async
def trail(call: str) -> list[tuple[str, str, str]]:
    return [(step.number, step.decision, step.reason) for step in CallStep.objects.filter(call_id=call)]


@sync_to_async
def rung(call: str) -> list[tuple[str, str]]:
    """Who was rung in this call, in this order, and how each leg ended."""
    legs = CallLeg.objects.filter(call_id=call, role=CallLeg.Role.CALLEE).order_by("pk").select_related("extension")
    return [(leg.extension.number, leg.end_reason) for leg in legs if leg.extension is not None]


@sync_to_async
def call_row(call: str) -> Call:
    return Call.objects.get(pk=UUID(call))
