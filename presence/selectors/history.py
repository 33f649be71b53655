"""The history of changes: narrowed, newest first, a page at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from presence.domain.vocabulary import Surface
from presence.models import BulkEdit, ChangeRecord, Extension, User

PAGE = 50
IMPORT = "import"
Cursor = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What the history is narrowed to; empty means everything."""

    extension: str = ""
    by: str = ""
    surface: str = ""  # a Surface, or IMPORT
    kind: str = ""  # status, settings, edits (of many at once), undo
    edit: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_grouped(self) -> bool:
        """One line for an edit of many, unless it is somebody's own history or that edit's."""
        return not self.extension and self.edit is None

    def condition(self) -> Q:
        found = _surface(self.surface) & _kind(self.kind)
        if self.extension:
            of_person = Q(extension__in=Extension.objects.filter(number=self.extension))
            found &= of_person | Q(system_number=self.extension)
        if self.by:
            found &= Q(by__in=_people(self.by))
        if self.edit is not None:
            found &= Q(edit=self.edit)
        if self.since:
            found &= Q(at__gte=_midnight(self.since))
        if self.until:
            found &= Q(at__lt=_midnight(self.until + timedelta(days=1)))
        return found


def history_page(wanted: HistoryFilter, before: Cursor | None) -> tuple[list[ChangeRecord], Cursor | None]:
    """A page of records, and where the next one begins. An edit of many is its newest record; one query."""
    records = ChangeRecord.objects.filter(wanted.condition())
    if wanted.is_grouped:
        newest = ChangeRecord.objects.filter(edit=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        of_edits = BulkEdit.objects.order_by().annotate(newest=Subquery(newest)).values("newest")
        records = records.filter(Q(edit=None) | Q(pk__in=of_edits))
    if before is not None:
        at, pk = before
        records = records.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(records.select_related("extension", "by__extension", "edit")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], (last.at, last.pk) if last else None


def last_settings_change(number: str) -> ChangeRecord | None:
    """Who changed the settings of this extension last; of a later change the `pk` is higher."""
    records = ChangeRecord.objects.filter(extension__number=number, what=ChangeRecord.What.SETTINGS)
    return records.select_related("by__extension").order_by("-pk").first()


def edit_counts(edits: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many extensions each edit changed, and in how many records; an import may keep two of one extension."""
    counted = ChangeRecord.objects.filter(edit__in=edits).order_by().values_list("edit")
    found = counted.annotate(Count("extension", distinct=True), Count("pk"))
    return {edit: (extensions, records) for edit, extensions, records in found}


def undone_edits(edits: Collection[int]) -> set[int | None]:
    return set(BulkEdit.objects.filter(undoes__in=edits).values_list("undoes", flat=True))


def _surface(surface: str) -> Q:
    if surface == IMPORT:
        return Q(edit__what=IMPORT)
    if surface == Surface.OPERATOR_PANEL:
        return Q(surface=surface) & (Q(edit=None) | ~Q(edit__what=IMPORT))
    return Q(surface=surface) if surface else Q()


def _kind(kind: str) -> Q:
    kinds = {"edits": Q(edit__isnull=False), "undo": Q(edit__what="undo")}
    return kinds.get(kind, Q(what=kind) if kind in ChangeRecord.What.values else Q())


def _people(text: str) -> list[int]:
    # SQLite ignores the case of ASCII letters only; most names start with a capital.
    named = Q(extension__name__icontains=text) | Q(extension__name__contains=text.title())
    found = User.objects.filter(named | Q(username__icontains=text) | Q(extension__number=text))
    return list(found.values_list("pk", flat=True)[:1000])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
