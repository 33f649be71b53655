"""The rows: what is true, kept."""

from presence.models.asterisk_link import AsteriskLink
from presence.models.bulk_edit import BulkEdit, EditDraft
from presence.models.call import (
    DESK_PHONE,
    NOT_BROWSERS,
    OUTSIDE,
    Call,
    CallLeg,
    CallQuality,
    CallStep,
    is_visitor,
    visitor_party,
)
from presence.models.change_record import ChangeRecord
from presence.models.company import Company, TemplateSetting
from presence.models.extension import (
    Department,
    Extension,
    Membership,
    Receptionist,
    ReceptionistOption,
    SystemExtension,
)
from presence.models.favourite import Favourite
from presence.models.forwarding import ForwardingRule, StatusProfileRow
from presence.models.import_draft import ImportDraft
from presence.models.line import ParkedCall, QueueEntry, ReceptionistTurn, Visit
from presence.models.registration import Registration, ServerProcess
from presence.models.user import User
from presence.models.voicemail import Greeting, Voicemail, VoicemailChunk

__all__ = [
    "DESK_PHONE",
    "NOT_BROWSERS",
    "OUTSIDE",
    "AsteriskLink",
    "BulkEdit",
    "Call",
    "CallLeg",
    "CallQuality",
    "CallStep",
    "ChangeRecord",
    "Company",
    "Department",
    "EditDraft",
    "Extension",
    "Favourite",
    "ForwardingRule",
    "Greeting",
    "ImportDraft",
    "Membership",
    "ParkedCall",
    "QueueEntry",
    "Receptionist",
    "ReceptionistOption",
    "ReceptionistTurn",
    "Registration",
    "ServerProcess",
    "StatusProfileRow",
    "SystemExtension",
    "TemplateSetting",
    "User",
    "Visit",
    "Voicemail",
    "VoicemailChunk",
    "is_visitor",
    "visitor_party",
]
