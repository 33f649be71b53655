"""The rows: what is true, kept."""

from presence.models.call import Call, CallLeg, CallStep
from presence.models.change_record import ChangeRecord
from presence.models.extension import Department, Extension, SystemExtension
from presence.models.forwarding import ForwardingRule, StatusProfileRow
from presence.models.registration import Registration, ServerProcess
from presence.models.user import User
from presence.models.voicemail import Greeting, Voicemail, VoicemailChunk

__all__ = [
    "Call",
    "CallLeg",
    "CallStep",
    "ChangeRecord",
    "Department",
    "Extension",
    "ForwardingRule",
    "Greeting",
    "Registration",
    "ServerProcess",
    "StatusProfileRow",
    "SystemExtension",
    "User",
    "Voicemail",
    "VoicemailChunk",
]
