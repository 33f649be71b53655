"""The company's rule check-up at /admin/check-up/: what was found, grouped, in words, each row leading to its fix."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from presence.calls.check_up import CheckUp, check_up, country_of
from presence.domain.check_up import Finding, FindingKind
from webclient.operator.access import VIEW_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.check_up_words import (
    EXPLANATIONS,
    KIND_LABELS,
    country_words,
    finding_words,
    places_words,
    rules_words,
)
from webclient.operator.phone_system import phone_system

ROWS_AT_FIRST = 20  # of each kind, while all kinds are shown
ROWS_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in words; its fix is on the page of the extension whose rules they are."""

    number: str
    name: str
    rules: str
    words: str
    about: str  # an extension or system extension that the fix may be at instead
    is_system: bool  # whose page is another
    is_about_system: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of finding; `parts` are its rows, under headings of their own for calls to the outside."""

    code: str
    label: StrOrPromise
    explanation: StrOrPromise
    count: int
    parts: list[tuple[str, list[Row]]]
    is_cut: bool


@operator_required(VIEW_EXTENSIONS)
@require_safe
def company_check_up(request: OperatorRequest) -> HttpResponse:
    checked = check_up(timezone.now())
    counts = Counter(finding.kind for finding in checked.findings)
    asked = request.GET.get("kind", "")
    kind = FindingKind(asked) if asked in list(FindingKind) else None
    of_kind = {kind: list(some) for kind, some in groupby(checked.findings, lambda finding: finding.kind)}
    page = None
    if kind is None:
        groups = [_group(checked, kind, some[:ROWS_AT_FIRST], len(some)) for kind, some in of_kind.items()]
    else:
        page = Paginator(of_kind.get(kind, []), ROWS_PER_PAGE).get_page(request.GET.get("page"))
        groups = [_group(checked, kind, page.object_list, page.paginator.count, is_whole=True)] if counts[kind] else []
    choices = [(each.value, KIND_LABELS[each], counts[each], each is kind) for each in FindingKind if counts[each]]
    context = {
        "operator_item": "check-up",
        "groups": groups,
        "page": page,
        "kind": kind,
        "choices": choices,
        "total": sum(counts.values()),
        "system": phone_system(),
    }
    return render(request, "operator/check_up.html", context)


def _group(
    checked: CheckUp, kind: FindingKind, findings: Iterable[Finding], count: int, *, is_whole: bool = False
) -> Group:
    findings = list(findings)
    parts = [
        (country_words(country) if kind is FindingKind.OUTSIDE else "", [_row(checked, finding) for finding in some])
        for country, some in groupby(findings, lambda found: _country(found) if kind is FindingKind.OUTSIDE else "")
    ]
    is_cut = not is_whole and count > len(findings)
    return Group(kind.value, KIND_LABELS[kind], EXPLANATIONS[kind], count, parts, is_cut)


def _country(finding: Finding) -> str:
    return country_of(finding.about)


def _row(checked: CheckUp, finding: Finding) -> Row:
    names: Mapping[str, str] = checked.names
    return Row(
        number=finding.extension,
        name=names[finding.extension],
        rules=rules_words(finding.rules) or places_words(finding.places),
        words=finding_words(finding, checked),
        about=finding.about if finding.kind in _FIXED_AT_THE_OTHER_TOO and finding.about in names else "",
        is_system=finding.extension in checked.systems,
        is_about_system=finding.about in checked.systems,
    )


# Instead of the rule, the extension it points at can be put right.
_FIXED_AT_THE_OTHER_TOO = frozenset(
    {
        FindingKind.LOOP,
        FindingKind.DESTINATION_DISABLED,
        FindingKind.VOICEMAIL_OFF,
        FindingKind.FORWARDS_TO_ABSENT,
    }
)
