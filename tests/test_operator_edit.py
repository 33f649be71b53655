"""Editing one extension or many: only what is touched is written, after a preview, and it can be undone."""

import html
import json
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface
from presence.models import (
    BulkEdit,
    Company,
    EditDraft,
    Extension,
    ForwardingRule,
    StatusProfileRow,
    SystemExtension,
    User,
)
from presence.selectors import effective_profile
from presence.selectors.settings import own_values
from presence.services.extension_settings import write_settings
from tests.cast import make_extension, rule
from tests.operator_cast import browser_of, make_company, make_operator
from tests.settings_page import Answer, control, errors_at, text

pytestmark = pytest.mark.django_db

NO_ANSWER_EXTERNAL = {"available-no_answer-external-kind": "extension", "available-no_answer-external-extension": "105"}


@pytest.fixture
def olgas_browser() -> Client:
    return browser_of(make_operator())


@pytest.fixture
def katarzyna(db: None) -> Extension:
    return make_extension("105", "Katarzyna Wójcik")


def ids(*extensions: Extension) -> str:
    return ",".join(str(extension.pk) for extension in extensions)


def send(client: Client, *extensions: Extension, **controls: str) -> Answer:
    return client.post("/admin/edits/preview/", {"ids": ids(*extensions), **controls})


def previewed(client: Client, *extensions: Extension, **controls: str) -> str:
    """The preview's address."""
    response = send(client, *extensions, **controls)
    assert response.status_code == 302, text(response)
    return response.headers["Location"]


def confirmed(client: Client, preview: str) -> str:
    """The address of what was done."""
    response = client.post(f"{preview}confirm/")
    assert response.status_code == 302
    return str(response.headers["Location"])


def own(extension: Extension) -> dict[str, object]:
    extension.refresh_from_db()
    values = own_values([extension])[extension.pk]
    return {key: value for key, value in values.items() if "." in key}


def test_only_what_is_touched_is_written_for_everyone_selected(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL)
    before = own(adam)
    preview = previewed(olgas_browser, adam, piotr, **NO_ANSWER_EXTERNAL, **{"available-external-seconds": "15"})
    assert own(piotr) == {}, "nothing is saved before it is confirmed"
    confirmed(olgas_browser, preview)
    changed = {"available.no_answer.external": "extension:105", "available.external.seconds": 15}
    assert own(adam) == before | changed
    assert own(piotr) == changed
    assert own(katarzyna) == {}


def test_the_preview_says_what_changes_from_what_to_what(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.END_CALL, origin=Origin.EXTERNAL)
    page = text(olgas_browser.get(previewed(olgas_browser, adam, piotr, **NO_ANSWER_EXTERNAL)))
    assert "Forward to an internal number: 105 Katarzyna Wójcik" in page
    assert re.search(r'data-planned="101".*?planned-before">End call<', page, re.DOTALL)
    assert re.search(
        r'data-planned="102".*?planned-before">as the template says \(Forward to voicemail\)<', page, re.DOTALL
    )


def test_the_preview_names_who_is_skipped_and_why(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    rule(katarzyna, Status.AVAILABLE, Condition.BUSY, DestinationKind.EXTENSION, "101", origin=Origin.EXTERNAL)
    page = html.unescape(
        text(olgas_browser.get(previewed(olgas_browser, adam, piotr, katarzyna, **NO_ANSWER_EXTERNAL)))
    )
    assert re.search(r'data-skipped="105".*?this is their own number', page, re.DOTALL)
    assert re.search(
        r'data-skipped="101".*?in a circle: 101 Adam Nowak → 105 Katarzyna Wójcik → 101 Adam Nowak', page, re.DOTALL
    )
    assert 'data-planned="102"' in page
    assert 'data-planned="101"' not in page


def test_undo_gives_everything_back_and_can_itself_be_seen(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.END_CALL)
    before = own(adam)
    done = confirmed(olgas_browser, previewed(olgas_browser, adam, piotr, **NO_ANSWER_EXTERNAL))
    assert "Undoing gives 2 extensions back" in text(olgas_browser.get(done))
    undone = olgas_browser.post(f"{done}undo/")
    assert (own(adam), own(piotr)) == (before, {})
    assert "Undone for 2 extensions" in text(olgas_browser.get(undone.headers["Location"]))
    assert "This edit has been undone." in text(olgas_browser.get(done))
    again = olgas_browser.post(f"{done}undo/", follow=True)
    assert "already been undone" in text(again)
    assert BulkEdit.objects.count() == 2


def test_undo_is_refused_with_the_reason_for_whoever_was_changed_since(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    done = confirmed(olgas_browser, previewed(olgas_browser, adam, piotr, **NO_ANSWER_EXTERNAL))
    write_settings({piotr.pk: {"away.always.internal": "voicemail"}}, by=piotr.user, surface=Surface.WEB_CLIENT)
    page = text(olgas_browser.get(done))
    assert re.search(r'data-skipped="102">102 Piotr Adamiak: Piotr Adamiak \(web client', page)
    olgas_browser.post(f"{done}undo/")
    assert own(adam) == {}
    assert own(piotr) == {"available.no_answer.external": "extension:105", "away.always.internal": "voicemail"}


def test_a_preview_that_is_stale_is_shown_afresh_with_who_changed_what(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    preview = previewed(olgas_browser, adam, piotr, **NO_ANSWER_EXTERNAL)
    write_settings({adam.pk: {"available.no_answer.external": "end_call"}}, by=adam.user, surface=Surface.WEB_CLIENT)
    response = olgas_browser.post(f"{preview}confirm/")
    page = text(response)
    assert response.status_code == 409
    assert re.search(r"101 Adam Nowak: Adam Nowak \(web client", page)
    assert re.search(r'data-planned="101".*?planned-before">End call<', page, re.DOTALL)
    assert own(piotr) == {}
    fresh = re.search(r'action="(/admin/edits/[0-9a-f-]+/)confirm/"', page)
    assert fresh
    confirmed(olgas_browser, fresh[1])
    assert own(adam) == own(piotr) == {"available.no_answer.external": "extension:105"}


def test_who_is_gone_between_the_page_and_the_preview_is_told(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    selection = ids(adam, piotr)
    piotr.delete()
    response = olgas_browser.post("/admin/edits/preview/", {"ids": selection, **NO_ANSWER_EXTERNAL}, follow=True)
    assert "1 of the extensions you had selected is no longer there." in text(response)
    assert 'data-planned="101"' in text(response)


def test_who_is_gone_between_the_preview_and_the_save_stops_it_once(
    olgas_browser: Client, adam: Extension, piotr: Extension, katarzyna: Extension
) -> None:
    preview = previewed(olgas_browser, adam, piotr, **NO_ANSWER_EXTERNAL)
    piotr.delete()
    response = olgas_browser.post(f"{preview}confirm/")
    assert response.status_code == 409
    assert "1 extension is no longer there." in text(response)
    assert own(adam) == {}


def test_an_empty_or_vanished_selection_leads_back_to_the_list(olgas_browser: Client, adam: Extension) -> None:
    for address in ("/admin/extensions/edit/", "/admin/edits/preview/"):
        for sent in ("", "0", "x", "9" * 30, str(adam.pk + 999)):
            response = olgas_browser.post(address, {"ids": sent}, follow=True)
            assert response.redirect_chain[-1][0] == "/admin/extensions/"
            assert "Nobody is selected." in text(response)


def test_everybody_who_matches_is_selected_beyond_the_page(olgas_browser: Client) -> None:
    make_company(240)
    make_company(3, first=5000, department="Support")
    page = text(olgas_browser.post("/admin/extensions/edit/", {"all_matching": "1", "q": "1", "ids": "1"}))
    assert "Edit 240 extensions" in page


def test_one_selected_has_the_page_of_its_own(olgas_browser: Client, adam: Extension) -> None:
    response = olgas_browser.post("/admin/extensions/edit/", {"ids": ids(adam)})
    assert response.headers["Location"] == "/admin/extensions/101/"


def test_a_field_that_the_page_does_not_have_is_refused(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    for name in ("is_staff", "number", "version", "available-always-internal-kind", "name", "all-kind", "pk"):
        response = send(olgas_browser, adam, piotr, **{"mobile_number": "600 100 200", name: "1"})
        assert response.status_code == 422, name
        assert f"no such field: {name}" in text(response)
    assert not EditDraft.objects.exists()


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("busy-internal-kind", "system_extension", "cannot be chosen here"),
        ("busy-internal-kind", "nonsense", "cannot be chosen here"),
    ],
)
def test_a_destination_that_is_not_offered_is_refused(
    olgas_browser: Client, adam: Extension, piotr: Extension, name: str, typed: str, words: str
) -> None:
    response = send(olgas_browser, adam, piotr, **{f"available-{name}": typed})
    assert response.status_code == 422
    assert words in errors_at(response, f"available-{name}")


@pytest.mark.parametrize(
    ("controls", "at", "words"),
    [
        ({"lunch-busy-internal-kind": "extension", "lunch-busy-internal-extension": "999"}, "extension", "999"),
        (
            {"lunch-busy-internal-kind": "extension", "lunch-busy-internal-extension": "104"},
            "extension",
            "switched off",
        ),
        ({"lunch-busy-internal-kind": "extension", "lunch-busy-internal-extension": "800"}, "extension", "800"),
        ({"lunch-busy-internal-kind": "extension"}, "extension", "Type the number"),
        (
            {"lunch-busy-internal-kind": "extension_voicemail", "lunch-busy-internal-extension": "Adam"},
            "extension",
            "Adam",
        ),
        ({"lunch-busy-internal-kind": "external_number"}, "number", "Type the number"),
        ({"lunch-busy-internal-kind": "external_number", "lunch-busy-internal-number": "112"}, "number", "emergency"),
        (
            {"lunch-busy-internal-kind": "external_number", "lunch-busy-internal-number": "+4930123456"},
            "number",
            "own country",
        ),
        (
            {"lunch-busy-internal-kind": "external_number", "lunch-busy-internal-number": "700 123 456"},
            "number",
            "special charges",
        ),
    ],
)
def test_a_bad_destination_is_told_beside_its_control_and_stays_typed(
    olgas_browser: Client, adam: Extension, piotr: Extension, controls: dict[str, str], at: str, words: str
) -> None:
    Extension.objects.filter(pk=make_extension("104", "Tomasz Wiśniewski").pk).update(is_enabled=False)
    SystemExtension.objects.create(number="800", name="Support", kind="queue")
    response = send(olgas_browser, adam, piotr, **controls, mobile_number="600 100 200")
    assert response.status_code == 422
    assert words in errors_at(response, f"lunch-busy-internal-{at}")
    assert 'value="600 100 200"' in control(response, "mobile_number")
    assert not EditDraft.objects.exists()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("available-internal-seconds", "4"),
        ("available-internal-seconds", "121"),
        ("available-internal-seconds", "ten"),
        ("available-internal-seconds", "-20"),
        ("mobile_number", "12"),
        ("mobile_number", "Adam"),
        ("voicemail_seconds_max", "181"),
        ("voicemail_messages_max", "0"),
        ("department", "99999"),
        ("department", "Sales"),
        ("voicemail_on", "perhaps"),
        ("voicemail_email", "fax"),
        ("takes_visits", "perhaps"),
        ("lunch-stays_in_queues", "perhaps"),
    ],
)
def test_a_bad_value_is_told_beside_its_control(
    olgas_browser: Client, adam: Extension, piotr: Extension, name: str, typed: str
) -> None:
    response = send(olgas_browser, adam, piotr, **{name: typed})
    assert response.status_code == 422
    assert errors_at(response, name)


def test_countries_that_the_company_allows_may_be_forwarded_to(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    Company.objects.create(countries=["PL", "DE"])
    controls = {"away-always-external-kind": "external_number", "away-always-external-number": "+49 30 123456"}
    confirmed(olgas_browser, previewed(olgas_browser, adam, piotr, **controls))
    assert own(adam) == {"away.always.external": "external_number:+4930123456"}
    controls["away-always-external-number"] = "+33 1 42 68 53 00"
    response = send(olgas_browser, adam, piotr, **controls)
    assert "allows no calls to numbers in that country" in errors_at(response, "away-always-external-number")


def test_nothing_touched_is_no_edit(olgas_browser: Client, adam: Extension, piotr: Extension) -> None:
    response = send(olgas_browser, adam, piotr)
    assert response.status_code == 422
    assert "Nothing is changed yet." in text(response)


def test_the_page_of_many_shows_the_common_value_or_how_many_there_are(
    olgas_browser: Client, adam: Extension, piotr: Extension, anna: Extension
) -> None:
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTENSION, "102", origin=Origin.INTERNAL)
    rule(piotr, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL, origin=Origin.INTERNAL)
    page = text(olgas_browser.post("/admin/extensions/edit/", {"ids": ids(adam, piotr, anna)}))
    leave = r'<select name="{}"[^>]*>\s*<option value="" selected>([^<]*)</option>'
    assert re.findall(leave.format("away-always-internal-kind"), page) == ["Leave as is (3 different values)"]
    assert re.findall(leave.format("away-always-external-kind"), page) == ["Leave as is (End call)"]
    assert re.findall(leave.format("department"), page) == ["Leave as is (2 different values)"]
    assert 'name="name"' not in page


def test_fields_of_many_are_written(olgas_browser: Client, adam: Extension, piotr: Extension, anna: Extension) -> None:
    Extension.objects.update(mobile_number="+48600100200")
    controls = {
        "department": str(anna.department_id),
        "mobile_number-clear": "on",
        "voicemail_on": "no",
        "voicemail_seconds_max": "60",
        "external_forwarding": "no",
        "voicemail_email": "notice",
        "takes_visits": "no",
        "lunch-stays_in_queues": "yes",
    }
    confirmed(olgas_browser, previewed(olgas_browser, adam, piotr, **controls))
    for extension in (adam, piotr):
        extension.refresh_from_db()
        assert extension.department_id == anna.department_id
        assert (extension.mobile_number, extension.voicemail_seconds_max) == ("", 60)
        assert not extension.voicemail_on
        assert not extension.external_forwarding
        assert (extension.voicemail_email, extension.takes_visits) == ("notice", False)
        assert effective_profile(extension, Status.LUNCH).stays_in_queues
        assert extension.is_enabled


@pytest.mark.parametrize(
    ("host", "address", "of_one", "of_two"),
    [
        ("mail.example.com", "adam@example.com", "It goes to adam@example.com.", "1 of them has no e-mail address"),
        ("mail.example.com", "", "There is no e-mail address", "2 of them have no e-mail address"),
        ("", "adam@example.com", "This server sends no e-mail", "This server sends no e-mail"),
    ],
)
def test_the_page_says_where_voicemail_is_sent_to_or_why_nowhere(
    olgas_browser: Client,
    settings: Settings,
    adam: Extension,
    piotr: Extension,
    host: str,
    address: str,
    of_one: str,
    of_two: str,
) -> None:
    settings.EMAIL_HOST = host
    User.objects.filter(extension=adam).update(email=address)
    assert of_one in text(olgas_browser.get("/admin/extensions/101/"))
    assert of_two in text(olgas_browser.post("/admin/extensions/edit/", {"ids": ids(adam, piotr)}))


def test_a_switch_is_given_back_to_the_template_and_the_edit_undone(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    confirmed(olgas_browser, previewed(olgas_browser, adam, piotr, **{"lunch-takes_second_call": "yes"}))
    page = text(olgas_browser.get("/admin/extensions/101/"))
    assert '<option value="yes" selected>on</option>' in page
    preview = previewed(olgas_browser, adam, piotr, **{"lunch-takes_second_call": "template"})
    shown = text(olgas_browser.get(preview))
    assert "Lunch · A second call rings during a call" in shown
    assert "as the template says (off)" in shown
    done = confirmed(olgas_browser, preview)
    assert own(adam) == own(piotr) == {}
    olgas_browser.post(f"{done}undo/")
    assert own(adam) == {"lunch.takes_second_call": True}


def test_the_mobile_of_one_or_many_rings_too_and_the_history_says_so(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    preview = previewed(olgas_browser, adam, piotr, **{"lunch-rings_mobile_too": "yes"})
    assert "Lunch · The mobile rings, too" in text(olgas_browser.get(preview))
    confirmed(olgas_browser, preview)
    assert own(adam) == own(piotr) == {"lunch.rings_mobile_too": True}
    confirmed(olgas_browser, previewed(olgas_browser, adam, **{"lunch-rings_mobile_too": "no"}))
    assert own(adam) == {"lunch.rings_mobile_too": False}
    root = browser_of(User.objects.create(username="root", is_staff=True, is_superuser=True))
    assert "The mobile rings, too" in text(root.get("/admin/history/?q=101"))


def test_the_page_of_one_shows_its_values_and_where_they_come_from(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTENSION, "102", origin=Origin.INTERNAL)
    response = olgas_browser.get("/admin/extensions/101/")
    page = text(response)
    assert 'value="102 Piotr Adamiak"' in control(response, "away-always-internal-extension")
    assert '<option value="extension" selected>' in page
    assert 'value="Adam Nowak"' in control(response, "name")
    assert "As the template says (End call)" in page
    sources = dict(re.findall(r'<div class="op-rule" id="setting-([^"]*)">.*?from: ([^<]*)<', page, re.DOTALL))
    assert sources["away-always-internal-kind"].strip() == "own"
    assert sources["away-always-external-kind"].strip() == "recommended"


def test_one_is_edited_and_a_rule_is_given_back_to_the_template(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL)
    StatusProfileRow.objects.filter(extension=adam, status=Status.LUNCH).delete()
    StatusProfileRow.objects.create(extension=adam, status=Status.LUNCH, internal_ring_seconds=30)
    controls = {
        "name": "Adam  Nowak-Lis",
        "away-always-internal-kind": "template",
        "lunch-internal-seconds": "",
        "mobile_number": "600 100 200",
    }
    page = text(olgas_browser.get("/admin/extensions/101/"))
    shown = re.search(r'name="shown" value="([^"]*)"', page)
    assert shown
    confirmed(olgas_browser, previewed(olgas_browser, adam, **controls, shown=html.unescape(shown[1])))
    assert own(adam) == {"away.always.external": "voicemail"}
    assert (adam.name, adam.mobile_number) == ("Adam Nowak-Lis", "+48600100200")


def test_what_its_holder_changes_while_the_page_is_open_is_not_overwritten(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    page = text(olgas_browser.get("/admin/extensions/101/"))
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found
    shown = json.loads(html.unescape(found[1]))
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTENSION, "102")
    everything = {**shown, "mobile_number": "600 100 200"}
    confirmed(olgas_browser, previewed(olgas_browser, adam, **everything, shown=json.dumps(shown)))
    assert own(adam) == {"away.always.internal": "extension:102", "away.always.external": "extension:102"}
    assert adam.mobile_number == "+48600100200"


def test_a_destination_of_another_surface_is_shown_in_words_and_kept(olgas_browser: Client, adam: Extension) -> None:
    SystemExtension.objects.create(number="800", name="Support queue", kind="queue")
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.SYSTEM_EXTENSION, "800", origin=Origin.INTERNAL)
    page = text(olgas_browser.get("/admin/extensions/101/"))
    assert (
        '<option value="system_extension" selected>System extension: 800 Support queue (set in the web client)<' in page
    )
    controls = {"away-always-internal-kind": "system_extension", "away-always-external-kind": "voicemail"}
    confirmed(olgas_browser, previewed(olgas_browser, adam, **controls))
    assert own(adam) == {"away.always.internal": "system_extension:800", "away.always.external": "voicemail"}


@pytest.mark.parametrize(
    ("prepared", "after"),
    [("template", {}), ("recommended", {"away.always.internal": "end_call", "lunch.internal.seconds": 20})],
)
def test_a_selection_is_reset_or_gets_the_recommended_settings(
    olgas_browser: Client, adam: Extension, piotr: Extension, prepared: str, after: dict[str, object]
) -> None:
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.EXTENSION, "102")
    confirmed(olgas_browser, previewed(olgas_browser, adam, piotr, prepared=prepared))
    assert own(adam).items() >= after.items()
    assert bool(own(adam)) == bool(after)
    assert BulkEdit.objects.get().what == prepared


def test_nobody_sees_or_confirms_the_draft_of_another_operator(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    preview = previewed(olgas_browser, adam, piotr, mobile_number="600 100 200")
    other = browser_of(make_operator(username="other"))
    assert other.get(preview).status_code == 302
    assert other.post(f"{preview}confirm/").headers["Location"] == "/admin/extensions/"
    assert not BulkEdit.objects.exists()
    assert olgas_browser.get(urlsplit(preview).path).status_code == 200


def test_a_second_click_on_save_finds_it_saved(olgas_browser: Client, adam: Extension, piotr: Extension) -> None:
    preview = previewed(olgas_browser, adam, piotr, mobile_number="600 100 200")
    confirmed(olgas_browser, preview)
    response = olgas_browser.post(f"{preview}confirm/", follow=True)
    assert "This preview is no longer there" in text(response)
    assert BulkEdit.objects.count() == 1


@pytest.mark.slow
def test_five_thousand_are_previewed_and_saved_at_once(
    olgas_browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries, katarzyna: Extension
) -> None:
    make_company(5000)
    form = {"all_matching": "1", "q": "Jan"}
    page = text(olgas_browser.post("/admin/extensions/edit/", form))
    found = re.search(r'name="ids" value="([^"]*)"', page)
    assert found
    with django_assert_max_num_queries(40):
        response = olgas_browser.post("/admin/edits/preview/", {"ids": found[1], **NO_ANSWER_EXTERNAL})
    preview = response.headers["Location"]
    page = text(olgas_browser.get(preview))
    assert page.count("data-planned=") == 200
    assert "and 4800 more" in page
    assert text(olgas_browser.get(f"{preview}?q=5999")).count("data-planned=") == 1
    confirmed(olgas_browser, preview)
    assert ForwardingRule.objects.filter(destination_value="105").count() == 5000
