"""Who or what has a number, as `decide` asks about it."""

from presence.domain.call_facts import Callee, CalleeFacts, VoicemailBox
from presence.selectors import person_facts
from presence.selectors.outside import outside_number_facts
from presence.selectors.system import system_facts


def callee_facts(number: str, dialled_by: str = "") -> Callee | None:
    """All that `decide` may ask about `number` now; None when nobody has it.

    `dialled_by`: the extension that dialled it itself, and may reach a number outside; empty: nobody did.
    """
    return person_facts(number) or system_facts(number) or outside_number_facts(number, dialled_by)


FirstFacts = tuple[Callee | None, VoicemailBox | None]


def first_facts(number: str, dialled_by: str = "") -> FirstFacts:
    """`callee_facts` and `selectors.voicemail_box` of the number first called, which are read together."""
    callee = callee_facts(number, dialled_by)
    if not isinstance(callee, CalleeFacts):
        return callee, None
    is_on = callee.voicemail_on and callee.is_enabled and not callee.voicemail_full
    return callee, VoicemailBox(callee.extension, is_on=is_on)
