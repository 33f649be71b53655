"""The words of the domain, each defined once; model choices and wire codes are made from them (SPEC.md 1 to 4)."""

from enum import StrEnum


class Status(StrEnum):
    """What a person chose to say about being called (SPEC.md 1)."""

    AVAILABLE = "available"
    AWAY = "away"
    DND = "dnd"
    LUNCH = "lunch"
    BUSINESS_TRIP = "business_trip"


class RuleKind(StrEnum):
    """Whether a status profile lets the phone ring before its rules apply."""

    RINGS_FIRST = "rings_first"
    NEVER_RINGS = "never_rings"


class Condition(StrEnum):
    """Why a call did not stay with the extension it was sent to."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    NOT_REGISTERED = "not_registered"
    ALWAYS = "always"


class Origin(StrEnum):
    """Where the caller is: a colleague's extension, or anyone else."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Theme(StrEnum):
    """The light that a person reads in; none chosen: as the system has it."""

    LIGHT = "light"
    DARK = "dark"


class DestinationKind(StrEnum):
    """Where a forwarding rule sends a call (SPEC.md 2)."""

    VOICEMAIL = "voicemail"
    EXTENSION_VOICEMAIL = "extension_voicemail"
    MOBILE = "mobile"
    EXTENSION = "extension"
    EXTERNAL_NUMBER = "external_number"
    SYSTEM_EXTENSION = "system_extension"
    END_CALL = "end_call"


class Surface(StrEnum):
    """Where a person or an operator edits a rule or sets a status; on a desk phone, by a dial code, a status alone."""

    OPERATOR_PANEL = "operator_panel"
    DESKTOP_APP = "desktop_app"
    WEB_CLIENT = "web_client"
    DESK_PHONE = "desk_phone"


class Lamp(StrEnum):
    """What a colleague's row shows (SPEC.md 4); NOT_SHOWN to whoever may not see their status."""

    RINGING = "ringing"
    TALKING = "talking"
    AVAILABLE = "available"
    AWAY = "away"
    DND = "dnd"
    LUNCH = "lunch"
    BUSINESS_TRIP = "business_trip"
    NOT_SHOWN = "not_shown"
    UNKNOWN = "unknown"


class Sight(StrEnum):
    """How much somebody may see of a colleague's row."""

    WHOLE = "whole"
    WITHOUT_CALLS = "without_calls"
    NOTHING = "nothing"


class CallState(StrEnum):
    """Where a call, or one party's leg of it, is."""

    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class CallOutcome(StrEnum):
    """What became of an attempt to ring an extension."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    NOT_REGISTERED = "not_registered"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"


class CallBackendKind(StrEnum):
    """Where the sound of a call is: between the browsers themselves, or in the bridge of an Asterisk."""

    BROWSER = "browser"
    ASTERISK = "asterisk"


class SystemExtensionKind(StrEnum):
    """A number that belongs to no person."""

    QUEUE = "queue"
    RING_GROUP = "ring_group"
    DIGITAL_RECEPTIONIST = "digital_receptionist"


class RingStrategy(StrEnum):
    """In which order a ring group or queue rings its members."""

    ALL = "all"
    IN_ORDER = "in_order"
    LONGEST_IDLE = "longest_idle"


class QueueAbsence(StrEnum):
    """Why a member of a queue gets no calls from it just now."""

    DISABLED = "disabled"
    LOGGED_OUT = "logged_out"
    STATUS = "status"
    NOT_REGISTERED = "not_registered"


class PickUpScope(StrEnum):
    """Whose ringing calls a person may pick up."""

    NOBODY = "nobody"
    DEPARTMENT = "department"
    EVERYBODY = "everybody"


class VoicemailEmail(StrEnum):
    """What an extension is sent by e-mail when a message is left."""

    NONE = "none"
    NOTICE = "notice"
    ATTACHMENT = "attachment"


class Reason(StrEnum):
    """Why a decision was taken, and why a call ended.

    A status that decides is its own reason, so the five statuses come first under their own codes.
    """

    AVAILABLE = "available"
    AWAY = "away"
    DND = "dnd"
    LUNCH = "lunch"
    BUSINESS_TRIP = "business_trip"
    EXCEPTION = "exception"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    NOT_REGISTERED = "not_registered"
    UNKNOWN_NUMBER = "unknown_number"
    DISABLED = "disabled"
    LOOP = "loop"
    TOO_MANY_FORWARDS = "too_many_forwards"
    NO_MOBILE_NUMBER = "no_mobile_number"
    NO_TRUNK = "no_trunk"
    VOICEMAIL_OFF = "voicemail_off"
    VOICEMAIL_FULL = "voicemail_full"
    RING_GROUP = "ring_group"
    QUEUE = "queue"
    DIGITAL_RECEPTIONIST = "digital_receptionist"
    NOBODY_AVAILABLE = "nobody_available"
    NOBODY_LOGGED_IN = "nobody_logged_in"
    QUEUE_FULL = "queue_full"
    QUEUE_TIMEOUT = "queue_timeout"
    CLOSED = "closed"
    KEY_PRESSED = "key_pressed"
    NO_CHOICE = "no_choice"
    TOO_MANY_LEGS = "too_many_legs"
    DIALLED = "dialled"
    OUTSIDE_NOT_ALLOWED = "outside_not_allowed"
    OUTSIDE_ALREADY = "outside_already"
    OUTSIDE_CALLS_MAX = "outside_calls_max"
    OUTSIDE_MINUTES_USED = "outside_minutes_used"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    LOST = "lost"
    FAILED = "failed"
    VOICEMAIL_LEFT = "voicemail_left"
    VOICEMAIL_LIMIT = "voicemail_limit"
    TRANSFERRED = "transferred"
    PICKED_UP = "picked_up"
    PARKED = "parked"
    NOT_FETCHED = "not_fetched"
    OWN_PHONE_NOT_ANSWERED = "own_phone_not_answered"

    @classmethod
    def of(cls, status: Status) -> "Reason":
        return cls(status.value)
