"""A process that is killed while it writes has kept all that it said it had kept, and nothing by half."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from presence import selectors
from presence.domain.vocabulary import Origin, Status
from presence.management.commands.seed_demo import seed
from presence.models import BulkEdit, ChangeRecord, Extension, Voicemail, VoicemailChunk
from presence.selectors.settings import own_values
from presence.services import voicemail
from tests.databases import database_url
from tests.killed_writer import SECONDS
from tests.soak_size import size

ROOT = Path(__file__).resolve().parent.parent
KILLS = size(2, 200)
EXTENSIONS = 30
SAID_MAX = 20  # before the kill comes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(size(120, 3_600))]


@pytest.fixture
def environment(settings: Any, tmp_path: Path) -> dict[str, str]:
    """For a process that works on this test's database and files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "ERROR",
    }


def said_until_killed(environment: dict[str, str], begin: int, chance: random.Random) -> list[dict[str, Any]]:
    """Killed at any moment after some of it was said; what comes after the last line may or may not be there."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.killed_writer", str(begin)], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    said = [json.loads(writer.stdout.readline()) for _ in range(chance.randint(1, SAID_MAX))]
    try:
        writer.wait(chance.random() * 0.02)
    except subprocess.TimeoutExpired:
        writer.send_signal(signal.SIGKILL)
    said += [json.loads(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    assert writer.wait(10) == -signal.SIGKILL
    writer.stdout.close()
    return said


def last_of(said: list[dict[str, Any]], what: str) -> Iterator[dict[str, Any]]:
    yield from [each for each in said if what in each][-1:]


def is_whole() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert cursor.execute("PRAGMA foreign_key_check").fetchall() == []


def rules_are_kept(said: list[dict[str, Any]]) -> None:
    """The one that was said last, or the one after it that was on its way."""
    adam = Extension.objects.get(number="101")
    now = selectors.effective_profile(adam, Status.LUNCH).ring_seconds[Origin.INTERNAL]
    for each in last_of(said, "rule"):
        assert now in (each["rule"], SECONDS[(SECONDS.index(each["rule"]) + 1) % len(SECONDS)])


def no_bulk_edit_is_half(said: list[dict[str, Any]]) -> None:
    """Every edit has touched everybody, and everybody has what the last one gave."""
    for edit in BulkEdit.objects.all():
        assert ChangeRecord.objects.filter(edit=edit).count() == EXTENSIONS
    for each in last_of(said, "bulk"):
        assert BulkEdit.objects.filter(pk=each["bulk"]).exists()
    latest = BulkEdit.objects.order_by("-pk").first()
    if latest is not None:
        wanted = latest.request["available.external.seconds"]
        values = own_values(list(Extension.objects.select_related("department")))
        assert {value["available.external.seconds"] for value in values.values()} == {wanted}


def no_message_is_lost(said: list[dict[str, Any]]) -> None:
    """What was recorded is there, piece by piece or as the message it became."""
    heard = {each["call"]: each for each in said if "call" in each}
    for call, last in heard.items():
        message = Voicemail.objects.get(call_id=call)
        assert message.call_id is not None
        if message.state == Voicemail.State.RECORDING:
            assert VoicemailChunk.objects.filter(voicemail=message).count() >= last["pieces"]
            if last.get("over"):
                voicemail.finish_recording(call_id=message.call_id)
                message.refresh_from_db()
        if last.get("over"):
            with message.sound.open("rb") as sound:
                assert sound.read().count(f"{last['turn']}:".encode()) == 100 * last["pieces"]


def test_what_was_acknowledged_outlives_any_kill(environment: dict[str, str]) -> None:
    seed(EXTENSIONS)
    begin, chance = 0, random.Random(7)
    for _ in range(KILLS):
        said = said_until_killed(environment, begin, chance)
        begin += 1 + sum("bulk" in each for each in said)
        is_whole()
        rules_are_kept(said)
        no_bulk_edit_is_half(said)
        no_message_is_lost(said)
