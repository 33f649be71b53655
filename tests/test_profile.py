"""Settings > Profile: a picture of one's own, who may see it, the theme and the sounds."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from presence.domain.picture_crop import Crop
from presence.models import Extension, User
from presence.services.pictures import remove_picture, save_picture
from tests.picture_cast import colour_at, file_of, halves
from tests.settings_page import Answer, control, errors_at, text

PROFILE = "/settings/profile/"
PNG = file_of(halves())


@pytest.fixture
def piotrs_browser(piotr: Extension) -> Client:
    browser = Client()
    browser.force_login(holder(piotr), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def holder(extension: Extension) -> User:
    assert extension.user_id is not None
    return User.objects.get(pk=extension.user_id)


def send(browser: Client, content: bytes, **crop: str) -> Answer:
    upload = SimpleUploadedFile("me.png", content, content_type="image/png")
    with TestCase.captureOnCommitCallbacks(execute=True):
        return browser.post("/settings/profile/picture/", {"picture": upload, **crop})


def picture_in_bar(browser: Client) -> str:
    found = re.search(r'<img id="my-avatar" class="avatar" src="([^"]+)"', text(browser.get("/")))
    return found[1] if found else ""


def files() -> set[str]:
    return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*.webp")}


def test_a_picture_is_shown_in_the_bar_and_can_be_removed(adams_browser: Client) -> None:
    assert picture_in_bar(adams_browser) == ""
    assert send(adams_browser, PNG).status_code == 302
    address = picture_in_bar(adams_browser)
    assert address.startswith("/people/101/picture/64/")
    assert adams_browser.get(address).status_code == 200
    adams_browser.post("/settings/profile/picture/remove/")
    assert picture_in_bar(adams_browser) == ""
    assert adams_browser.get(address).status_code == 404


def test_what_is_sent_is_kept_cropped(adams_browser: Client) -> None:
    send(adams_browser, PNG, x="100", y="50", zoom="100")
    assert colour_at(adams_browser.get(picture_in_bar(adams_browser)).content, 0.1, 0.5) == "blue"


def test_another_picture_has_another_address_and_the_files_of_the_first_go(adams_browser: Client) -> None:
    send(adams_browser, PNG)
    first, first_files = picture_in_bar(adams_browser), files()
    send(adams_browser, PNG)
    assert picture_in_bar(adams_browser) != first
    assert adams_browser.get(first).status_code == 404
    assert len(first_files) == len(files()) == 2
    assert not first_files & files()


def test_a_removed_picture_leaves_no_file(adams_browser: Client) -> None:
    send(adams_browser, PNG)
    with TestCase.captureOnCommitCallbacks(execute=True):
        adams_browser.post("/settings/profile/picture/remove/")
    assert files() == set()


def test_a_colleague_sees_the_picture_and_nobody_else(
    adams_browser: Client, piotrs_browser: Client, adam: Extension
) -> None:
    send(adams_browser, PNG)
    address = picture_in_bar(adams_browser)
    assert piotrs_browser.get(address).status_code == 200
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
    stranger = Client()
    stranger.force_login(User.objects.create(username="stranger"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert stranger.get(address).status_code == 403
    Extension.objects.filter(pk=adam.pk).update(is_enabled=False)
    assert piotrs_browser.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/people/101/picture/64/{version}/",
        "/people/102/picture/64/{version}/",
        "/people/999/picture/64/{version}/",
        "/people/101/picture/65/{version}/",
        "/people/101/picture/64/x/",
        "/people/101/picture/64/../",
    ],
)
def test_only_what_there_is_is_found(adams_browser: Client, piotr: Extension, address: str) -> None:
    send(adams_browser, PNG)
    version = picture_in_bar(adams_browser).split("/")[-2]
    found = adams_browser.get(address.format(version=version)).status_code
    assert found == (200 if address == "/people/101/picture/64/{version}/" else 404)


def test_a_picture_whose_file_is_lost_is_not_found(adams_browser: Client) -> None:
    send(adams_browser, PNG)
    address = picture_in_bar(adams_browser)
    for path in Path(settings.MEDIA_ROOT).rglob("*.webp"):
        path.unlink()
    assert adams_browser.get(address).status_code == 404
    assert adams_browser.get("/").status_code == 200


def test_a_browser_may_keep_a_picture_and_trust_it_with_nothing(adams_browser: Client) -> None:
    send(adams_browser, PNG)
    answer = adams_browser.get(picture_in_bar(adams_browser))
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_the_address_does_not_name_the_file(adams_browser: Client) -> None:
    send(adams_browser, PNG)
    address = picture_in_bar(adams_browser)
    assert not any(name.split("-")[0] in address for name in files())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This is not a picture that can be used."),
        (b"<svg/>", "This is not a picture that can be used."),
        (file_of(halves(20, 20)), "This picture is too small"),
        (b"\0" * 5_000_001, "This file is larger than 5 MB."),
    ],
)
def test_a_refused_picture_is_told_beside_the_field_and_the_old_one_stays(
    adams_browser: Client, content: bytes, words: str
) -> None:
    send(adams_browser, PNG)
    before = picture_in_bar(adams_browser)
    answer = send(adams_browser, content)
    assert answer.status_code == 422
    assert errors_at(answer, "picture").startswith(words)
    assert picture_in_bar(adams_browser) == before
    assert len(files()) == 2


def test_no_file_at_all_is_told_beside_the_field(adams_browser: Client) -> None:
    answer = adams_browser.post("/settings/profile/picture/", {"picture": "me.png"})
    assert answer.status_code == 422
    assert errors_at(answer, "picture") == "Choose a picture first."


@pytest.mark.parametrize(
    "crop",
    [{"x": "-1"}, {"y": "101"}, {"zoom": "99"}, {"zoom": "0"}, {"zoom": "401"}, {"x": "left"}, {"x": "1e99"}],
    ids=str,
)
def test_a_part_that_cannot_be_is_refused(adams_browser: Client, crop: dict[str, str]) -> None:
    answer = send(adams_browser, PNG, **crop)
    assert answer.status_code == 422
    assert "Choose the part of the picture again." in text(answer)
    assert files() == set()


def test_without_script_the_middle_is_kept(adams_browser: Client) -> None:
    send(adams_browser, PNG, x="", y="", zoom="")
    content = adams_browser.get(picture_in_bar(adams_browser)).content
    assert (colour_at(content, 0.1, 0.5), colour_at(content, 0.9, 0.5)) == ("red", "blue")


def test_files_of_a_picture_that_was_not_kept_do_not_stay(adam: Extension) -> None:
    gone = holder(adam)
    User.objects.filter(pk=gone.pk).delete()
    with pytest.raises(User.DoesNotExist):
        save_picture(user=gone, sent=PNG, crop=Crop())
    assert files() == set()


def test_removing_no_picture_changes_nothing(adam: Extension) -> None:
    remove_picture(user=holder(adam))
    assert holder(adam).picture == ""


def test_name_and_number_are_shown_and_not_to_be_changed(adams_browser: Client) -> None:
    page = text(adams_browser.get(PROFILE))
    assert "Adam Nowak" in page
    assert "Name, number and department are changed by an operator." in page
    assert 'name="name"' not in page


@pytest.mark.parametrize(("theme", "tag"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("", "")])
def test_a_theme_holds_in_every_browser_and_on_this_ones_login_page(
    adams_browser: Client, adam: Extension, theme: str, tag: str
) -> None:
    adams_browser.post("/settings/profile/theme/", {"theme": "light"})
    adams_browser.post("/settings/profile/theme/", {"theme": theme})
    another = Client()
    another.force_login(holder(adam), backend="django.contrib.auth.backends.ModelBackend")
    for browser, path in ((adams_browser, PROFILE), (another, "/")):
        assert f'<html lang="en"{tag} data-connection' in text(browser.get(path))
    adams_browser.post("/logout/")
    assert f'<html lang="en"{tag}>' in text(adams_browser.get("/login/"))
    assert '<html lang="en">' in text(Client().get("/login/"))


def test_the_browser_knows_the_theme_before_it_has_any_style(adams_browser: Client) -> None:
    assert '<meta name="color-scheme" content="light dark">' in text(adams_browser.get("/"))
    adams_browser.post("/settings/profile/theme/", {"theme": "dark"})
    assert '<meta name="color-scheme" content="dark">' in text(adams_browser.get("/"))


@pytest.mark.parametrize(("theme", "light", "dark"), [("light", "all", "not all"), ("dark", "not all", "all")])
def test_the_bar_of_the_browser_has_the_colour_of_the_chosen_theme(
    adams_browser: Client, theme: str, light: str, dark: str
) -> None:
    by_system = ("(prefers-color-scheme: light)", "(prefers-color-scheme: dark)")
    assert bar_media(adams_browser) == by_system
    adams_browser.post("/settings/profile/theme/", {"theme": theme})
    assert bar_media(adams_browser) == (light, dark)
    adams_browser.post("/settings/profile/theme/", {"theme": ""})
    assert bar_media(adams_browser) == by_system


def bar_media(browser: Client) -> tuple[str, ...]:
    """When the light colour holds, and when the dark one."""
    metas = r'<meta name="theme-color" data-of-theme="(light|dark)" media="([^"]+)" content="#'
    (light, when_light), (dark, when_dark) = re.findall(metas, text(browser.get("/")))
    assert (light, dark) == ("light", "dark")
    return when_light, when_dark


@pytest.mark.parametrize("theme", ["sepia", "Dark", "dark light", '"><script>'])
def test_a_theme_that_is_none_changes_nothing(adams_browser: Client, adam: Extension, theme: str) -> None:
    assert adams_browser.post("/settings/profile/theme/", {"theme": theme}).status_code == 422
    assert holder(adam).theme == ""
    adams_browser.cookies["theme"] = theme
    adams_browser.post("/logout/")
    assert "data-theme" not in text(adams_browser.get("/login/"))


def test_sounds_are_kept_and_told_to_the_scripts(adams_browser: Client) -> None:
    assert adams_browser.get("/").context["page_config"]()["sounds"] == {
        "ringing": True,
        "volume": 50,
        "others": True,
    }
    adams_browser.post("/settings/profile/sounds/", {"ringing_volume": "80", "ringing_sound": "on"})
    page = adams_browser.get(PROFILE)
    assert page.context["page_config"]()["sounds"] == {"ringing": True, "volume": 80, "others": False}
    assert 'value="80"' in control(page, "ringing_volume")
    assert "checked" in control(page, "ringing_sound")
    assert "checked" not in control(page, "other_sounds")


@pytest.mark.parametrize("volume", ["", "-1", "101", "loud", "1e3"])
def test_a_volume_that_cannot_be_is_told_beside_it(adams_browser: Client, adam: Extension, volume: str) -> None:
    answer = adams_browser.post("/settings/profile/sounds/", {"ringing_volume": volume})
    assert answer.status_code == 422
    assert errors_at(answer, "ringing_volume") == "Choose a volume from 0 to 100."
    assert holder(adam).ringing_sound
