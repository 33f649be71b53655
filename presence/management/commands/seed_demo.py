"""`manage.py seed_demo [--extensions N]`: the demo company into an empty database."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from presence.domain.vocabulary import SystemExtensionKind
from presence.management.demo_company import (
    DEPARTMENTS,
    OPERATOR,
    PEOPLE,
    RECEPTIONIST_OPTIONS,
    SYSTEM_EXTENSIONS,
    crowd,
)
from presence.models import (
    Department,
    Extension,
    Membership,
    Receptionist,
    ReceptionistOption,
    SystemExtension,
    User,
)

PASSWORD = "lampfield"  # noqa: S105 - published, and warned about while unchanged
EXTENSIONS_MAX = 100_000
OPERATORS = "Operators"


class Command(BaseCommand):
    help = "Fills an empty database with the demo company (23 people), or with a company of N extensions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--extensions", type=int, default=len(PEOPLE), help="how many extensions in all")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are extensions already")

    def handle(self, *args: Any, extensions: int, if_empty: bool, **options: Any) -> None:
        if not len(PEOPLE) <= extensions <= EXTENSIONS_MAX:
            raise CommandError(f"--extensions must be from {len(PEOPLE)} to {EXTENSIONS_MAX}.")
        if Extension.objects.exists() or User.objects.exists():
            if if_empty:
                return
            raise CommandError("The database is not empty: the demo company is for an empty one only.")
        seed(extensions)
        self.stdout.write(f"Demo company made: {extensions} extensions, password “{PASSWORD}” for everyone.")


@transaction.atomic
def seed(extensions: int = len(PEOPLE)) -> None:
    """Make the demo company with `extensions` extensions, of which the first are its named people."""
    Department.objects.bulk_create(Department(name=name) for name in DEPARTMENTS)
    departments = {department.name: department for department in Department.objects.all()}
    # One hash for all: hashing is slow on purpose, and they share the password anyway.
    password = make_password(PASSWORD)
    others = crowd(extensions - len(PEOPLE), {number for number, *_ in PEOPLE})
    people = [*PEOPLE, *((n, name, f"u{n}", DEPARTMENTS[i % len(DEPARTMENTS)]) for i, (n, name) in enumerate(others))]
    User.objects.bulk_create(_user(login, name, password) for _, name, login, _ in people)
    users = {user.username: user for user in User.objects.all()}
    Extension.objects.bulk_create(
        Extension(number=number, name=name, department=departments[department], user=users[login])
        for number, name, login, department in people
    )
    _seed_system_extensions()
    users[OPERATOR].groups.add(make_operators())


def _seed_system_extensions() -> None:
    for number, name, kind, members, strategy, (to, value) in SYSTEM_EXTENSIONS:
        system = SystemExtension.objects.create(
            number=number,
            name=name,
            kind=kind,
            ring_strategy=strategy,
            destination_kind=to,
            destination_value=value,
        )
        Membership.objects.bulk_create(
            Membership(system_extension=system, extension=Extension.objects.get(number=member), position=position)
            for position, member in enumerate(members)
        )
        if kind == SystemExtensionKind.DIGITAL_RECEPTIONIST:
            receptionist = Receptionist.objects.create(system_extension=system)
            ReceptionistOption.objects.bulk_create(
                ReceptionistOption(
                    receptionist=receptionist, key=key, words=words, destination_kind=to, destination_value=value
                )
                for key, words, to, value in RECEPTIONIST_OPTIONS
            )


def make_operators() -> Group:
    """All of the operator panel but the company's policy, which superusers keep to themselves."""
    operators, _ = Group.objects.get_or_create(name=OPERATORS)
    operators.permissions.set(
        Permission.objects.filter(content_type__app_label="presence").exclude(content_type__model="company")
    )
    return operators


def _user(login: str, name: str, password: str) -> User:
    first, _, last = name.partition(" ")
    return User(
        username=login,
        first_name=first,
        last_name=last,
        password=password,
        is_staff=login == OPERATOR,
        # Whoever looks at the demo wants to see People; Settings leads through the first steps.
        first_steps_at=timezone.now(),
    )
