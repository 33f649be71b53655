"""Voicemail: what a caller says is kept piece by piece, becomes a playable message, and is lost by no accident."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async
from django.core.files.storage import default_storage
from django.utils import timezone

from presence.calls.card import load_card
from presence.domain.call_facts import CalleeFacts
from presence.domain.vocabulary import CallState, Origin, Status
from presence.models import Call, CallLeg, Extension, Greeting, Voicemail, VoicemailChunk
from presence.selectors import target_facts, voicemail_box
from presence.selectors.callees import callee_facts
from presence.services import voicemail
from tests.phones import phone
from tests.sounds import heard, live_recording, pieces, stated_seconds, stored, tone, video

WINDOW = "window-of-adam"


@pytest.fixture
def recording(adam: Extension, piotr: Extension) -> Voicemail:
    """Adam is speaking to Piotr's voicemail."""
    call = Call.objects.create(
        caller_number="101", caller_name="Adam Nowak", origin=Origin.INTERNAL, called_number="102", state="talking"
    )
    CallLeg.objects.create(call=call, extension=adam, role=CallLeg.Role.CALLER, state=CallState.TALKING, window=WINDOW)
    return voicemail.start_recording(call=call, box=piotr)


def say(recording: Voicemail, adam: Extension, sequence: int, data: bytes, window: str = WINDOW) -> None:
    assert recording.call_id is not None
    voicemail.store_chunk(call_id=recording.call_id, extension=adam, window=window, sequence=sequence, data=data)


def say_all(recording: Voicemail, adam: Extension, sound: bytes, count: int = 5) -> None:
    for sequence, piece in enumerate(pieces(sound, count)):
        say(recording, adam, sequence, piece)


def finish(recording: Voicemail) -> None:
    assert recording.call_id is not None
    voicemail.finish_recording(call_id=recording.call_id)
    if Voicemail.objects.filter(pk=recording.pk).exists():
        recording.refresh_from_db()


def test_what_was_said_becomes_a_new_message_that_knows_its_length(recording: Voicemail, adam: Extension) -> None:
    said = live_recording(3)
    assert stated_seconds(said) is None  # as browsers leave it
    say_all(recording, adam, said)
    finish(recording)
    assert recording.state == Voicemail.State.NEW
    assert recording.seconds == pytest.approx(3, abs=0.1)
    kept = stored(recording.sound)
    assert stated_seconds(kept) == pytest.approx(3, abs=0.1)
    seconds, loudness = heard(kept)
    assert seconds == pytest.approx(3, abs=0.1)
    assert loudness > 3_000
    assert not VoicemailChunk.objects.exists()


def test_a_message_says_who_called(recording: Voicemail) -> None:
    assert (recording.caller_number, recording.caller_name, recording.origin) == ("101", "Adam Nowak", "internal")


def test_pieces_may_come_in_any_order_and_twice(recording: Voicemail, adam: Extension) -> None:
    for sequence, piece in reversed(list(enumerate(pieces(live_recording(2), 4)))):
        say(recording, adam, sequence, piece)
        say(recording, adam, sequence, piece)
    finish(recording)
    assert heard(stored(recording.sound))[0] == pytest.approx(2, abs=0.1)


def test_a_caller_who_vanishes_leaves_what_was_said_until_then(recording: Voicemail, adam: Extension) -> None:
    for sequence, piece in enumerate(pieces(live_recording(4), 4)[:3]):
        say(recording, adam, sequence, piece)
    finish(recording)
    assert recording.state == Voicemail.State.NEW
    assert heard(stored(recording.sound))[0] == pytest.approx(3, abs=0.5)


def test_a_piece_that_got_lost_costs_only_what_was_in_it(recording: Voicemail, adam: Extension) -> None:
    for sequence, piece in enumerate(pieces(live_recording(5), 10)):
        if sequence != 5:
            say(recording, adam, sequence, piece)
    finish(recording)
    seconds, loudness = heard(stored(recording.sound))
    assert 3 < seconds < 5
    assert loudness > 3_000


def test_what_another_browser_records_is_made_to_play_everywhere(recording: Voicemail, adam: Extension) -> None:
    say_all(recording, adam, tone(2, format="mp4", codec="aac"))
    finish(recording)
    kept = stored(recording.sound)
    assert kept.startswith(b"\x1a\x45\xdf\xa3")  # WebM
    assert heard(kept)[0] == pytest.approx(2, abs=0.1)


def test_a_damaged_recording_is_kept_as_it_came(recording: Voicemail, adam: Extension) -> None:
    say(recording, adam, 0, b"not a sound, but somebody's words")
    finish(recording)
    assert (recording.state, recording.seconds) == (Voicemail.State.NEW, None)
    assert stored(recording.sound) == b"not a sound, but somebody's words"


def test_nothing_said_leaves_no_message(recording: Voicemail) -> None:
    finish(recording)
    assert not Voicemail.objects.exists()


def test_a_second_finish_changes_nothing(recording: Voicemail, adam: Extension) -> None:
    say_all(recording, adam, live_recording(1))
    finish(recording)
    name = recording.sound.name
    finish(recording)
    assert recording.sound.name == name
    assert default_storage.listdir("")[1] == [name]


def test_files_have_flat_names_that_nobody_can_guess(recording: Voicemail, adam: Extension) -> None:
    say_all(recording, adam, live_recording(1))
    finish(recording)
    name = recording.sound.name or ""
    assert len(name.removesuffix(".webm")) == 32
    assert "/" not in name


def test_only_the_window_that_speaks_may_add_to_a_message(
    recording: Voicemail, adam: Extension, piotr: Extension
) -> None:
    for extension, window in ((adam, "another-window"), (piotr, WINDOW)):
        with pytest.raises(voicemail.ChunkRefusedError, match="gone"):
            say(recording, extension, 0, b"x", window)
    with pytest.raises(voicemail.ChunkRefusedError, match="gone"):
        voicemail.store_chunk(call_id=uuid4(), extension=adam, window=WINDOW, sequence=0, data=b"x")


def test_nothing_is_added_after_the_end(recording: Voicemail, adam: Extension) -> None:
    say_all(recording, adam, live_recording(1))
    finish(recording)
    with pytest.raises(voicemail.ChunkRefusedError, match="gone"):
        say(recording, adam, 9, b"x")


@pytest.mark.parametrize(
    ("sequence", "size"),
    [(0, 0), (0, voicemail.CHUNK_BYTES_MAX + 1), (-1, 1), (voicemail.CHUNKS_MAX, 1)],
)
def test_pieces_have_limits(recording: Voicemail, adam: Extension, sequence: int, size: int) -> None:
    with pytest.raises(voicemail.ChunkRefusedError, match="too_many"):
        say(recording, adam, sequence, b"x" * size)


def test_a_message_as_a_whole_has_a_limit(recording: Voicemail, adam: Extension) -> None:
    full = voicemail.RECORDING_BYTES_MAX // voicemail.CHUNK_BYTES_MAX
    piece = b"x" * voicemail.CHUNK_BYTES_MAX
    VoicemailChunk.objects.bulk_create(
        VoicemailChunk(voicemail=recording, sequence=sequence, data=piece) for sequence in range(full)
    )
    with pytest.raises(voicemail.ChunkRefusedError, match="too_many"):
        say(recording, adam, full, piece)


def test_new_messages_are_counted_until_heard_or_deleted(recording: Voicemail, adam: Extension) -> None:
    box = recording.box
    assert voicemail.unheard_count(box) == 0  # somebody is still speaking
    say_all(recording, adam, live_recording(1))
    finish(recording)
    assert voicemail.unheard_count(box) == 1
    voicemail.mark_heard(message=recording, heard=True)
    assert voicemail.unheard_count(box) == 0
    voicemail.mark_heard(message=recording, heard=False)
    voicemail.delete_message(message=recording)
    assert voicemail.unheard_count(box) == 0
    voicemail.restore_message(message=recording)
    assert voicemail.unheard_count(box) == 1


def test_deleted_messages_can_be_restored_until_they_are_purged(recording: Voicemail, adam: Extension) -> None:
    say_all(recording, adam, live_recording(1))
    finish(recording)
    a_day_ago = timezone.now() - timedelta(days=1)
    voicemail.delete_message(message=recording)
    assert voicemail.purge_deleted(before=a_day_ago) == 0
    assert default_storage.exists(recording.sound.name or "")
    Voicemail.objects.update(deleted_at=a_day_ago - timedelta(seconds=1))
    assert voicemail.purge_deleted(before=a_day_ago) == 1
    assert not Voicemail.objects.exists()
    assert default_storage.listdir("")[1] == []


@pytest.mark.parametrize(
    ("format", "codec"), [("webm", "libopus"), ("mp4", "aac"), ("mp3", "libmp3lame"), ("wav", "pcm_s16le")]
)
def test_a_greeting_may_come_in_any_usual_format(piotr: Extension, format: str, codec: str) -> None:  # noqa: A002
    greeting = voicemail.save_greeting(extension=piotr, sound=tone(1.5, format=format, codec=codec))
    assert greeting.seconds == pytest.approx(1.5, abs=0.1)
    kept = stored(greeting.sound)
    assert stated_seconds(kept) == pytest.approx(1.5, abs=0.1)
    assert heard(kept)[1] > 3_000


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (b"", "unreadable"),
        (b"<script>alert(1)</script>", "unreadable"),
        (video(), "unreadable"),
        (tone(62), "too_long"),
        (b"x" * (voicemail.GREETING_BYTES_MAX + 1), "too_large"),
    ],
    ids=["nothing", "text", "film", "long", "large"],
)
def test_what_is_no_greeting_is_refused_with_the_reason(piotr: Extension, sound: bytes, code: str) -> None:
    with pytest.raises(voicemail.GreetingRefusedError) as refused:
        voicemail.save_greeting(extension=piotr, sound=sound)
    assert refused.value.code == code
    assert not Greeting.objects.exists()
    assert default_storage.listdir("")[1] == []


@pytest.mark.django_db(transaction=True)
def test_a_new_greeting_replaces_the_old_one_and_its_file(piotr: Extension) -> None:
    voicemail.save_greeting(extension=piotr, sound=tone(1))
    greeting = voicemail.save_greeting(extension=piotr, sound=tone(2))
    assert Greeting.objects.get().seconds == pytest.approx(2, abs=0.1)
    assert default_storage.listdir("")[1] == [greeting.sound.name]
    voicemail.delete_greeting(extension=piotr)
    assert not Greeting.objects.exists()
    assert default_storage.listdir("")[1] == []


@pytest.mark.django_db(transaction=True)
async def test_a_message_left_over_the_socket_lights_the_owners_badge(adam: Extension, piotr: Extension) -> None:
    await Extension.objects.filter(pk=piotr.pk).aupdate(status=Status.BUSINESS_TRIP)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await adams.say(type="dial", number="102")
        call = (await adams.until_card("talking"))["call"]
        for sequence, piece in enumerate(pieces(live_recording(2), 3)):
            await adams.say_bytes(call.encode() + sequence.to_bytes(4, "big") + piece)
            reply = await adams.until(lambda message: message["type"] == "stored")
            assert (reply["call"], reply["sequence"]) == (call, sequence)
        await adams.say(type="hang_up", call=call)
        assert (await adams.until_card("ended"))["end_reason"] == "voicemail_left"
        assert (await piotrs.until(lambda message: message["type"] == "unheard"))["count"] == 1
    message = await Voicemail.objects.aget(call_id=UUID(call))
    seconds, loudness = heard(await database_sync_to_async(stored)(message.sound))
    assert seconds == pytest.approx(2, abs=0.1)
    assert loudness > 3_000


def test_a_box_takes_messages_as_long_as_its_operator_allows(recording: Voicemail, adam: Extension) -> None:
    Extension.objects.filter(pk=recording.box_id).update(voicemail_seconds_max=30)
    assert recording.call_id is not None
    card = load_card(str(recording.call_id))
    assert card is not None
    shown = card.card_for("101", WINDOW)
    assert shown is not None
    assert shown["voicemail"]["max_seconds"] == 30
    say(recording, adam, 30, b"x")  # a browser that stops at the limit has sent a little more
    with pytest.raises(voicemail.ChunkRefusedError, match="too_many"):
        say(recording, adam, 60, b"x")


def test_a_full_box_takes_no_message_until_one_is_deleted(recording: Voicemail, adam: Extension) -> None:
    Extension.objects.filter(pk=recording.box_id).update(voicemail_messages_max=1)
    assert not is_full("102")  # somebody is still speaking
    say_all(recording, adam, live_recording(1))
    finish(recording)
    voicemail.mark_heard(message=recording, heard=True)
    assert is_full("102")
    voicemail.delete_message(message=recording)
    assert not is_full("102")


def is_full(number: str) -> bool:
    """As the router, its targets and the way out of a dead end see it: all the same."""
    callee, target, box = callee_facts(number), target_facts([number])[number], voicemail_box(number)
    assert isinstance(callee, CalleeFacts)
    assert box is not None
    assert callee.voicemail_full == target.voicemail_full == (not box.is_on)
    return callee.voicemail_full
