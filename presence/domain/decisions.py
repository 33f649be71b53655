"""What `decide` answers, each with its reason, and what may become of it. A call backend performs them."""

from dataclasses import dataclass

from presence.domain.vocabulary import CallOutcome, Reason


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller's answer to a digital receptionist."""

    key: str


@dataclass(frozen=True, slots=True)
class OutsideRefused:
    """The toll guard, asked again at the moment of dialling, said no: another call was faster."""

    reason: Reason


Outcome = CallOutcome | KeyPressed | OutsideRefused


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring every device of the extension and, where `mobile_number` is not empty, that number outside beside them.

    `mobile_refused`: why the toll guard lets the devices ring without the mobile that was to ring, too.
    """

    extension: str
    seconds: int
    reason: Reason
    mobile_number: str = ""
    mobile_refused: Reason | None = None


@dataclass(frozen=True, slots=True)
class RingMembers:
    """Ring these members of the group `extension` at once; the first to answer has the call."""

    extension: str
    members: tuple[str, ...]
    seconds: int
    reason: Reason = Reason.RING_GROUP


@dataclass(frozen=True, slots=True)
class WaitInQueue:
    extension: str
    seconds: int
    reason: Reason = Reason.QUEUE


@dataclass(frozen=True, slots=True)
class AskForKey:
    """Play the greeting and wait for one of `keys`; none: it is closed, and there is nothing to choose."""

    extension: str
    keys: tuple[str, ...]
    reason: Reason = Reason.DIGITAL_RECEPTIONIST


@dataclass(frozen=True, slots=True)
class Forward:
    extension: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class RecordVoicemail:
    extension: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class DialOut:
    """Call `number`, in E.164 form, over the trunk; `charged_to` is the extension that pays, or empty.

    A mobile's number is its owner's own affair: no trail shows it.
    """

    number: str
    reason: Reason
    charged_to: str = ""
    is_mobile: bool = False


@dataclass(frozen=True, slots=True)
class EndCall:
    reason: Reason


Decision = Ring | RingMembers | WaitInQueue | AskForKey | Forward | RecordVoicemail | DialOut | EndCall
