"""The voicemail pages: the owner listens, marks, deletes, restores and greets; nobody else finds anything."""

from typing import Protocol
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from presence.domain.vocabulary import CallState, Origin
from presence.models import Call, CallLeg, Extension, Greeting, Voicemail
from presence.services import voicemail
from tests.sounds import heard, tone

SOUND = tone(2)


@pytest.fixture
def piotrs_browser(piotr: Extension) -> Client:
    return browser_of(piotr)


@pytest.fixture
def message(piotr: Extension) -> Voicemail:
    return a_message(piotr)


@pytest.fixture
def adam_speaks(adam: Extension, piotr: Extension) -> UUID:
    """Adam's call, in which Piotr's voicemail is listening."""
    call = Call.objects.create(caller_number="101", origin=Origin.INTERNAL, called_number="102", state="talking")
    CallLeg.objects.create(call=call, extension=adam, role=CallLeg.Role.CALLER, state=CallState.TALKING, window="w")
    voicemail.start_recording(call=call, box=piotr)
    return call.pk


def browser_of(extension: Extension) -> Client:
    assert extension.user is not None
    browser = Client()
    browser.force_login(extension.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def a_message(box: Extension, *, name: str = "Adam Nowak", state: str = "new") -> Voicemail:
    made = Voicemail(box=box, caller_number="101", caller_name=name, origin=Origin.INTERNAL, state=state, seconds=75.4)
    made.sound.save("kept.webm", ContentFile(SOUND))
    return made


class Response(Protocol):
    content: bytes


def text_of(response: Response) -> str:
    return response.content.decode()


def test_the_list_says_who_called_when_and_how_long(piotrs_browser: Client, message: Voicemail) -> None:
    page = text_of(piotrs_browser.get("/voicemail/"))
    assert "Adam Nowak" in page
    assert "1:15" in page
    assert f'src="/voicemail/{message.pk}/sound/"' in page
    assert 'data-call-action="call" data-number="101"' in page


def test_new_messages_come_first(piotrs_browser: Client, piotr: Extension) -> None:
    a_message(piotr, name="First Caller")
    a_message(piotr, name="Second Caller", state="heard")
    a_message(piotr, name="Third Caller")
    page = text_of(piotrs_browser.get("/voicemail/"))
    places = [page.index(name) for name in ("Third Caller", "First Caller", "Second Caller")]
    assert places == sorted(places)


def test_an_empty_box_says_how_messages_get_there(piotrs_browser: Client) -> None:
    assert "No messages." in text_of(piotrs_browser.get("/voicemail/"))


def test_a_message_still_being_spoken_is_not_shown(piotrs_browser: Client, adam_speaks: UUID) -> None:
    assert "No messages." in text_of(piotrs_browser.get("/voicemail/"))


def test_the_owner_hears_the_message_and_no_cache_keeps_it(piotrs_browser: Client, message: Voicemail) -> None:
    response = piotrs_browser.get(f"/voicemail/{message.pk}/sound/")
    assert response.content == SOUND
    assert response["Content-Type"] == "audio/webm"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, len(SOUND) - 1),
        ("bytes=-50", len(SOUND) - 50, len(SOUND) - 1),
        ("bytes=10-9999999", 10, len(SOUND) - 1),
    ],
)
def test_a_player_may_ask_for_a_part(
    piotrs_browser: Client, message: Voicemail, asked: str, first: int, last: int
) -> None:
    response = piotrs_browser.get(f"/voicemail/{message.pk}/sound/", headers={"range": asked})
    assert response.status_code == 206
    assert response.content == SOUND[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(SOUND)}"


@pytest.mark.parametrize("asked", [f"bytes={len(SOUND)}-", "bytes=9-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(piotrs_browser: Client, message: Voicemail, asked: str) -> None:
    response = piotrs_browser.get(f"/voicemail/{message.pk}/sound/", headers={"range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(SOUND)}")


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=1-2,4-5", "bytes=٣-٤"])
def test_a_range_nobody_understands_gets_the_whole(piotrs_browser: Client, message: Voicemail, asked: str) -> None:
    response = piotrs_browser.get(f"/voicemail/{message.pk}/sound/", headers={"range": asked})
    assert (response.status_code, len(response.content)) == (200, len(SOUND))


@pytest.mark.parametrize("what", ["sound", "mark", "delete", "restore"])
def test_anothers_message_is_as_unknown_as_none(adams_browser: Client, message: Voicemail, what: str) -> None:
    ask = adams_browser.get if what == "sound" else adams_browser.post
    for message_id in (message.pk, uuid4()):
        assert ask(f"/voicemail/{message_id}/{what}/").status_code == 404
    message.refresh_from_db()
    assert (message.state, message.deleted_at) == ("new", None)


@pytest.mark.parametrize("what", ["sound", "mark", "delete", "restore"])
def test_nobody_gets_anything_without_login(client: Client, message: Voicemail, what: str) -> None:
    ask = client.get if what == "sound" else client.post
    response = ask(f"/voicemail/{message.pk}/{what}/")
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/login/")


def test_a_message_is_marked_as_heard_and_as_new_again(piotrs_browser: Client, message: Voicemail) -> None:
    for heard_value, state in (("true", "heard"), ("false", "new")):
        response = piotrs_browser.post(
            f"/voicemail/{message.pk}/mark/", {"heard": heard_value}, headers={"hx-request": "true"}
        )
        assert f'data-message-state="{state}"' in text_of(response)
        assert f'id="message-{message.pk}"' in text_of(response)


def test_a_deleted_message_leaves_an_undo_in_its_place(piotrs_browser: Client, message: Voicemail) -> None:
    piotrs_browser.post(f"/voicemail/{message.pk}/delete/")
    page = text_of(piotrs_browser.get("/voicemail/"))
    assert 'data-message-state="deleted"' in page
    assert f'action="/voicemail/{message.pk}/restore/"' in page
    piotrs_browser.post(f"/voicemail/{message.pk}/restore/")
    assert 'data-message-state="new"' in text_of(piotrs_browser.get("/voicemail/"))


def test_the_buttons_work_without_scripts(piotrs_browser: Client, message: Voicemail) -> None:
    response = piotrs_browser.post(f"/voicemail/{message.pk}/mark/", {"heard": "true"})
    assert (response.status_code, response.headers["Location"]) == (302, "/voicemail/")
    message.refresh_from_db()
    assert message.state == "heard"


def test_an_own_greeting_is_saved_heard_and_deleted(piotrs_browser: Client, piotr: Extension) -> None:
    response = piotrs_browser.post("/voicemail/greeting/", {"sound": SimpleUploadedFile("any.webm", tone(1.5))})
    assert response.headers["Location"] == "/voicemail/"
    assert "own greeting (0:02)" in text_of(piotrs_browser.get("/voicemail/"))
    assert heard(piotrs_browser.get("/voicemail/greeting/sound/").content)[0] == pytest.approx(1.5, abs=0.1)
    piotrs_browser.post("/voicemail/greeting/delete/")
    assert not Greeting.objects.filter(extension=piotr).exists()
    assert "greeting that comes with Lampfield" in text_of(piotrs_browser.get("/voicemail/"))


@pytest.mark.parametrize("is_fragment", [True, False])
@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (None, "Record a greeting or choose a file first."),
        (b"no sound", "There is no sound in this file"),
        (b"x" * (voicemail.GREETING_BYTES_MAX + 1), "larger than 2 MB"),
    ],
)
def test_a_refused_greeting_says_why_beside_the_field(
    piotrs_browser: Client, sound: bytes | None, words: str, is_fragment: bool
) -> None:
    headers = {"hx-request": "true"} if is_fragment else {}
    data = {} if sound is None else {"sound": SimpleUploadedFile("any.webm", sound)}
    response = piotrs_browser.post("/voicemail/greeting/", data, headers=headers)
    assert response.status_code == 422
    assert words in text_of(response)
    assert ("<html" in text_of(response)) is not is_fragment


@pytest.mark.parametrize(("language", "file"), [("en", "greeting-en"), ("pl", "greeting-pl"), ("de", "greeting-en")])
def test_the_caller_hears_the_shipped_greeting_in_their_own_language(
    adams_browser: Client, adam_speaks: UUID, language: str, file: str
) -> None:
    response = adams_browser.get(f"/calls/{adam_speaks}/greeting/", headers={"accept-language": language})
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"/static/sounds/{file}")


def test_the_caller_hears_the_own_greeting_of_the_box(
    adams_browser: Client, adam_speaks: UUID, piotr: Extension
) -> None:
    voicemail.save_greeting(extension=piotr, sound=tone(1))
    response = adams_browser.get(f"/calls/{adam_speaks}/greeting/")
    assert heard(response.content)[0] == pytest.approx(1, abs=0.1)


def test_a_greeting_is_for_its_caller_and_only_during_the_call(
    adams_browser: Client, adam_speaks: UUID, piotrs_browser: Client, anna: Extension
) -> None:
    greeting = f"/calls/{adam_speaks}/greeting/"
    assert piotrs_browser.get(greeting).status_code == 404
    assert browser_of(anna).get(greeting).status_code == 404
    CallLeg.objects.update(state=CallState.ENDED)
    # Whoever hangs up while it is being fetched must not find an error in the console.
    assert (adams_browser.get(greeting).status_code, adams_browser.get(greeting).content) == (204, b"")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_shipped_greetings_can_be_heard(language: str, settings: Settings) -> None:
    seconds, loudness = heard((settings.BASE_DIR / f"static/sounds/greeting-{language}.mp3").read_bytes())
    assert 4 < seconds < 12
    assert loudness > 1_000


def test_the_list_asks_the_database_as_often_for_many_messages_as_for_one(
    piotrs_browser: Client, piotr: Extension, message: Voicemail
) -> None:
    few = queries_of(piotrs_browser)
    for _ in range(20):
        a_message(piotr)
    assert queries_of(piotrs_browser) == few


def queries_of(browser: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        browser.get("/voicemail/")
    return len(queries)
