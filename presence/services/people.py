"""An operator makes departments, and extensions with a login that its holder is invited to take over."""

from django.db import transaction

from presence import hub
from presence.models import Company, Department, Extension, SystemExtension, User
from presence.models.sole import sole


class NumberTakenError(Exception):
    """Some extension or system extension has this number; `holder` says who."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class NameTakenError(Exception):
    """A login or department of this name exists."""


class DepartmentInUseError(Exception):
    """A department that still has extensions cannot be deleted."""


def holder_of_number(number: str) -> str:
    """Who has this number, as a person or as a queue, ring group or receptionist; empty for nobody."""
    holder = sole(Extension.objects.filter(number=number)) or sole(SystemExtension.objects.filter(number=number))
    return str(holder) if holder else ""


def lock_numbers() -> None:
    """Nobody else gives out a number until the transaction ends: extensions and system extensions share them."""
    company = sole(Company.objects.all()) or Company.objects.create()
    Company.objects.select_for_update().get(pk=company.pk)


@transaction.atomic
def create_extension(
    *,
    number: str,
    name: str,
    department: Department | None,
    username: str,
    email: str = "",
    mobile_number: str = "",
) -> Extension:
    """An extension as the templates say, held by a new login that has no password until its holder chooses one.

    Raises NumberTakenError and NameTakenError.
    """
    lock_numbers()
    if holder := holder_of_number(number):
        raise NumberTakenError(holder)
    if User.objects.filter(username__iexact=username).exists():
        raise NameTakenError
    first, _, last = name.partition(" ")
    user = User(username=username, email=email, first_name=first[:150], last_name=last[:150])
    user.set_unusable_password()
    user.save()
    extension = Extension.objects.create(
        number=number, name=name, department=department, user=user, mobile_number=mobile_number
    )
    hub.publish_presence([number])
    hub.publish_audiences()
    return extension


@transaction.atomic
def create_department(*, name: str) -> Department:
    """Raises NameTakenError."""
    _refuse_taken_name(name)
    return Department.objects.create(name=name)


@transaction.atomic
def rename_department(*, department: Department, name: str) -> None:
    """Its people stay in it. Raises NameTakenError."""
    _refuse_taken_name(name, besides=department)
    department.name = name
    department.save(update_fields=["name"])


@transaction.atomic
def delete_department(*, department: Department) -> None:
    """With its template. Raises DepartmentInUseError while somebody is in it."""
    locked = Department.objects.select_for_update().get(pk=department.pk)
    if locked.extensions.exists():
        raise DepartmentInUseError
    locked.delete()


def _refuse_taken_name(name: str, besides: Department | None = None) -> None:
    # SQLite ignores the case of ASCII letters only.
    wanted = name.casefold()
    others = [other for other in Department.objects.all() if other != besides]
    if any(other.name.casefold() == wanted for other in others):
        raise NameTakenError
