"""An operator says what a department shows to the others."""

from collections.abc import Collection, Mapping

from django.db import transaction

from presence import hub
from presence.domain.vocabulary import Sight, Surface
from presence.models import ChangeRecord, Department, User

SHOWN_TO_OTHERS = "rights.shown_to_others"
SHOWN_ALL = "rights.shown_all"  # names, for the history tells of departments as they were called then


@transaction.atomic
def save_rights(
    *, department: Department, shown_to_others: Sight, shown_all: Collection[Department], by: User | None
) -> None:
    """Holds at once, in every window; what is as it was leaves no record."""
    locked = Department.objects.select_for_update().get(pk=department.pk)
    before = _values(Sight(locked.shown_to_others), locked.shown_all.all())
    after = _values(shown_to_others, shown_all)
    changed = [key for key in after if after[key] != before[key]]
    if not changed:
        return
    locked.shown_to_others = shown_to_others
    locked.save(update_fields=["shown_to_others"])
    locked.shown_all.set(shown_all)
    ChangeRecord.objects.create(
        by=by,
        department_name=locked.name,
        surface=Surface.OPERATOR_PANEL,
        what=ChangeRecord.What.RIGHTS,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    hub.publish_audiences()


def _values(shown_to_others: Sight, shown_all: Collection[Department]) -> Mapping[str, str]:
    names = ", ".join(sorted((each.name for each in shown_all), key=str.casefold))
    return {SHOWN_TO_OTHERS: shown_to_others.value, SHOWN_ALL: names}
