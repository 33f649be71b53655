"""Settings > Status: what is refused, beside which control and in which words, with nothing typed lost."""

import pytest
from django.test import Client

from presence.domain.vocabulary import (
    DestinationKind,
    Origin,
    Status,
    SystemExtensionKind,
)
from presence.models import Extension, SystemExtension
from tests.cast import make_extension, rule
from tests.settings_page import ALWAYS, BUSY, EXTERNAL, NO_ANSWER, address, control, errors_at, post, rules, text


@pytest.mark.parametrize(
    ("kind", "part", "typed", "error"),
    [
        ("extension", "extension", "999", "There is no extension 999."),
        ("extension", "extension", "nobody", "There is no extension nobody."),
        ("extension", "extension", " ", "Type the number of the extension to forward to."),
        ("extension", "extension", "101", "This is your own number. Choose another extension."),
        ("extension", "extension", "104", "The extension 104 Ewa Disabled is switched off."),
        ("extension", "extension", "800", "This is a queue, a ring group or a receptionist."),
        ("extension", "extension", "102", "Calls would go round in a circle: you → Piotr Adamiak → you."),
        ("system_extension", "system", "", "Choose a system extension."),
        ("system_extension", "system", "899", "There is no such system extension."),
        ("system_extension", "system", "102", "There is no such system extension."),
        ("external_number", "number", "", "Type the number to forward to."),
        ("external_number", "number", "12 monkeys", "This is not a phone number."),
        ("external_number", "number", "٦٠٠١٠٠٢٠٠", "This is not a phone number."),
        ("external_number", "number", "112", "Calls cannot be forwarded to an emergency number."),
        ("external_number", "number", "19123", "Calls cannot be forwarded to a short number."),
        ("external_number", "number", "+4930123456", "own country only."),
        ("external_number", "number", "700 123 456", "special charges."),
    ],
)
def test_a_bad_value_is_refused_beside_its_control_and_nothing_typed_is_lost(
    adams_browser: Client, adam: Extension, piotr: Extension, kind: str, part: str, typed: str, error: str
) -> None:
    SystemExtension.objects.create(number="800", name="Sales", kind=SystemExtensionKind.QUEUE)
    ewa = make_extension("104", "Ewa Disabled")
    ewa.is_enabled = False
    ewa.save()
    rule(piotr, Status.AVAILABLE, NO_ANSWER, DestinationKind.EXTENSION, "101")

    controls = {"always-internal-kind": kind, f"always-internal-{part}": typed, "always-external-kind": "voicemail"}
    response = adams_browser.post(address(Status.AWAY), controls)

    assert response.status_code == 422
    assert error in errors_at(response, f"always-internal-{part}")
    assert f'href="#id_always-internal-{part}"' in text(response)
    if typed and part != "system":
        assert f'value="{typed}"' in control(response, f"always-internal-{part}")
    external = text(response).split('name="always-external-kind"')[1].split("</select>")[0]
    assert '<option value="voicemail" selected>' in external
    assert rules(adam, Status.AWAY).destination(ALWAYS, EXTERNAL).kind is DestinationKind.END_CALL


@pytest.mark.parametrize("kind", ["mobile", "extension_voicemail", "", "nonsense"])
def test_a_destination_that_is_not_offered_here_cannot_be_chosen(
    adams_browser: Client, adam: Extension, kind: str
) -> None:
    response = post(adams_browser, Status.AWAY, **{"always-internal-kind": kind})
    assert response.status_code == 422
    assert "This destination cannot be chosen here." in errors_at(response, "always-internal-kind")


def test_voicemail_that_is_switched_off_cannot_be_chosen(adams_browser: Client, adam: Extension) -> None:
    Extension.objects.update(voicemail_on=False)
    response = post(adams_browser, Status.AWAY, **{"always-external-kind": "voicemail"})
    assert response.status_code == 422
    assert "Your voicemail is switched off." in errors_at(response, "always-external-kind")


@pytest.mark.parametrize("typed", ["4", "121", "0", "-20", "20.5", "twenty", "", "٢٠", "1_0", "99999999999"])
def test_seconds_outside_5_to_120_or_no_whole_number_are_refused(
    adams_browser: Client, adam: Extension, typed: str
) -> None:
    response = post(adams_browser, Status.AVAILABLE, **{"internal-seconds": typed, "external-seconds": "30"})
    assert response.status_code == 422
    assert "Type a whole number of seconds from 5 to 120." in errors_at(response, "internal-seconds")
    assert f'value="{typed}"' in control(response, "internal-seconds") or not typed
    assert 'value="30"' in control(response, "external-seconds")


def test_with_same_for_both_an_error_stands_once(adams_browser: Client, adam: Extension) -> None:
    response = post(
        adams_browser,
        Status.AWAY,
        **{"same": "on", "always-internal-kind": "extension", "always-internal-extension": "999"},
    )
    assert response.status_code == 422
    assert text(response).count("There is no extension 999.") == 2  # in the summary and beside the control
    assert "checked" in control(response, "same")


def test_a_loop_over_several_people_is_named(adams_browser: Client, piotr: Extension, anna: Extension) -> None:
    rule(piotr, Status.AVAILABLE, BUSY, DestinationKind.EXTENSION, "103", origin=EXTERNAL)
    rule(anna, Status.AVAILABLE, NO_ANSWER, DestinationKind.EXTENSION, "101", origin=EXTERNAL)
    controls = {f"no_answer-{origin}-kind": "extension" for origin in Origin}
    controls |= {f"no_answer-{origin}-extension": "102" for origin in Origin}
    response = adams_browser.post(address(Status.LUNCH), controls)
    expected = "you → Piotr Adamiak → Anna Kowalska → you."
    assert expected in errors_at(response, "no_answer-external-extension")
    assert "aria-invalid" not in control(response, "no_answer-internal-extension")


def test_errors_are_in_the_users_language(adams_browser: Client, adam: Extension) -> None:
    polish = adams_browser.post(
        address(Status.AWAY),
        {"always-internal-kind": "extension", "always-internal-extension": "101"},
        headers={"Accept-Language": "pl"},
    )
    assert "To Twój własny numer." in errors_at(polish, "always-internal-extension")
