"""What the database says of one status of one extension, read for the page that edits it."""

from collections.abc import Mapping
from dataclasses import dataclass

from presence import selectors
from presence.domain.forwarding import OFFERED, RuleKey, StatusProfile
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface
from presence.models import ChangeRecord, Extension, ForwardingRule, SystemExtension

_CHANGES_MAX = 50  # looked through for the last one of a status


@dataclass(frozen=True, slots=True)
class SavedRules:
    """A profile with its version, and what is needed to say it in words."""

    profile: StatusProfile
    version: int
    names: Mapping[str, str]
    system_extensions: tuple[tuple[str, str], ...]
    set_on: Mapping[RuleKey, Surface]


def saved_rules(
    extension: Extension, status: Status, surface: Surface, beside: StatusProfile | None = None
) -> SavedRules:
    """The rules of `status` as `surface` shows them; the names also cover a profile shown `beside` them."""
    # The version first: read too early it makes a save refuse, read too late it would let one overwrite unseen rules.
    version = selectors.profile_version(extension, status)
    profile = selectors.effective_profile(extension, status)
    shown = [profile, beside] if beside else [profile]
    numbers = {to.value for each in shown for to in each.destinations.values() if to.value}
    return SavedRules(
        profile=profile,
        version=version,
        names=selectors.names_of(numbers),
        system_extensions=tuple(SystemExtension.objects.values_list("number", "name")),
        set_on=_set_elsewhere(extension, status, surface),
    )


def last_change(extension: Extension, status: Status) -> ChangeRecord | None:
    """Who changed the rules of this status last, where and when."""
    changes = ChangeRecord.objects.filter(extension=extension, what=ChangeRecord.What.SETTINGS)
    changes = changes.filter(subject__in=(status, "")).select_related("by__extension")
    return next((change for change in changes[:_CHANGES_MAX] if _is_of(change, status)), None)


def _is_of(change: ChangeRecord, status: Status) -> bool:
    return any(key.startswith(f"{status}.") for key in change.after)


def _set_elsewhere(extension: Extension, status: Status, surface: Surface) -> Mapping[RuleKey, Surface]:
    """The rules that `surface` does not offer, and where each was chosen."""
    kinds_elsewhere = set(DestinationKind) - OFFERED[surface]
    rules = ForwardingRule.objects.filter(extension=extension, status=status, destination_kind__in=kinds_elsewhere)
    return {(Condition(rule.condition), Origin(rule.origin)): Surface(rule.set_on) for rule in rules}
