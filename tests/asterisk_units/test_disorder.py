"""Events that come twice, late, in another order, or of channels that nobody knows."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from presence.calls.asterisk.exchange import Exchange
from presence.domain.vocabulary import CallState, Condition, DestinationKind, Status
from presence.models import Call, CallLeg, Extension
from tests.asterisk_units.fake_asterisk import (
    BUSY,
    CANCELLED,
    DECLINED,
    NO_ANSWER,
    FakeAsterisk,
    FakeChannel,
    Message,
)
from tests.asterisk_units.linked import all_over, ringing, talking, until, until_rows
from tests.asterisk_units.messages import MESSAGES, message
from tests.asterisk_units.spoilt_messages import invented_messages, spoilt_messages
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)

# Threads of the database decide, too: what fails once need not fail again, so there is nothing to make smaller.
OFTEN = settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def test_every_event_may_come_twice(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    def twice(event: Message) -> None:
        asterisk.tell(event)
        asterisk.tell(event)

    asterisk.deliver = twice
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    asterisk.holds(ours)
    await until(lambda: theirs.has_music)
    asterisk.resumes(ours)
    await talking(asterisk, ours, theirs)
    asterisk.hangs_up(theirs)
    await all_over(asterisk, exchange)
    assert await Call.objects.acount() == 1
    assert asterisk.rung() == ["102"]


async def test_a_whole_call_told_again_when_it_is_over_changes_nothing(
    asterisk: FakeAsterisk, exchange: Exchange
) -> None:
    told: list[Message] = []

    def remember(event: Message) -> None:
        told.append(event)
        asterisk.tell(event)

    asterisk.deliver = remember
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    asterisk.hangs_up(ours)
    await all_over(asterisk, exchange)
    for event in told:
        asterisk.tell(event)
    # Whoever dials next is heard after all of that.
    asterisk.deliver = asterisk.tell
    next_caller = asterisk.dials("103", "101")
    await ringing(asterisk, "101")
    asterisk.hangs_up(next_caller, CANCELLED)
    await all_over(asterisk, exchange)
    assert await Call.objects.acount() == 2


async def test_events_of_channels_that_nobody_knows_change_nothing(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    for situation in MESSAGES.keys() - {"another client connects", "a phone dials", "a contact is Removed"}:
        asterisk.tell(message(situation))
    ours = asterisk.dials("103", "101")
    await ringing(asterisk, "101")
    asterisk.hangs_up(ours, CANCELLED)
    await all_over(asterisk, exchange)
    assert await Call.objects.acount() == 1


async def test_a_caller_who_is_gone_before_we_look_begins_no_call(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    asterisk.hangs_up(asterisk.dials("101", "102"), CANCELLED)
    await until(lambda: asterisk.asked_for("POST channels/1795903375"))
    await until(lambda: not exchange.board.channels)
    await all_over(asterisk, exchange)


async def test_a_phone_that_answers_what_rings_no_more_is_hung_up_and_calls_nobody(
    asterisk: FakeAsterisk, exchange: Exchange
) -> None:
    late = asterisk.add_channel("lf-000000000099-0123456789abcdef", "102", "Up")
    asterisk.enter(late)
    await until(asterisk.is_empty)
    assert (asterisk.hung_up, await Call.objects.acount()) == ({late.id: 26}, 0)


@OFTEN
@given(messages=st.lists(spoilt_messages() | invented_messages, min_size=10, max_size=10))
@pytest.mark.slow
async def test_whatever_asterisk_says_is_heard_without_a_traceback(
    asterisk: FakeAsterisk, exchange: Exchange, messages: list[Message]
) -> None:
    for event in messages:
        if event["type"] != "ApplicationReplaced":
            asterisk.tell(event)
    ours = asterisk.dials("103", "101")
    await until(lambda: asterisk.asked_for(f"POST channels/{ours.id}/ring"))
    asterisk.hangs_up(ours, CANCELLED)
    await all_over(asterisk, exchange)
    await long_ago()


@sync_to_async
def long_ago() -> None:
    """Whoever dials too often is refused; what an example dialled does not count for the next."""
    CallLeg.objects.update(started_at=timezone.now() - timedelta(hours=1))


@dataclass
class Disorder:
    """Events wait to be delivered; those of one channel keep their order, those of two may overtake each other."""

    asterisk: FakeAsterisk
    _held: dict[str, deque[Message]] = field(default_factory=dict)

    def hold(self, event: Message) -> None:
        about = event.get("channel") or event.get("peer") or event.get("playback") or event.get("recording") or {}
        self._held.setdefault(str(about.get("id") or about.get("name")), deque()).append(event)

    def release(self, which: int) -> None:
        """The oldest event of one of the channels."""
        if self._held:
            key = sorted(self._held)[which % len(self._held)]
            self.asterisk.tell(self._held[key].popleft())
            if not self._held[key]:
                del self._held[key]

    def release_all(self) -> None:
        while self._held:
            self.release(0)
        self.asterisk.deliver = self.asterisk.tell


@dataclass
class Race:
    """Piotr calls Adam, whose two phones ring; all that people do now they do at the same moment."""

    asterisk: FakeAsterisk
    ours: FakeChannel
    desk: FakeChannel
    kitchen: FakeChannel

    def desk_answers(self) -> None:
        self._answers(self.desk)

    def kitchen_answers(self) -> None:
        self._answers(self.kitchen)

    def caller_cancels(self) -> None:
        self.asterisk.hangs_up(self.ours, CANCELLED)

    def desk_declines(self) -> None:
        self.asterisk.hangs_up(self.desk, DECLINED)

    def kitchen_is_busy(self) -> None:
        self.asterisk.hangs_up(self.kitchen, BUSY)

    def desk_rings_in_vain(self) -> None:
        self.asterisk.hangs_up(self.desk, NO_ANSWER)

    def kitchen_holds(self) -> None:
        if self.kitchen.state == "Up" and self.kitchen.id in self.asterisk.channels:
            self.asterisk.holds(self.kitchen)

    def _answers(self, channel: FakeChannel) -> None:
        if channel.id in self.asterisk.channels and channel.state != "Up":
            self.asterisk.answers(channel)

    async def is_settled(self) -> None:
        """The rows and Asterisk agree."""
        await until_rows(self._agree)

    def _agree(self) -> bool:
        call = Call.objects.get(legs__ari_channel_id=self.ours.id)
        states = set(call.legs.exclude(state=CallState.ENDED).values_list("state", flat=True))
        channels, bridges = self.asterisk.channels, list(self.asterisk.bridges.values())
        if call.state == CallState.ENDED:
            return not channels and not bridges
        if call.state == CallState.RINGING:
            return self.ours.id in channels and not any(bridges)  # an empty one waits for who answers
        together = [] if CallState.ON_HOLD in states else [channels.keys()]
        return len(channels) == 2 and [bridge for bridge in bridges if bridge] == together


ACTS = (
    Race.desk_answers,
    Race.kitchen_answers,
    Race.caller_cancels,
    Race.desk_declines,
    Race.kitchen_is_busy,
    Race.desk_rings_in_vain,
    Race.kitchen_holds,
)
WAITS = 12  # the event loop turns so often at most between two things that happen


@OFTEN
@given(
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, WAITS)), min_size=1, max_size=6),
    releases=st.lists(st.tuples(st.integers(0, 5), st.integers(0, WAITS)), max_size=20),
    turns=st.lists(st.integers(0, WAITS), min_size=1, max_size=5),
)
@pytest.mark.slow
async def test_whoever_is_first_all_agree_in_the_end_and_nothing_is_left_over(
    asterisk: FakeAsterisk,
    exchange: Exchange,
    people: dict[str, Extension],
    acts: list[tuple[object, int]],
    releases: list[tuple[int, int]],
    turns: list[int],
) -> None:
    for condition in (Condition.BUSY, Condition.NO_ANSWER, Condition.NOT_REGISTERED):
        await sync_to_async(rule)(people["101"], Status.AVAILABLE, condition, DestinationKind.END_CALL)
    await long_ago()
    ours = asterisk.dials("102", "101")
    race = Race(asterisk, ours, await ringing(asterisk, "101"), await ringing(asterisk, "101-kitchen"))
    disorder = Disorder(asterisk)
    asterisk.deliver = disorder.hold
    waits = iter(turns * 100)
    asterisk.wait_turns = lambda: next(waits, 1)
    for act, wait in acts:
        act(race)  # type: ignore[operator]
        await _turn(wait)
        for which, pause in releases[:3]:
            disorder.release(which)
            await _turn(pause)
        releases = releases[3:]
    disorder.release_all()
    await race.is_settled()
    asterisk.hangs_up(ours)
    await all_over(asterisk, exchange)
    made = [str(request) for request in asterisk.asked_for("POST bridges") if "Channel" not in str(request)]
    assert len(made) == len(set(made))


async def _turn(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)
