"""The greetings of a digital receptionist: heard, saved, refused, deleted, and told in the history."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from presence.models import ChangeRecord, Receptionist, SystemExtension
from tests.operator_cast import browser_of, make_operator
from tests.sounds import tone, video

OPEN, CLOSED = "/admin/system/850/greeting/open/", "/admin/system/850/greeting/closed/"


@pytest.fixture
def olga(db: None) -> Client:
    desk = SystemExtension.objects.create(number="850", name="Desk", kind="digital_receptionist")
    Receptionist.objects.create(system_extension=desk)
    return browser_of(make_operator("change_systemextension", "delete_systemextension", "view_changerecord"))


def upload(browser: Client, address: str, sound: bytes) -> int:
    return browser.post(address, {"sound": SimpleUploadedFile("greeting", sound)}).status_code


def test_without_one_of_its_own_the_shipped_greeting_is_heard(olga: Client) -> None:
    assert "sounds/menu-open-en" in olga.get(OPEN).headers["Location"]
    assert "sounds/menu-closed-en" in olga.get(CLOSED).headers["Location"]


def test_each_of_the_two_is_kept_heard_and_deleted_by_itself(olga: Client) -> None:
    assert upload(olga, CLOSED, tone(2)) == 302
    receptionist = Receptionist.objects.get()
    assert round(receptionist.closed_greeting_seconds) == 2
    assert not receptionist.greeting
    assert olga.get(CLOSED).headers["Content-Type"] == "audio/webm"
    name = receptionist.closed_greeting.name
    assert olga.post(CLOSED, {"delete": "1"}).status_code == 302
    assert not Receptionist.objects.get().closed_greeting
    assert name
    words = olga.get("/admin/history/").content.decode()
    assert "own (2 s)" in words
    assert ChangeRecord.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_no_file_is_left_of_a_greeting_that_was_replaced_or_went_with_its_receptionist(olga: Client) -> None:
    names = []
    for seconds in (1, 2):
        upload(olga, OPEN, tone(seconds))
        names.append(Receptionist.objects.get().greeting.name or "")
    assert [default_storage.exists(name) for name in names] == [False, True]
    assert olga.post("/admin/system/850/delete/", {"version": "1"}).status_code == 302
    assert not default_storage.exists(names[1])


@pytest.mark.parametrize(
    ("sound", "words"),
    [(b"nonsense", "There is no sound in this file"), (b"x" * 2_000_001, "larger than 2 MB"), (tone(62), "60 seconds")],
    ids=["nonsense", "large", "long"],
)
def test_what_is_no_greeting_is_refused_in_words(olga: Client, sound: bytes, words: str) -> None:
    response = olga.post(OPEN, {"sound": SimpleUploadedFile("greeting", sound)})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Receptionist.objects.get().greeting


def test_a_film_and_nothing_at_all_are_refused(olga: Client) -> None:
    assert upload(olga, OPEN, video()) == 422
    assert olga.post(OPEN).status_code == 422


def test_only_receptionists_have_greetings_and_only_two(olga: Client) -> None:
    SystemExtension.objects.create(number="800", name="Queue", kind="queue")
    assert olga.get("/admin/system/800/greeting/open/").status_code == 404
    assert olga.get("/admin/system/850/greeting/night/").status_code == 404


def test_without_the_permission_nobody_hears_or_changes_them(olga: Client) -> None:
    browser = browser_of(make_operator("view_systemextension", username="jan"))
    assert (browser.get(OPEN).status_code, browser.post(OPEN, {"delete": "1"}).status_code) == (403, 403)
