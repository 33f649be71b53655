"""An operator's edit of one or many: what is planned for whom, who is skipped and why, confirming and undoing."""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from presence.domain.extension_settings import Values
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface, SystemExtensionKind
from presence.models import (
    BulkEdit,
    ChangeRecord,
    Company,
    EditDraft,
    Extension,
    ForwardingRule,
    SystemExtension,
    TemplateSetting,
    User,
)
from presence.selectors.settings import own_values
from presence.services.bulk_edit import (
    AlreadyUndoneError,
    Plan,
    Skip,
    changed_since,
    confirm_edit,
    draft_edit,
    plan_each,
    plan_edit,
    plan_undo,
    undo_edit,
)
from presence.services.extension_settings import SettingsChangedError, write_settings
from presence.services.status import set_status
from tests.cast import make_extension, rule

pytestmark = pytest.mark.django_db

NO_ANSWER_OUTSIDE = "available.no_answer.external"
BUSY_OUTSIDE = "available.busy.external"
SECONDS_OUTSIDE = "available.external.seconds"
AFTER_15_TO_105: Values = {NO_ANSWER_OUTSIDE: "extension:105", SECONDS_OUTSIDE: 15}
MOBILE = "+48600100200"


@pytest.fixture
def olga() -> User:
    return User.objects.create(username="olga", is_staff=True)


@pytest.fixture
def katarzyna() -> Extension:
    return make_extension("105", "Katarzyna Wójcik")


def edit(extensions: list[Extension], request: Values, by: User) -> BulkEdit:
    return confirm_edit(draft_edit(extensions, request, by=by), by=by)


def own_write(extension: Extension, values: Values) -> None:
    """The holder changes something."""
    write_settings({extension.pk: values}, by=extension.user, surface=Surface.WEB_CLIENT)


def fresh(*extensions: Extension) -> list[Extension]:
    pks = [extension.pk for extension in extensions]
    return list(Extension.objects.select_related("department").filter(pk__in=pks).by_number())


def everything(*extensions: Extension) -> dict[int, dict[str, object]]:
    return {pk: dict(values) for pk, values in own_values(fresh(*extensions)).items()}


def skips(plans: list[Plan]) -> dict[str, Skip | None]:
    return {plan.extension.number: plan.skip for plan in plans}


# The plan.


def test_a_plan_names_what_differs_and_nothing_else(adam: Extension, piotr: Extension, katarzyna: Extension) -> None:
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.END_CALL, origin=Origin.EXTERNAL)
    own_write(piotr, {SECONDS_OUTSIDE: 15})
    plans = plan_edit(fresh(adam, piotr), AFTER_15_TO_105)
    assert [(plan.extension.number, plan.before, plan.after) for plan in plans] == [
        ("101", {NO_ANSWER_OUTSIDE: "end_call", SECONDS_OUTSIDE: None}, AFTER_15_TO_105),
        ("102", {NO_ANSWER_OUTSIDE: None}, {NO_ANSWER_OUTSIDE: "extension:105"}),
    ]
    assert all(plan.changes for plan in plans)


def test_who_has_it_all_already_does_not_change(adam: Extension) -> None:
    own_write(adam, {BUSY_OUTSIDE: "end_call"})
    (plan,) = plan_edit(fresh(adam), {BUSY_OUTSIDE: "end_call", "voicemail_on": True})
    assert (plan.changes, plan.skip, plan.after) == (False, None, {})


@dataclass(frozen=True)
class Case:
    """What is asked for Adam (101), in which company, and why he is left out."""

    request: Values
    skip: Skip | None = None
    detail: tuple[str, ...] = ()
    adam: Values | None = None
    piotr: Values | None = None
    outside: bool = True
    template: Values | None = None


CASES: dict[str, Case] = {
    "to his mobile, without one": Case({BUSY_OUTSIDE: "mobile"}, Skip.NO_MOBILE_NUMBER),
    "to his mobile": Case({BUSY_OUTSIDE: "mobile"}, adam={"mobile_number": MOBILE}),
    "to the mobile given with it": Case({BUSY_OUTSIDE: "mobile", "mobile_number": MOBILE}),
    "to a mobile taken away with it": Case(
        {BUSY_OUTSIDE: "mobile", "mobile_number": ""}, Skip.NO_MOBILE_NUMBER, adam={"mobile_number": MOBILE}
    ),
    "outside, though he may not": Case(
        {BUSY_OUTSIDE: "external_number:+48221234567"},
        Skip.MAY_NOT_FORWARD_OUTSIDE,
        adam={"external_forwarding": False},
    ),
    "outside, allowed with it": Case(
        {BUSY_OUTSIDE: "external_number:+48221234567", "external_forwarding": True},
        adam={"external_forwarding": False},
    ),
    "outside, in a company that does not": Case(
        {BUSY_OUTSIDE: "external_number:+48221234567"}, Skip.OUTSIDE_FORWARDING_OFF, outside=False
    ),
    "outside": Case({BUSY_OUTSIDE: "external_number:+48221234567"}),
    "to a voicemail that is off": Case({BUSY_OUTSIDE: "voicemail"}, Skip.VOICEMAIL_OFF, adam={"voicemail_on": False}),
    "to a voicemail switched on with it": Case(
        {BUSY_OUTSIDE: "voicemail", "voicemail_on": True}, adam={"voicemail_on": False}
    ),
    "to Piotr's voicemail": Case({BUSY_OUTSIDE: "extension_voicemail:102"}),
    "to Piotr's voicemail that is off": Case(
        {BUSY_OUTSIDE: "extension_voicemail:102"}, Skip.VOICEMAIL_OFF, ("102",), piotr={"voicemail_on": False}
    ),
    "to Piotr": Case({BUSY_OUTSIDE: "extension:102"}),
    "to Piotr, who is disabled": Case(
        {BUSY_OUTSIDE: "extension:102"}, Skip.DESTINATION_DISABLED, ("102",), piotr={"is_enabled": False}
    ),
    "to nobody": Case({BUSY_OUTSIDE: "extension:999"}, Skip.DESTINATION_UNKNOWN, ("999",)),
    "to nobody's voicemail": Case({BUSY_OUTSIDE: "extension_voicemail:999"}, Skip.DESTINATION_UNKNOWN, ("999",)),
    "to a queue as if it were a person": Case({BUSY_OUTSIDE: "extension:800"}, Skip.DESTINATION_UNKNOWN, ("800",)),
    "to a queue": Case({BUSY_OUTSIDE: "system_extension:800"}),
    "to himself": Case({BUSY_OUTSIDE: "extension:101"}, Skip.OWN_NUMBER),
    "to his own voicemail by number": Case({BUSY_OUTSIDE: "extension_voicemail:101"}),
    "to Piotr, who forwards to him": Case(
        {BUSY_OUTSIDE: "extension:102"}, Skip.WOULD_LOOP, ("101", "102", "101"), piotr={BUSY_OUTSIDE: "extension:101"}
    ),
    "to Piotr, who forwards inside calls to him": Case(
        {BUSY_OUTSIDE: "extension:102"}, piotr={"available.busy.internal": "extension:101"}
    ),
    "to Piotr, who will forward to him at lunch": Case(
        {BUSY_OUTSIDE: "extension:102"}, piotr={"lunch.busy.external": "extension:101"}
    ),
    "to the end": Case({BUSY_OUTSIDE: "end_call"}),
    "a longer ring": Case({SECONDS_OUTSIDE: 30}),
    "back to a template without a fault": Case({BUSY_OUTSIDE: None}, adam={BUSY_OUTSIDE: "end_call"}),
    "back to a template that wants a mobile": Case(
        {BUSY_OUTSIDE: None}, Skip.NO_MOBILE_NUMBER, adam={BUSY_OUTSIDE: "end_call"}, template={BUSY_OUTSIDE: "mobile"}
    ),
    "back to a template that sends to himself": Case(
        {BUSY_OUTSIDE: None}, Skip.OWN_NUMBER, adam={BUSY_OUTSIDE: "end_call"}, template={BUSY_OUTSIDE: "extension:101"}
    ),
    "back to nothing: a rule his status never asks": Case(
        {"away.busy.external": None}, adam={"away.busy.external": "end_call"}
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_who_is_skipped_and_why(name: str, adam: Extension, piotr: Extension) -> None:
    case = CASES[name]
    SystemExtension.objects.create(number="800", name="Support queue", kind=SystemExtensionKind.QUEUE)
    Company.objects.create(external_forwarding=case.outside)
    for extension, values in ((adam, case.adam), (piotr, case.piotr)):
        own_write(extension, values or {})
    for key, value in (case.template or {}).items():
        TemplateSetting.objects.create(department=adam.department, key=key, value=str(value))
    (plan,) = plan_edit(fresh(adam), case.request)
    assert (plan.skip, plan.detail) == (case.skip, case.detail)
    assert plan.changes is (case.skip is None)


def test_every_reason_to_skip_in_a_plan_has_its_case() -> None:
    assert {case.skip for case in CASES.values()} == {None, *Skip} - {Skip.CHANGED_SINCE}


def test_two_edited_extensions_may_not_close_a_loop_together(adam: Extension, piotr: Extension) -> None:
    plans = plan_each(
        fresh(adam, piotr),
        {adam.pk: {BUSY_OUTSIDE: "extension:102"}, piotr.pk: {NO_ANSWER_OUTSIDE: "extension:101"}},
    )
    assert skips(plans) == {"101": Skip.WOULD_LOOP, "102": Skip.WOULD_LOOP}
    assert plans[0].detail == ("101", "102", "101")


def test_a_loop_through_people_who_are_not_edited_is_seen(
    adam: Extension, piotr: Extension, anna: Extension, katarzyna: Extension
) -> None:
    own_write(piotr, {BUSY_OUTSIDE: "extension:103"})
    own_write(anna, {NO_ANSWER_OUTSIDE: "extension:105"})
    own_write(katarzyna, {BUSY_OUTSIDE: "extension:101"})
    (plan,) = plan_edit(fresh(adam), {BUSY_OUTSIDE: "extension:102"})
    assert (plan.skip, plan.detail) == (Skip.WOULD_LOOP, ("101", "102", "103", "105", "101"))


def test_an_edit_that_opens_a_loop_may_use_the_way_it_opens(adam: Extension, piotr: Extension) -> None:
    own_write(piotr, {BUSY_OUTSIDE: "extension:101"})
    requests: dict[int, Values] = {adam.pk: {BUSY_OUTSIDE: "extension:102"}, piotr.pk: {BUSY_OUTSIDE: None}}
    assert skips(plan_each(fresh(adam, piotr), requests)) == {"101": None, "102": None}


def test_the_old_rule_of_who_is_skipped_counts_for_the_others(adam: Extension, katarzyna: Extension) -> None:
    rule(katarzyna, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.EXTENSION, "101", origin=Origin.EXTERNAL)
    plans = plan_edit(fresh(adam, katarzyna), AFTER_15_TO_105)
    assert skips(plans) == {"101": Skip.WOULD_LOOP, "105": Skip.OWN_NUMBER}


def test_going_back_to_a_template_may_not_close_a_loop(adam: Extension, piotr: Extension) -> None:
    own_write(adam, {BUSY_OUTSIDE: "extension:102"})
    own_write(piotr, {BUSY_OUTSIDE: "end_call"})
    TemplateSetting.objects.create(department=piotr.department, key=BUSY_OUTSIDE, value="extension:101")
    (plan,) = plan_edit(fresh(piotr), {BUSY_OUTSIDE: None})
    assert (plan.skip, plan.detail) == (Skip.WOULD_LOOP, ("102", "101", "102"))


def test_a_destination_is_judged_as_the_edit_leaves_it(adam: Extension, katarzyna: Extension) -> None:
    own_write(katarzyna, {"voicemail_on": False})
    to_her_box: Values = {BUSY_OUTSIDE: "extension_voicemail:105", "voicemail_on": True}
    assert skips(plan_edit(fresh(adam, katarzyna), to_her_box)) == {"101": None, "105": None}
    off: dict[int, Values] = {adam.pk: {BUSY_OUTSIDE: "extension:105"}, katarzyna.pk: {"is_enabled": False}}
    assert skips(plan_each(fresh(adam, katarzyna), off)) == {"101": Skip.DESTINATION_DISABLED, "105": None}


def test_a_plan_for_forty_takes_as_many_queries_as_for_two(adam: Extension, piotr: Extension) -> None:
    for n in range(110, 150):
        make_extension(str(n), f"U{n} Person")
    request: Values = {BUSY_OUTSIDE: "extension:102", NO_ANSWER_OUTSIDE: "mobile", SECONDS_OUTSIDE: None}
    counts = []
    for some in (fresh(adam, piotr), fresh(*Extension.objects.all())):
        with CaptureQueriesContext(connection) as queries:
            plan_edit(some, request)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15  # judged twice: 102 is skipped, and calls go there


# Confirming.


def test_a_confirmed_edit_does_what_was_shown_and_leaves_out_who_was_skipped(
    adam: Extension, piotr: Extension, katarzyna: Extension, olga: User
) -> None:
    done = edit(fresh(adam, piotr, katarzyna), AFTER_15_TO_105, olga)
    records = {record.extension.number: record for record in done.changes.all() if record.extension}
    assert records.keys() == {"101", "102"}
    assert records["101"].after == AFTER_15_TO_105
    assert (records["101"].by, records["101"].surface) == (olga, Surface.OPERATOR_PANEL)
    assert set(ForwardingRule.objects.values_list("extension__number", "set_on")) == {
        ("101", "operator_panel"),
        ("102", "operator_panel"),
    }
    assert not EditDraft.objects.exists()
    assert (done.by, done.what, done.request) == (olga, "edit", AFTER_15_TO_105)


@pytest.mark.parametrize("who_is_skipped", [False, True])
def test_an_extension_that_changed_since_the_preview_stops_the_whole_edit(
    adam: Extension, piotr: Extension, katarzyna: Extension, olga: User, *, who_is_skipped: bool
) -> None:
    draft = draft_edit(fresh(adam, piotr, katarzyna), AFTER_15_TO_105, by=olga)
    own_write(katarzyna if who_is_skipped else piotr, {"lunch.busy.external": "end_call"})
    before = everything(adam, piotr, katarzyna)
    with pytest.raises(SettingsChangedError) as caught:
        confirm_edit(draft, by=olga)
    assert caught.value.extension_ids == {(katarzyna if who_is_skipped else piotr).pk}
    assert everything(adam, piotr, katarzyna) == before
    assert EditDraft.objects.filter(pk=draft.pk).exists()
    assert not BulkEdit.objects.exists()


def test_an_extension_that_is_gone_since_the_preview_stops_the_edit(
    adam: Extension, piotr: Extension, olga: User
) -> None:
    draft = draft_edit(fresh(adam, piotr), {BUSY_OUTSIDE: "end_call"}, by=olga)
    pk = piotr.pk
    piotr.delete()
    with pytest.raises(SettingsChangedError) as caught:
        confirm_edit(draft, by=olga)
    assert caught.value.extension_ids == {pk}


def test_a_status_switched_since_the_preview_is_no_reason_to_stop(adam: Extension, olga: User) -> None:
    draft = draft_edit(fresh(adam), {BUSY_OUTSIDE: "end_call"}, by=olga)
    assert adam.user is not None
    set_status(extension=adam, status=Status.LUNCH, by=adam.user, surface=Surface.WEB_CLIENT)
    assert confirm_edit(draft, by=olga).changes.count() == 1


def test_a_confirmation_sent_twice_is_done_once(adam: Extension, olga: User) -> None:
    draft = draft_edit(fresh(adam), {BUSY_OUTSIDE: "end_call"}, by=olga)
    confirm_edit(EditDraft.objects.get(pk=draft.pk), by=olga)
    with pytest.raises(SettingsChangedError):
        confirm_edit(draft, by=olga)
    assert ChangeRecord.objects.count() == 1


# Undoing.


def test_undo_gives_everyone_back_what_they_had(
    adam: Extension, piotr: Extension, katarzyna: Extension, olga: User
) -> None:
    own_write(adam, {NO_ANSWER_OUTSIDE: "end_call", SECONDS_OUTSIDE: 9, "mobile_number": MOBILE})
    before = everything(adam, piotr)
    request: Values = {**AFTER_15_TO_105, "mobile_number": "", "voicemail_seconds_max": 30, "department": ""}
    done = edit(fresh(adam, piotr), request, olga)
    assert everything(adam, piotr) != before
    undoing = undo_edit(done, by=olga)
    assert everything(adam, piotr) == before
    assert (undoing.what, undoing.undoes, undoing.changes.count()) == ("undo", done, 2)


def test_undo_leaves_alone_who_changed_something_since_and_says_who_did(
    adam: Extension, piotr: Extension, katarzyna: Extension, olga: User
) -> None:
    done = edit(fresh(adam, piotr), AFTER_15_TO_105, olga)
    own_write(piotr, {NO_ANSWER_OUTSIDE: "end_call"})
    assert piotr.user is not None
    set_status(extension=piotr, status=Status.LUNCH, by=olga, surface=Surface.OPERATOR_PANEL)
    plans = {plan.extension.number: plan for plan in plan_undo(done)}
    assert {number: plan.skip for number, plan in plans.items()} == {"101": None, "102": Skip.CHANGED_SINCE}
    record = changed_since(plans["102"])
    assert record is not None
    assert (record.by, record.after) == (piotr.user, {NO_ANSWER_OUTSIDE: "end_call"})
    after = everything(piotr)
    assert [record.extension for record in undo_edit(done, by=olga).changes.all()] == [adam]
    assert everything(piotr) == after


def test_an_edit_is_undone_once(adam: Extension, olga: User) -> None:
    done = edit(fresh(adam), {BUSY_OUTSIDE: "end_call"}, olga)
    undo_edit(done, by=olga)
    with pytest.raises(AlreadyUndoneError):
        undo_edit(done, by=olga)
    assert BulkEdit.objects.count() == 2


def test_undoing_the_undoing_does_it_again(adam: Extension, olga: User) -> None:
    done = edit(fresh(adam), {BUSY_OUTSIDE: "end_call", SECONDS_OUTSIDE: 15}, olga)
    after = everything(adam)
    undo_edit(undo_edit(done, by=olga), by=olga)
    assert everything(adam) == after


def test_undo_for_forty_takes_as_many_queries_as_for_two(adam: Extension, olga: User) -> None:
    for n in range(110, 150):
        make_extension(str(n), f"U{n} Person")
    everyone = fresh(*Extension.objects.all())
    counts = []
    for some in (everyone[:2], everyone):
        done = edit(fresh(*some), {BUSY_OUTSIDE: "end_call", SECONDS_OUTSIDE: 15, "voicemail_on": False}, olga)
        with CaptureQueriesContext(connection) as queries:
            undo_edit(done, by=olga)
        counts.append(len(queries))
    assert counts[0] == counts[1]
