"""The clerk's own process: one request a line on stdin, its answer on stdout; see `tests.browser.clerk`."""

import json
import sys
import traceback
from collections.abc import Callable
from io import StringIO
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.files.storage import default_storage  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from presence.domain.call_facts import ReceptionistFacts  # noqa: E402
from presence.domain.extension_settings import is_inheritable  # noqa: E402
from presence.domain.vocabulary import (  # noqa: E402
    CallState,
    Condition,
    DestinationKind,
    Origin,
    Reason,
    RuleKind,
    Sight,
    Status,
    Surface,
)
from presence.management.commands.seed_demo import OPERATORS  # noqa: E402
from presence.models import (  # noqa: E402
    Call,
    ChangeRecord,
    Department,
    Extension,
    Favourite,
    ForwardingRule,
    Greeting,
    Membership,
    StatusProfileRow,
    SystemExtension,
    TemplateSetting,
    User,
    Visit,
    Voicemail,
)
from presence.models.user import RINGING_VOLUME_USUAL  # noqa: E402
from presence.replica import Replica  # noqa: E402
from presence.selectors import directory_versions, presence_rows  # noqa: E402
from presence.selectors.settings import own_values  # noqa: E402
from presence.selectors.system import system_facts  # noqa: E402
from presence.services import calls, voicemail  # noqa: E402
from tests.cast import rule, session_of  # noqa: E402
from tests.sounds import tone  # noqa: E402

AS_MADE = {
    "status": Status.AVAILABLE,
    "status_note": "",
    "status_set_by": None,
    "status_until": None,
    "status_after": "",
    "status_set_on": "",
    "mobile_number": "",
    "voicemail_on": True,
    "external_forwarding": True,
    "is_enabled": True,
    "takes_visits": True,
    "visit_code": None,
}

USERS_AS_MADE = {
    "language": "",
    "theme": "",
    "picture": "",
    "ringing_sound": True,
    "ringing_volume": RINGING_VOLUME_USUAL,
    "other_sounds": True,
}
FACTORY = "Factory"
SYSTEMS_AS_MADE = ("800", "810", "850")
GROUP_RING_SECONDS = 20


def start_afresh() -> None:
    """Nobody is in a call, and everybody is as the demo company was made."""
    for call_id in Call.objects.exclude(state=CallState.ENDED).values_list("pk", flat=True):
        calls.end_call(call_id=call_id, reason=Reason.LOST)
    for model in (Voicemail, Greeting, ForwardingRule, StatusProfileRow, TemplateSetting, Visit, Favourite):
        model._default_manager.all().delete()
    ChangeRecord.objects.filter(what=ChangeRecord.What.STATUS).delete()  # nothing to go back to
    SystemExtension.objects.exclude(number__in=SYSTEMS_AS_MADE).delete()
    SystemExtension.objects.update(ring_seconds=GROUP_RING_SECONDS)
    User.objects.exclude(**USERS_AS_MADE).update(**USERS_AS_MADE)
    User.objects.filter(first_steps_at=None).update(first_steps_at=timezone.now())
    Extension.objects.filter(department__name=FACTORY).delete()
    Department.objects.filter(name=FACTORY).delete()
    Department.shown_all.through.objects.all().delete()
    Department.objects.exclude(shown_to_others=Sight.WHOLE).update(shown_to_others=Sight.WHOLE)
    Membership.objects.update(is_logged_in=True)
    Extension.objects.exclude(**AS_MADE).update(**AS_MADE, version=F("version") + 1)
    Extension.objects.update(calls_seen_at=timezone.now())


def open_session(login: str) -> str:
    return session_of(User.objects.get(username=login))


def manage(*command: str) -> str:
    output = StringIO()
    call_command(*command, stdout=output)
    return output.getvalue()


def open_sessions(count: int) -> dict[str, str]:
    numbered = Extension.objects.filter(user__isnull=False).order_by("number").values_list("number", "user__username")
    return {number: open_session(login) for number, login in numbered[:count]}


def directory() -> dict[str, list[Any]]:
    replica = Replica("")
    replica.apply(presence_rows())
    return {row[0]: row for row in json.loads(replica.snapshot())["rows"]}


def call_states() -> dict[str, str]:
    return {str(call): str(state) for call, state in Call.objects.values_list("pk", "state")}


def status_of(login: str) -> str:
    return str(Extension.objects.get(user__username=login).status)


def versions() -> dict[str, int]:
    return directory_versions()


def open_factory(workers: int) -> None:
    factory = Department.objects.create(name=FACTORY)
    Extension.objects.bulk_create(
        Extension(number=str(50_000 + turn), name=f"Worker {turn}", department=factory) for turn in range(workers)
    )


def set_rule(
    number: str,
    status: str,
    condition: str,
    kind: str,
    value: str = "",
    origin: str | None = None,
    set_on: str = Surface.WEB_CLIENT,
) -> None:
    rule(
        Extension.objects.get(number=number),
        Status(status),
        Condition(condition),
        DestinationKind(kind),
        value,
        origin=Origin(origin) if origin else None,
        set_on=Surface(set_on),
    )


def ring_for(number: str, status: str, seconds: int) -> None:
    row, _ = StatusProfileRow.objects.get_or_create(extension=Extension.objects.get(number=number), status=status)
    row.internal_ring_seconds = row.external_ring_seconds = seconds
    row.save()


def ring_group_for(number: str, seconds: int) -> None:
    SystemExtension.objects.filter(number=number).update(ring_seconds=seconds)


def allow_second_call(number: str, status: str) -> None:
    extension = Extension.objects.get(number=number)
    StatusProfileRow.objects.update_or_create(extension=extension, status=status, defaults={"takes_second_call": True})


def let_ring(number: str, status: str) -> None:
    extension = Extension.objects.get(number=number)
    StatusProfileRow.objects.update_or_create(
        extension=extension, status=status, defaults={"rule_kind": RuleKind.RINGS_FIRST}
    )


def change_extension(number: str, **fields: Any) -> None:
    Extension.objects.filter(number=number).update(**fields, version=F("version") + 1)


def own_settings(number: str) -> dict[str, Any]:
    extension = Extension.objects.get(number=number)
    return {key: value for key, value in own_values([extension])[extension.pk].items() if is_inheritable(key)}


def leave_message(number: str, caller: str, seconds: int) -> None:
    name = default_storage.save("message.webm", ContentFile(tone(seconds)))
    Voicemail.objects.create(
        box=Extension.objects.get(number=number),
        caller_number=caller,
        caller_name=Extension.objects.get(number=caller).name,
        origin=Origin.INTERNAL,
        state=Voicemail.State.NEW,
        seconds=seconds,
        sound=name,
    )


def record_greeting(number: str, seconds: int) -> None:
    voicemail.save_greeting(extension=Extension.objects.get(number=number), sound=tone(seconds))


def facts_of_system(number: str) -> dict[str, Any]:
    """What the router knows of a digital receptionist: where each key leads, and whether it is ever closed."""
    facts = system_facts(number)
    if not isinstance(facts, ReceptionistFacts):
        raise LookupError(number)
    keys = {key: f"{to.kind}:{to.value}" for key, to in facts.options.items()}
    weekdays = facts.hours.weekdays if facts.hours else {}
    spans = {str(day): [[str(start), str(end)] for start, end in each] for day, each in weekdays.items()}
    return {"keys": keys, "hours": spans, "closed": f"{facts.closed_destination.kind}:{facts.closed_destination.value}"}


def make_operator(login: str) -> None:
    user, _ = User.objects.get_or_create(username=login, defaults={"is_staff": True})
    user.groups.set(Group.objects.filter(name=OPERATORS))


def make_superuser(login: str) -> None:
    User.objects.get_or_create(username=login, defaults={"is_staff": True, "is_superuser": True})


def make_new(login: str) -> None:
    User.objects.filter(username=login).update(first_steps_at=None)


def is_new(login: str) -> bool:
    return User.objects.get(username=login).first_steps_at is None


def count_calls() -> int:
    return Call.objects.count()


DUTIES: dict[str, Callable[..., Any]] = {
    duty.__name__: duty
    for duty in (
        start_afresh,
        open_session,
        manage,
        open_sessions,
        directory,
        call_states,
        status_of,
        versions,
        set_rule,
        ring_for,
        ring_group_for,
        allow_second_call,
        let_ring,
        change_extension,
        own_settings,
        leave_message,
        record_greeting,
        facts_of_system,
        make_operator,
        make_superuser,
        make_new,
        is_new,
        count_calls,
        open_factory,
    )
}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": DUTIES[request["duty"]](*request["args"], **request["kwargs"])}
    except Exception:  # noqa: BLE001 - told to the test that asked, which fails with it
        return {"error": traceback.format_exc()}


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
