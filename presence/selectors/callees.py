"""Who or what has a number, as `decide` asks about it."""

from presence.domain.call_facts import Callee
from presence.selectors import person_facts
from presence.selectors.system import system_facts


def callee_facts(number: str) -> Callee | None:
    """All that `decide` may ask about `number` now; None when nobody has it."""
    return person_facts(number) or system_facts(number)
