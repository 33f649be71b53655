"""`python -m tests.killed_writer BEGIN`: writes until it is killed, and says each thing once it is committed.

A rule, a bulk edit of everybody and a piece of a voicemail, in turn, each with a number that grows from BEGIN; what was
said is what must be there afterwards.
"""

import json
import os
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
django.setup()

from presence import selectors  # noqa: E402
from presence.domain.vocabulary import Origin, Reason, Status, Surface  # noqa: E402
from presence.models import Call, Extension, User  # noqa: E402
from presence.services import calls, voicemail  # noqa: E402
from presence.services.bulk_edit import confirm_edit, draft_edit  # noqa: E402
from presence.services.forwarding import save_profile  # noqa: E402

EPOCH, WINDOW = "killed", "window-of-a-caller"
PIECES = 4  # of one message
SECONDS = range(5, 121)  # what a ring may last


def write(begin: int) -> Iterator[dict[str, Any]]:
    """What has been committed."""
    adam, piotr = Extension.objects.select_related("user").filter(number__in=["101", "102"]).order_by("number")
    operator = User.objects.filter(is_staff=True).first()
    assert operator is not None
    for turn in count(begin):
        yield {"rule": edit_rule(adam, turn)}
        yield {"bulk": edit_everybody(operator, turn)}
        yield from leave_message(adam, piotr, turn)


def edit_rule(adam: Extension, turn: int) -> int:
    assert adam.user is not None
    profile = selectors.effective_profile(adam, Status.LUNCH)
    seconds = SECONDS[turn % len(SECONDS)]
    save_profile(
        extension=adam,
        status=Status.LUNCH,
        destinations=profile.destinations,
        ring_seconds={**profile.ring_seconds, Origin.INTERNAL: seconds},
        expected_version=selectors.profile_version(adam, Status.LUNCH),
        by=adam.user,
        surface=Surface.WEB_CLIENT,
    )
    return seconds


def edit_everybody(operator: User, turn: int) -> int:
    seconds = SECONDS[turn % len(SECONDS)]
    draft = draft_edit(list(Extension.objects.all()), {"available.external.seconds": seconds}, by=operator)
    return confirm_edit(draft, by=operator).pk


def leave_message(adam: Extension, piotr: Extension, turn: int) -> Iterator[dict[str, Any]]:
    for call in Call.objects.exclude(state="ended"):
        calls.end_call(call_id=call.pk, reason=Reason.LOST)
    call = calls.start_call(extension=adam, window=WINDOW, number=piotr.number, epoch=EPOCH)
    assert calls.connect_voicemail(call_id=call.pk, number=piotr.number)
    for piece in range(PIECES):
        data = f"{turn}:{piece};".encode() * 100
        voicemail.store_chunk(call_id=call.pk, extension=adam, window=WINDOW, sequence=piece, data=data)
        yield {"call": str(call.pk), "pieces": piece + 1, "turn": turn}
    calls.hang_up(call_id=call.pk, extension=adam, window=WINDOW)
    yield {"call": str(call.pk), "pieces": PIECES, "turn": turn, "over": True}


def main(begin: int) -> None:
    calls.DIALS_PER_MINUTE_MAX = 1_000_000
    for said in write(begin):
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
