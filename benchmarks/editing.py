"""`python -m benchmarks.editing`: fills the empty database of DATABASE_URL, measures in it and prints JSON."""

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.bulk_edit import COMPANIES, EDIT_ROUNDS, PAGE_ROUNDS, SIZES, Editing, Work  # noqa: E402
from presence.domain.extension_settings import Values  # noqa: E402
from presence.domain.vocabulary import Surface  # noqa: E402
from presence.management.commands.seed_demo import seed  # noqa: E402
from presence.models import BulkEdit, Department, Extension, SystemExtension, User  # noqa: E402
from presence.services.bulk_edit import confirm_edit, draft_edit, plan_edit, undo_edit  # noqa: E402
from presence.services.extension_settings import write_settings  # noqa: E402
from webclient.collected_files import collect  # noqa: E402

RULES_OF_THEIR_OWN: Values = {
    "available.busy.external": "extension_voicemail:105",
    "lunch.no_answer.internal": "mobile",
    "business_trip.always.external": "external_number:+48221234567",
    "lunch.external.seconds": 30,
}


def measure() -> Editing:
    found = Editing([], [], [], [], [])
    call_command("migrate", verbosity=0)
    collect()
    for extensions in COMPANIES:
        for model in (SystemExtension, Extension, Department, User):
            model.objects.all().delete()
        seed(extensions)
        everybody = dict.fromkeys(Extension.objects.values_list("pk", flat=True), RULES_OF_THEIR_OWN)
        write_settings(everybody, by=None, surface=Surface.OPERATOR_PANEL)
        browser = browser_of_the_operator()
        found.lists.append(page(browser, "/admin/"))
        found.check_ups.append(page(browser, "/admin/check-up/"))
    for count in SIZES:
        edit(found, count)
    return found


def edit(found: Editing, count: int) -> None:
    """Available, no answer, external: to extension 105, after a ring of its own each time."""
    by = User.objects.get(username="olga")
    previews, edits, undos = [], [], []
    for turn in range(EDIT_ROUNDS):
        everybody = Extension.objects.select_related("department").exclude(number="105").by_number()
        extensions = list(everybody[:count])
        request: Values = {"available.no_answer.external": "extension:105", "available.external.seconds": 15 + turn}
        plans, preview = timed(plan_edit, extensions, request)
        draft = draft_edit(extensions, request, by=by)
        done: BulkEdit
        done, confirmed = timed(confirm_edit, draft, by=by)
        if sum(plan.changes for plan in plans) != count or done.changes.count() != count:
            raise RuntimeError("the edit left somebody out")
        _, undone = timed(undo_edit, done, by=by)
        previews.append(preview)
        edits.append(confirmed)
        undos.append(undone)
    found.previews.append(median(previews))
    found.edits.append(median(edits))
    found.undos.append(median(undos))


def browser_of_the_operator() -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="olga"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(browser: Client, address: str) -> Work:
    """Through the whole of Django, from the request to the compressed page, but without a socket."""
    works = []
    for _ in range(PAGE_ROUNDS + 1):
        response, work = timed(browser.get, address, headers={"accept-encoding": "br"})
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        works.append(work)
    return median(works[1:])


def timed(do: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[Any, Work]:
    """What `do` returned, and its work; the queries are counted as they pass, which costs next to nothing."""
    queries = 0

    def count(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*query)

    with connection.execute_wrapper(count):
        started = time.perf_counter()
        result = do(*arguments, **named)
        return result, Work(time.perf_counter() - started, queries)


def median(works: list[Work]) -> Work:
    return Work(statistics.median(work.seconds for work in works), max(work.queries for work in works))


if __name__ == "__main__":
    print(json.dumps(asdict(measure())))
