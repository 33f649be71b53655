"""How good a call sounds: the rating as a table, the summary of a call, and what windows may report of it."""

from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from presence.domain.call_quality import COURSE_LENGTH_MAX, Grade, Sample, Summary, grade, rating
from presence.domain.vocabulary import CallState, Origin, Reason
from presence.models import Call, CallLeg, CallQuality, Extension
from presence.services.call_quality import keep_quality, summary_of
from tests.phones import Phone, phone

GOOD, POOR = Sample(0, 2, 30), Sample(40, 80, 300)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (Sample(0, 0, None), Grade.GOOD),
        (Sample(0, 5, 40), Grade.GOOD),
        (Sample(1, 10, 60), Grade.GOOD),
        (Sample(3, 10, 60), Grade.GOOD),
        (Sample(0, 0, 300), Grade.GOOD),  # 150 ms one way: G.114 sees no harm
        (Sample(5, 10, 60), Grade.FAIR),
        (Sample(0, 0, 480), Grade.FAIR),
        (Sample(10, 10, 60), Grade.FAIR),
        (Sample(15, 10, 60), Grade.POOR),
        (Sample(0, 0, 800), Grade.POOR),  # 400 ms one way: more than G.114 allows
        (Sample(0, 200, 60), Grade.POOR),
        (Sample(5, 40, 400), Grade.POOR),
        (Sample(100, 0, None), Grade.POOR),
        (Sample(100, 60_000, 60_000), Grade.POOR),
    ],
)
def test_loss_jitter_and_delay_make_one_word(sample: Sample, expected: Grade) -> None:
    assert grade(rating(sample)) is expected


@pytest.mark.parametrize(
    ("rated", "expected"), [(80, "good"), (79.9, "fair"), (60, "fair"), (59.9, "poor"), (0, "poor")]
)
def test_the_steps_are_those_of_g109(rated: float, expected: str) -> None:
    assert grade(rated) == expected


def test_a_rating_is_never_below_nothing() -> None:
    assert rating(Sample(100, 60_000, 60_000)) == 0


def test_a_summary_has_means_and_the_worst() -> None:
    summary = Summary().with_samples([Sample(0, 2, None), Sample(4, 6, 100), Sample(2, 4, 50)])

    assert (summary.samples, summary.round_trips) == (3, 2)
    assert (summary.loss_percent, summary.worst_loss_percent) == (2, 4)
    assert (summary.jitter_ms, summary.worst_jitter_ms) == (4, 6)
    assert (summary.round_trip_ms, summary.worst_round_trip_ms) == (75, 100)
    assert summary.worst_rating == rating(Sample(4, 6, 100))
    assert len(summary.course) == 3


def test_samples_in_pieces_make_the_same_summary_as_at_once() -> None:
    samples = [GOOD, POOR, GOOD, Sample(1, 3, None)]

    assert Summary().with_samples(samples[:1]).with_samples(samples[1:]) == Summary().with_samples(samples)


def test_the_course_of_a_long_call_stays_short_and_keeps_its_drop() -> None:
    summary = Summary().with_samples([GOOD] * 500 + [POOR] + [GOOD] * 500)

    assert len(summary.course) <= COURSE_LENGTH_MAX
    assert min(summary.course) == round(rating(POOR))
    assert summary.samples == 1001


@sync_to_async
def kept(call: str) -> dict[str, Summary]:
    return {
        kept.leg.extension.number: summary_of(kept)
        for kept in CallQuality.objects.filter(leg__call_id=call).select_related("leg__extension")
        if kept.leg.extension is not None
    }


async def talk(caller: Phone, callee: Phone) -> str:
    await caller.say(type="dial", number="102")
    await callee.until_card("ringing")
    await callee.say(type="answer", call=callee.call)
    await caller.until_card("talking")
    return caller.call


async def reported(line: Phone) -> None:
    """What this window said has been taken: a later question is answered after it."""
    await line.say(type="pick_up", number="999")
    assert await line.until_refused() == ("pick_up", "nothing_rings")


@pytest.mark.django_db(transaction=True)
async def test_each_window_adds_to_the_quality_of_its_own_leg(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as caller, phone(piotr) as callee:
        call = await talk(caller, callee)
        await caller.say(type="quality", call=call, samples=[[0, 2, 30]])
        await caller.say(type="quality", call=call, samples=[[4, 6, None], [2.5, 1, 20]])
        await callee.say(type="quality", call=call, samples=[[100, 0, None]])
        await reported(caller)
        await reported(callee)

        assert await kept(call) == {
            "101": Summary().with_samples([Sample(0, 2, 30), Sample(4, 6, None), Sample(2.5, 1, 20)]),
            "102": Summary().with_samples([Sample(100, 0, None)]),
        }


@pytest.mark.django_db(transaction=True)
async def test_the_last_report_may_follow_the_end_of_the_call(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as caller, phone(piotr) as callee:
        call = await talk(caller, callee)
        await callee.say(type="hang_up", call=call)
        await caller.until_card("ended")

        await caller.say(type="quality", call=call, samples=[[0, 2, 30]])
        await reported(caller)

        assert (await kept(call)).keys() == {"101"}


@pytest.mark.django_db(transaction=True)
async def test_nobody_reports_for_a_call_of_others(adam: Extension, piotr: Extension, anna: Extension) -> None:
    async with phone(adam) as caller, phone(piotr) as callee, phone(anna) as stranger, phone(adam) as second_window:
        call = await talk(caller, callee)
        for other in (stranger, second_window):
            await other.say(type="quality", call=call, samples=[[0, 2, 30]])
            assert await other.until_refused() == ("quality", "gone")
        await stranger.say(type="quality", call=str(uuid4()), samples=[[0, 2, 30]])
        assert await stranger.until_refused() == ("quality", "gone")

        assert await kept(call) == {}


@pytest.mark.django_db(transaction=True)
async def test_nothing_is_reported_of_a_call_that_still_rings(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as caller, phone(piotr):
        await caller.say(type="dial", number="102")
        await caller.until_card("dialling")

        await caller.say(type="quality", call=caller.call, samples=[[0, 2, 30]])

        assert await caller.until_refused() == ("quality", "gone")


MALFORMED: list[Any] = [
    None,
    7,
    "all",
    {},
    [],
    [[0, 0, 0]] * 33,
    [[0, 0]],
    [[0, 0, 0, 0]],
    [0, 0, 0],
    [{"loss": 0}],
    [["0", 0, 0]],
    [[True, 0, 0]],
    [[None, 0, 0]],
    [[0, None, 0]],
    [[-1, 0, 0]],
    [[100.1, 0, 0]],
    [[0, -0.1, 0]],
    [[0, 60_001, 0]],
    [[0, 0, -1]],
    [[0, 0, 60_001]],
    [[float("nan"), 0, 0]],
    [[0, float("inf"), 0]],
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("samples", MALFORMED, ids=repr)
async def test_a_report_out_of_bounds_closes_the_socket(adam: Extension, samples: Any) -> None:
    async with phone(adam) as line:
        await line.say(type="quality", call=str(uuid4()), samples=samples)

        assert await line.until_closed() == 4400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("call", [None, 7, "no-call"])
async def test_a_report_without_a_call_closes_the_socket(adam: Extension, call: Any) -> None:
    async with phone(adam) as line:
        await line.say(type="quality", call=call, samples=[[0, 0, 0]])

        assert await line.until_closed() == 4400


def a_talk(caller: Extension, callee: Extension) -> Call:
    now = timezone.now()
    call = Call.objects.create(
        caller_number=caller.number,
        caller_name=caller.name,
        origin=Origin.INTERNAL,
        called_number=callee.number,
        state=CallState.ENDED,
        answered_at=now,
        ended_at=now,
        end_reason=Reason.COMPLETED,
    )
    for role, extension in ((CallLeg.Role.CALLER, caller), (CallLeg.Role.CALLEE, callee)):
        CallLeg.objects.create(
            call=call,
            extension=extension,
            role=role,
            window=f"window-of-{extension.number}",
            state=CallState.ENDED,
            answered_at=now,
            ended_at=now,
            end_reason=Reason.COMPLETED,
        )
    return call


def report(call: Call, extension: Extension, *samples: Sample) -> None:
    keep_quality(call_id=call.pk, extension=extension, window=f"window-of-{extension.number}", samples=samples)


def test_the_log_says_how_a_call_sounded(adam: Extension, piotr: Extension, adams_browser: Client) -> None:
    report(a_talk(adam, piotr), adam, Sample(0.5, 3, 20), Sample(1.5, 5, 40))

    page = adams_browser.get("/calls/").content.decode()

    assert "Sound: Good" in page
    assert "lost 1.0%, jitter 4 ms, round trip 30 ms" in page


def test_the_log_names_the_worst_moment_of_a_good_call(
    adam: Extension, piotr: Extension, adams_browser: Client
) -> None:
    report(a_talk(adam, piotr), adam, *[GOOD] * 40, POOR)

    assert "At its worst: Poor" in adams_browser.get("/calls/").content.decode()


def test_the_log_keeps_the_other_sides_quality_to_them(
    adam: Extension, piotr: Extension, adams_browser: Client
) -> None:
    report(a_talk(adam, piotr), piotr, POOR)

    assert "Sound:" not in adams_browser.get("/calls/").content.decode()


def test_an_echo_test_has_its_own_words_in_the_log(adam: Extension, adams_browser: Client) -> None:
    now = timezone.now()
    call = Call.objects.create(
        caller_number="101",
        caller_name="Adam Nowak",
        origin=Origin.INTERNAL,
        called_number="*43",
        state=CallState.ENDED,
        answered_at=now,
        ended_at=now,
        end_reason=Reason.COMPLETED,
    )
    CallLeg.objects.create(
        call=call, extension=adam, role=CallLeg.Role.CALLER, state=CallState.ENDED, answered_at=now, ended_at=now
    )

    page = adams_browser.get("/calls/").content.decode().partition("</main>")[0]

    assert "Echo test" in page
    assert "The sound was tested for 0 s" in page
    assert "connection was lost" not in page
