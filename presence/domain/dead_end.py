"""The dead end: where a call goes that cannot go where it should (SPEC.md 3.5)."""

from presence.domain.call_facts import IncomingCall
from presence.domain.decisions import EndCall, RecordVoicemail
from presence.domain.vocabulary import Reason


def dead_end(call: IncomingCall, reason: Reason) -> RecordVoicemail | EndCall:
    """The voicemail of the extension first called; where that is off, the end."""
    if call.first_box is not None and call.first_box.is_on:
        return RecordVoicemail(call.first_box.number, reason)
    return EndCall(reason)
