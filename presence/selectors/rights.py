"""Who sees whose statuses and calls, as departments say it."""

from presence.domain.audiences import COMPANY, Audience, Audiences, DepartmentRights, Viewer, audience_of, audiences_of
from presence.domain.vocabulary import Sight
from presence.models import Department, Extension, User


def department_rights() -> dict[int, DepartmentRights]:
    """Of the departments that keep something to themselves; one query."""
    kept = Department.objects.exclude(shown_to_others=Sight.WHOLE).order_by()
    shown: dict[int, Sight] = {}
    shown_all: dict[int, set[int]] = {}
    for department, sight, other in kept.values_list("pk", "shown_to_others", "shown_all"):
        shown[department] = Sight(sight)
        shown_all.setdefault(department, set()).update([other] if other is not None else [])
    return {each: DepartmentRights(sight, frozenset(shown_all[each])) for each, sight in shown.items()}


def audiences() -> Audiences:
    """Of every login; one query, and one more where a department keeps something to itself."""
    rights = department_rights()
    if not rights:
        return Audiences({})
    logins = User.objects.filter(is_active=True).values_list("pk", "is_staff", "extension__department").order_by()
    viewers = {pk: Viewer(department, is_operator=is_staff) for pk, is_staff, department in logins.iterator()}
    return audiences_of(viewers, rights)


def audience_of_holder(extension: Extension) -> Audience:
    """Of whoever holds the extension; one query, and another one if its holder has not been read."""
    rights = department_rights()
    if not rights:
        return COMPANY
    holder = extension.user
    viewer = Viewer(extension.department_id, is_operator=holder is not None and holder.is_active and holder.is_staff)
    return audience_of(viewer, rights)
