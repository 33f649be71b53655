"""Each surface's rules: every destination is offered, refused or kept as SPEC.md's table of surfaces says."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from presence.domain.forwarding import OFFERED, Destination
from presence.domain.vocabulary import DestinationKind, Origin, Status, Surface, SystemExtensionKind
from presence.models import ChangeRecord, Extension, ForwardingRule, SystemExtension
from presence.selectors import profile_version
from presence.services.forwarding import save_profile
from tests.cast import rule
from tests.outside_cast import open_line
from tests.settings_page import ALWAYS, INTERNAL, Answer, control, errors_at, rules, text, version

MOBILE = "+48600100200"
ADDRESSES = {Surface.WEB_CLIENT: "/settings/status/", Surface.DESKTOP_APP: "/app/settings/status/"}
# What each kind needs, as somebody types it, and the value it is kept with.
TYPED: dict[DestinationKind, tuple[dict[str, str], str]] = {
    DestinationKind.VOICEMAIL: ({}, ""),
    DestinationKind.EXTENSION_VOICEMAIL: ({"extension": "102 Piotr Adamiak"}, "102"),
    DestinationKind.MOBILE: ({}, ""),
    DestinationKind.EXTENSION: ({"extension": "102"}, "102"),
    DestinationKind.EXTERNAL_NUMBER: ({"number": "22 123 45 67"}, "+48221234567"),
    DestinationKind.SYSTEM_EXTENSION: ({"system": "800"}, "800"),
    DestinationKind.END_CALL: ({}, ""),
}
CASES = [(surface, kind) for surface in ADDRESSES for kind in DestinationKind]
OFFERED_CASES = [(surface, kind) for surface, kind in CASES if kind in OFFERED[surface]]
REFUSED_CASES = [(surface, kind) for surface, kind in CASES if kind not in OFFERED[surface]]


@pytest.fixture(autouse=True)
def _company(adam: Extension, piotr: Extension) -> None:
    """Everything that a rule of Adam's may need is there."""
    adam.mobile_number = MOBILE
    adam.save()
    SystemExtension.objects.create(number="800", name="Sales line", kind=SystemExtensionKind.QUEUE)


def choose(browser: Client, surface: Surface, kind: DestinationKind) -> Answer:
    """Adam's internal calls while he is on a business trip."""
    parts, _ = TYPED[kind]
    controls = {"always-internal-kind": kind.value, **{f"always-internal-{part}": each for part, each in parts.items()}}
    return browser.post(f"{ADDRESSES[surface]}business_trip/", controls)


def saved(adam: Extension) -> Destination:
    return rules(adam, Status.BUSINESS_TRIP).destination(ALWAYS, INTERNAL)


def options(response: Answer, name: str = "always-internal-kind") -> list[str]:
    select = text(response).split(f'name="{name}"')[1].split("</select>")[0]
    return re.findall(r'<option value="([a-z_]+)"', select)


def test_the_desktop_app_offers_six_destinations_and_no_internal_number(adams_browser: Client) -> None:
    assert options(adams_browser.get("/app/settings/status/away/")) == [
        "voicemail",
        "extension_voicemail",
        "mobile",
        "external_number",
        "system_extension",
        "end_call",
    ]


@pytest.mark.parametrize(("surface", "kind"), OFFERED_CASES)
def test_what_a_surface_offers_can_be_chosen_and_is_kept_with_where_it_was_set(
    adams_browser: Client, adam: Extension, surface: Surface, kind: DestinationKind
) -> None:
    # Something else before, so that each choice is a change.
    before = DestinationKind.END_CALL if kind is DestinationKind.VOICEMAIL else DestinationKind.VOICEMAIL
    rule(adam, Status.BUSINESS_TRIP, ALWAYS, before, origin=INTERNAL, set_on=Surface.OPERATOR_PANEL)

    response = choose(adams_browser, surface, kind)

    assert response.status_code == 302, text(response)
    assert response.headers["Location"] == f"{ADDRESSES[surface]}business_trip/"
    assert saved(adam) == Destination(kind, TYPED[kind][1])
    assert ForwardingRule.objects.get(origin=INTERNAL).set_on == surface
    assert ChangeRecord.objects.get().surface == surface
    assert f'<option value="{kind}" selected>' in text(adams_browser.get(response.headers["Location"]))


@pytest.mark.parametrize(("surface", "kind"), REFUSED_CASES)
def test_what_a_surface_does_not_offer_cannot_be_chosen_there(
    adams_browser: Client, adam: Extension, surface: Surface, kind: DestinationKind
) -> None:
    response = choose(adams_browser, surface, kind)
    assert response.status_code == 422
    assert "This destination cannot be chosen here." in errors_at(response, "always-internal-kind")
    assert saved(adam).kind is DestinationKind.VOICEMAIL
    assert kind not in options(adams_browser.get(f"{ADDRESSES[surface]}business_trip/"))


@pytest.mark.parametrize(("surface", "kind"), REFUSED_CASES)
def test_what_was_set_elsewhere_is_shown_in_words_and_stays_until_it_is_replaced(
    adams_browser: Client, adam: Extension, surface: Surface, kind: DestinationKind
) -> None:
    elsewhere = next(each for each in Surface if kind in OFFERED[each])
    place = {Surface.OPERATOR_PANEL: "operator panel", Surface.DESKTOP_APP: "desktop app"}[elsewhere]
    kept = rule(adam, Status.BUSINESS_TRIP, ALWAYS, kind, TYPED[kind][1], origin=INTERNAL, set_on=elsewhere)
    page = adams_browser.get(f"{ADDRESSES[surface]}business_trip/")
    select = text(page).split('name="always-internal-kind"')[1].split("</select>")[0]
    assert re.search(rf'<option value="{kind}" selected>[^<]* \(set in the {place}\)</option>', select)
    assert kind not in options(page, "always-external-kind")

    address = f"{ADDRESSES[surface]}business_trip/"
    both = {"always-internal-kind": kind.value, "always-external-kind": "end_call"}
    assert adams_browser.post(address, both).status_code == 302
    assert saved(adam) == kept
    assert adams_browser.post(address, {"always-internal-kind": "voicemail"}).status_code == 302
    assert saved(adam).kind is DestinationKind.VOICEMAIL
    assert adams_browser.post(address, {"always-internal-kind": kind.value}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Type the number of the extension to forward to."),
        ("999", "There is no extension 999."),
        ("nobody", "There is no extension nobody."),
        ("101", "This is your own number. Choose “Forward to voicemail” for it."),
        ("800", "There is no extension 800."),
        ("102", "The voicemail of 102 Piotr Adamiak is switched off."),
        ("103", "The extension 103 Anna Kowalska is switched off."),
    ],
)
def test_a_voicemail_that_takes_no_message_is_refused_beside_its_control(
    adams_browser: Client, adam: Extension, piotr: Extension, anna: Extension, typed: str, error: str
) -> None:
    Extension.objects.filter(pk=piotr.pk).update(voicemail_on=False)
    Extension.objects.filter(pk=anna.pk).update(is_enabled=False)
    controls = {"always-internal-kind": "extension_voicemail", "always-internal-extension": typed}
    response = adams_browser.post("/app/settings/status/away/", controls)
    assert response.status_code == 422
    assert error in errors_at(response, "always-internal-extension")
    assert f'value="{typed}"' in control(response, "always-internal-extension") or not typed
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).kind is DestinationKind.END_CALL


def test_a_mobile_is_shown_with_its_number_and_that_calls_cannot_reach_it_yet(adams_browser: Client) -> None:
    page = text(adams_browser.get("/app/settings/status/away/"))
    words = "Your mobile: 600 100 200. There is no outside line yet: such a call goes to your voicemail instead."
    assert page.count(words) == 2


def test_a_mobile_that_calls_can_reach_is_shown_with_its_number_alone(
    settings: Settings, adams_browser: Client
) -> None:
    open_line(settings)
    page = text(adams_browser.get("/app/settings/status/away/"))
    assert page.count("Your mobile: 600 100 200.") == 2
    assert "outside line" not in page


def test_without_a_mobile_number_the_page_says_who_enters_it_and_saving_is_refused(
    adams_browser: Client, adam: Extension
) -> None:
    Extension.objects.update(mobile_number="")
    words = "You have no mobile number here yet. An operator can enter it."
    assert words in text(adams_browser.get("/app/settings/status/away/"))
    response = adams_browser.post("/app/settings/status/away/", {"always-external-kind": "mobile"})
    assert response.status_code == 422
    assert words in errors_at(response, "always-external-kind")
    assert rules(adam, Status.AWAY).destination(ALWAYS, Origin.EXTERNAL).kind is DestinationKind.END_CALL


def test_a_change_in_the_web_client_meanwhile_is_a_conflict_in_the_app(adams_browser: Client, adam: Extension) -> None:
    opened = version(adams_browser.get("/app/settings/status/away/"))
    assert adam.user is not None
    save_profile(
        extension=adam,
        status=Status.AWAY,
        destinations={(ALWAYS, INTERNAL): Destination(DestinationKind.EXTENSION, "102")},
        ring_seconds={},
        expected_version=profile_version(adam, Status.AWAY),
        by=adam.user,
        surface=Surface.WEB_CLIENT,
    )
    controls = {"version": opened, "always-internal-kind": "mobile"}
    response = adams_browser.post("/app/settings/status/away/", controls)
    assert response.status_code == 409
    page = re.sub(r"\s+", " ", text(response))
    assert "You changed them yourself in another window (web client, " in page
    assert "Saved now: Forward to an internal number: 102 Piotr Adamiak" in page
    again = {**controls, "version": version(response)}
    assert adams_browser.post("/app/settings/status/away/", again).status_code == 302
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).kind is DestinationKind.MOBILE


def test_a_rule_copied_from_another_status_may_be_one_of_the_app(adams_browser: Client, adam: Extension) -> None:
    rule(adam, Status.DND, ALWAYS, DestinationKind.MOBILE, origin=INTERNAL, set_on=Surface.DESKTOP_APP)
    page = text(adams_browser.get("/app/settings/status/away/", {"from": "dnd"}))
    assert '<option value="mobile" selected>' in page.split('name="always-internal-kind"')[1].split("</select>")[0]
