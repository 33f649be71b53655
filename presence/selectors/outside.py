"""What the toll guard is told: the line to the outside, the policy for numbers, and what was used of it today."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from phonenumbers import NumberParseException, is_possible_number, parse

from presence.domain.call_facts import OutsideNumberFacts
from presence.domain.toll_guard import OutsideFacts, Talk, seconds_talked
from presence.domain.vocabulary import CallState
from presence.models import CallLeg, Company, Extension
from presence.models.sole import sole
from presence.selectors.asterisk import has_trunk
from presence.selectors.outbound_policy import RefusedNumberError, outside_number
from presence.selectors.settings import company


@dataclass(frozen=True, slots=True)
class Usage:
    """What an extension is charged with: its calls outside now, and how long they lasted today, in seconds."""

    calls: int = 0
    seconds: float = 0


def outside_facts(numbers: Iterable[str], charged_to: Extension | None = None) -> OutsideFacts | None:
    """The line for these outside numbers, which the rules of `charged_to` or a system extension have.

    None: there is no line, or no number to ask about, which is what most rules say and costs nothing. Four queries.
    """
    wanted = [number for number in numbers if number]
    if not wanted or not has_trunk():
        return None
    of = company()
    is_allowed = of.external_forwarding and (charged_to is None or charged_to.external_forwarding)
    dialable = _dialable(wanted, of.countries) if is_allowed else {}
    if charged_to is None:
        return OutsideFacts(dialable)
    used = usage_of([charged_to.pk], of)[charged_to.pk]
    return OutsideFacts(
        dialable=dialable,
        charged_to=charged_to.number,
        calls=used.calls,
        calls_max=of.outside_calls_max,
        seconds_today=used.seconds,
        seconds_per_day=60 * of.outside_minutes_per_day,
    )


def outside_number_facts(number: str, dialled_by: str) -> OutsideNumberFacts | None:
    """A number of the outside that the extension `dialled_by` dials; None: it does not look like one, or none may."""
    if not dialled_by or not looks_outside(number):
        return None
    caller = sole(Extension.objects.filter(number=dialled_by, is_enabled=True))
    outside = outside_facts([number], caller) if caller is not None else None
    return OutsideNumberFacts(number, outside) if outside is not None else None


def looks_outside(number: str) -> bool:
    """Whether people here would dial this to leave the company: + or 0 before it, or as long as a national number."""
    if number.startswith(("+", "0")):
        return True
    try:
        return is_possible_number(parse(number, settings.PHONE_REGION))
    except NumberParseException:
        return False


def usage_of(pks: Collection[int], of: Company) -> Mapping[int, Usage]:
    """Extension id -> what it has used today, by the company's clock; one query. Ringing costs nothing."""
    now = timezone.now()
    midnight = now.astimezone(ZoneInfo(of.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    legs = CallLeg.objects.filter(charged_to__in=pks).filter(Q(ended_at=None) | Q(ended_at__gt=midnight))
    calls: dict[int, int] = dict.fromkeys(pks, 0)
    talks: dict[int, list[Talk]] = {pk: [] for pk in pks}
    for pk, state, answered_at, ended_at in legs.values_list("charged_to", "state", "answered_at", "ended_at"):
        if pk is None:
            continue
        calls[pk] += state != CallState.ENDED
        if answered_at is not None:
            talks[pk].append((answered_at, ended_at))
    return {pk: Usage(calls[pk], seconds_talked(talks[pk], midnight, now)) for pk in pks}


def _dialable(numbers: Iterable[str], countries: Collection[str]) -> dict[str, str]:
    """Those that the policy allows, as written -> in E.164 form."""
    allowed = {}
    for number in numbers:
        with suppress(RefusedNumberError):
            allowed[number] = outside_number(number, settings.PHONE_REGION, countries)
    return allowed
