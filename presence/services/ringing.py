"""Several extensions ring at once for a ring group or a queue; the first to answer has it (`calls.answer_call`)."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from presence.domain.vocabulary import CallOutcome, CallState, Reason, SystemExtensionKind
from presence.models import CallLeg, Extension, SystemExtension
from presence.models.sole import sole
from presence.selectors.system import member_states
from presence.services.call_rows import announce, end_legs, lock_extensions, locked_call, outcome_of, parts_of
from presence.services.queue_news import publish_line


@transaction.atomic
def ring_members(*, call_id: UUID, members: Collection[str], group: str) -> tuple[str, ...]:
    """Let these members of `group` ring. Returns those that do: who has got a call meanwhile is left in peace."""
    call = locked_call(call_id)
    system = sole(SystemExtension.objects.filter(number=group))
    if call.state != CallState.RINGING or system is None:
        return ()
    people = {person.number: person for person in Extension.objects.filter(number__in=members)}
    lock_extensions([person.pk for person in people.values()])
    # Asked again under the locks. Who calls their own group is in this call, and nobody is rung twice in one.
    can_ring = {each.extension for each in member_states(system) if each.can_ring}
    took_part = set(call.legs.values_list("extension", flat=True))
    rung = tuple(number for number in members if number in can_ring and people[number].pk not in took_part)
    CallLeg.objects.bulk_create(
        CallLeg(call=call, extension=people[number], role=CallLeg.Role.CALLEE, rung_for=system) for number in rung
    )
    if rung:
        if system.kind == SystemExtensionKind.RING_GROUP:
            publish_line(system)
        announce(call, *(people[number] for number in rung))
    return rung


@transaction.atomic
def stop_ringing_members(*, call_id: UUID, members: Collection[str]) -> CallOutcome:
    """Their time to answer is over. Returns the outcome that won: an answer may have been first."""
    call = locked_call(call_id)
    end_legs(call, [leg for leg in parts_of(call).ringing if leg.party in members], Reason.NO_ANSWER)
    return _outcome(call_id, members) or CallOutcome.NO_ANSWER


def members_outcome(*, call_id: UUID, members: Collection[str]) -> CallOutcome | None:
    """ANSWERED, CANCELLED, or NO_ANSWER when none of them rings any more, for whatever reason; None: one still does."""
    return _outcome(call_id, members)


def _outcome(call_id: UUID, members: Collection[str]) -> CallOutcome | None:
    outcome = outcome_of(call_id, *members)
    return outcome if outcome in {None, CallOutcome.ANSWERED, CallOutcome.CANCELLED} else CallOutcome.NO_ANSWER
