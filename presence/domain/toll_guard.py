"""The guard against expensive calls: asked by `decide` and once more, under the lock, before a number is dialled.

A stolen login or a careless rule must not be worth anything to those who earn by calls to expensive numbers. In order:

| refused                     | when                                                                         |
|-----------------------------|------------------------------------------------------------------------------|
| outside_not_allowed         | the policy does not allow the number, or forwarding outside is switched off  |
| outside_already             | this call has been sent outside once                                         |
| outside_calls_max           | whoever is charged has as many calls outside as one person may               |
| outside_minutes_used        | whoever is charged has used today's minutes                                  |

Charged is the extension whose rule or dialling sends the call outside. The rules of a queue, ring group or digital
receptionist are an operator's, and charge nobody: of these only the first two are asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from presence.domain.vocabulary import Reason

# How long a call that we sent outside may take to come back to us by somebody else's forwarding.
RETURN_SECONDS = 60

# From an answer to the end; None: it still lasts.
Talk = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class OutsideFacts:
    """The line to the outside, as far as one number's rules may use it.

    `dialable`: those of its outside numbers that the policy allows, as written -> in E.164 form.
    `charged_to`: the extension that pays; empty: nobody does, and neither calls nor seconds count.
    """

    dialable: Mapping[str, str] = field(default_factory=dict)
    charged_to: str = ""
    calls: int = 0
    calls_max: int = 2
    seconds_today: float = 0
    seconds_per_day: int = 120 * 60


def refusal(facts: OutsideFacts, number: str, *, has_been_outside: bool) -> Reason | None:
    """Why `number`, as a rule or a person wrote it, is not dialled; None: it may be."""
    if number not in facts.dialable:
        return Reason.OUTSIDE_NOT_ALLOWED
    if has_been_outside:
        return Reason.OUTSIDE_ALREADY
    if not facts.charged_to:
        return None
    if facts.calls >= facts.calls_max:
        return Reason.OUTSIDE_CALLS_MAX
    return Reason.OUTSIDE_MINUTES_USED if facts.seconds_today >= facts.seconds_per_day else None


def seconds_talked(talks: Iterable[Talk], since: datetime, now: datetime) -> float:
    """How long these talks lasted together between `since` and `now`."""
    return sum(max(0.0, (min(end or now, now) - max(start, since)).total_seconds()) for start, end in talks)
