"""A superuser changes what holds for the whole company."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.db import transaction

from presence.domain.vocabulary import PickUpScope
from presence.models import Company
from presence.models.sole import sole


class PolicyChangedError(Exception):
    """Somebody else saved the policy since the editor read it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a superuser may say of the company."""

    external_forwarding: bool
    countries: Sequence[str]
    outside_calls_max: int
    outside_minutes_per_day: int
    main_number: str
    presents_callers: bool
    takes_visits: bool
    embed_origins: Sequence[str]
    pick_up: PickUpScope
    time_zone: str
    holidays_of: str


def policy_of(company: Company) -> Policy:
    return Policy(
        external_forwarding=company.external_forwarding,
        countries=tuple(company.countries),
        outside_calls_max=company.outside_calls_max,
        outside_minutes_per_day=company.outside_minutes_per_day,
        main_number=company.main_number,
        presents_callers=company.presents_callers,
        takes_visits=company.takes_visits,
        embed_origins=tuple(company.embed_origins),
        pick_up=PickUpScope(company.pick_up),
        time_zone=company.time_zone,
        holidays_of=company.holidays_of,
    )


def policy_version(policy: Policy) -> str:
    """What an editor must have seen to be allowed to save."""
    return sha256(json.dumps(asdict(policy), sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def save_policy(*, policy: Policy, expected: str) -> None:
    """`expected` is the version that the editor saw; PolicyChangedError when it is no longer that."""
    row = sole(Company.objects.select_for_update()) or Company()
    if policy_version(policy_of(row)) != expected:
        raise PolicyChangedError
    row.external_forwarding, row.countries = policy.external_forwarding, list(policy.countries)
    row.outside_calls_max, row.outside_minutes_per_day = policy.outside_calls_max, policy.outside_minutes_per_day
    row.main_number, row.presents_callers = policy.main_number, policy.presents_callers
    row.takes_visits, row.embed_origins = policy.takes_visits, list(policy.embed_origins)
    row.pick_up = policy.pick_up
    row.time_zone, row.holidays_of = policy.time_zone, policy.holidays_of
    row.save()
