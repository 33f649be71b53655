"""An operator at their browser, and companies of any size, for tests of the operator panel."""

from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from presence.models import Department, Extension, User
from tests.cast import log_in


def make_operator(*codenames: str, username: str = "olga") -> User:
    """A login of staff with these permissions (none named: those for extensions), without an extension of its own."""
    user = User.objects.create(username=username, is_staff=True)
    wanted = codenames or ("view_extension", "change_extension")
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="presence", codename__in=wanted))
    return user


def browser_of(user: User) -> Client:
    client = Client()
    log_in(client, user)
    return client


def make_company(count: int, *, first: int = 1000, department: str = "Sales", **fields: Any) -> list[Extension]:
    """`count` extensions without logins, numbered from `first`."""
    home, _ = Department.objects.get_or_create(name=department)
    return Extension.objects.bulk_create(
        Extension(number=str(first + n), name="Jan Lis", department=home, **fields) for n in range(count)
    )
