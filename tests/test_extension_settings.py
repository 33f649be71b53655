"""What can be edited about an extension: its keys and values, where a value comes from, and the one writer."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from presence import hub, selectors
from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    RuleSetting,
    Setting,
    Source,
    Switch,
    SwitchSetting,
    Value,
    Values,
    destination_text,
    is_inheritable,
    kept_text,
    kept_value,
    parse_key,
    profile_values,
    profile_with,
    recommended_values,
    rule_key,
    rule_keys_of,
    seconds_key,
    source_of,
    switches_of,
    text_destination,
)
from presence.domain.forwarding import END_CALL, VOICEMAIL, Destination, default_profile, rule_keys
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status, Surface
from presence.hub.news import ExtensionsEdited, News, PresenceChanged, WindowMessageSent
from presence.models import ChangeRecord, Department, Extension, ForwardingRule, StatusProfileRow, TemplateSetting
from presence.selectors.settings import company, field_values, own_values, templates
from presence.services.extension_settings import SettingsChangedError, write_settings
from presence.services.forwarding import save_profile
from tests.cast import make_extension, register, rule

BUSY_OUTSIDE = "available.busy.external"
LUNCH_SECONDS = "lunch.external.seconds"
LUNCH_QUEUES = "lunch.stays_in_queues"
TO_105 = Destination(DestinationKind.EXTENSION, "105")


def write(extension: Extension, values: Values, **more: Any) -> int:
    return write_settings({extension.pk: values}, by=extension.user, surface=Surface.OPERATOR_PANEL, **more)


def own(extension: Extension) -> dict[str, Value]:
    """What an extension has of its own beside its fields."""
    values = own_values([Extension.objects.select_related("department").get(pk=extension.pk)])[extension.pk]
    return {key: value for key, value in values.items() if is_inheritable(key)}


# Keys and values; plain, no database.


@pytest.mark.parametrize(
    ("key", "setting"),
    [
        ("mobile_number", Field.MOBILE_NUMBER),
        ("lunch.busy.external", RuleSetting(Status.LUNCH, Condition.BUSY, Origin.EXTERNAL)),
        ("lunch.external.seconds", RingSecondsSetting(Status.LUNCH, Origin.EXTERNAL)),
        ("lunch.stays_in_queues", SwitchSetting(Status.LUNCH, Switch.STAYS_IN_QUEUES)),
    ],
)
def test_a_key_names_a_field_a_rule_a_ring_time_or_a_switch(key: str, setting: Setting) -> None:
    assert parse_key(key) == setting


@pytest.mark.parametrize(
    "key",
    ["", "password", "lunch", "lunch.busy", "coffee.busy.external", "lunch.busy.moon", "lunch.moon.seconds", "a.b.c.d"],
)
def test_any_other_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - from the enumerations, which word it themselves
        parse_key(key)


@pytest.mark.parametrize(
    "to", [VOICEMAIL, END_CALL, TO_105, Destination(DestinationKind.EXTERNAL_NUMBER, "+48221234567")]
)
def test_a_destination_survives_being_written_as_text(to: Destination) -> None:
    assert text_destination(destination_text(to)) == to


@pytest.mark.parametrize("text", ["", "extension", "voicemail:105", "moon:1"])
def test_a_text_that_is_no_destination_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the same
        text_destination(text)


def test_all_that_belongs_to_a_status_is_inherited_and_fields_are_not() -> None:
    keys = (BUSY_OUTSIDE, LUNCH_SECONDS, LUNCH_QUEUES, "name")
    assert [is_inheritable(key) for key in keys] == [True, True, True, False]


@pytest.mark.parametrize("status", Status)
def test_a_status_has_a_key_for_each_rule_ring_time_and_switch_of_its_profile(status: Status) -> None:
    profile = default_profile(status)
    keys = rule_keys_of(status, profile.kind)
    assert set(keys) == set(profile_values(profile))
    assert len(keys) == len(rule_keys(profile.kind)) + (2 + len(Switch) if profile.kind is RuleKind.RINGS_FIRST else 0)


@pytest.mark.parametrize("status", Status)
def test_a_profile_survives_being_written_as_values(status: Status) -> None:
    blank = profile_with(default_profile(status), dict.fromkeys(rule_keys_of(status, RuleKind.NEVER_RINGS), "end_call"))
    assert profile_with(blank, recommended_values()) == default_profile(status)


def test_a_profile_takes_from_values_only_what_is_its_own() -> None:
    values: dict[str, Value] = {
        "name": "Adam",
        BUSY_OUTSIDE: "extension:105",
        "available.no_answer.internal": None,
        "available.external.seconds": 15,
        "lunch.busy.external": "end_call",
        LUNCH_SECONDS: 60,
        LUNCH_QUEUES: True,
        "available.takes_second_call": True,
        "available.rings_mobile_too": True,
        "available.stays_in_queues": None,
    }
    profile = profile_with(default_profile(Status.AVAILABLE), values)
    differs = {
        key: to for key, to in profile.destinations.items() if to != default_profile(Status.AVAILABLE).destinations[key]
    }
    assert differs == {(Condition.BUSY, Origin.EXTERNAL): TO_105}
    assert profile.ring_seconds == {Origin.INTERNAL: 20, Origin.EXTERNAL: 15}
    assert switches_of(profile) == {
        Switch.STAYS_IN_QUEUES: True,
        Switch.TAKES_SECOND_CALL: True,
        Switch.RINGS_MOBILE_TOO: True,
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [(BUSY_OUTSIDE, "extension:105"), (LUNCH_SECONDS, 60), (LUNCH_QUEUES, True), (LUNCH_QUEUES, False)],
)
def test_a_value_survives_being_kept_as_text(key: str, value: Value) -> None:
    assert kept_value(key, kept_text(value)) is value or kept_value(key, kept_text(value)) == value


@pytest.mark.parametrize("status", Status)
def test_only_a_status_that_rings_first_has_switches(status: Status) -> None:
    profile = default_profile(status)
    assert bool(switches_of(profile)) is (profile.kind is RuleKind.RINGS_FIRST)


@pytest.mark.parametrize(
    ("own", "department", "company", "source"),
    [
        ({"k": 1}, {"k": 2}, {"k": 3}, Source.OWN),
        ({}, {"k": 2}, {"k": 3}, Source.DEPARTMENT),
        ({"k": None}, {}, {"k": 3}, Source.COMPANY),
        ({}, {}, {}, Source.RECOMMENDED),
    ],
)
def test_the_nearest_layer_that_has_a_value_is_its_source(
    own: Values, department: Values, company: Values, source: Source
) -> None:
    assert source_of("k", own, department, company) is source


# Layers, read from the rows.


def template(department: Department | None, values: Mapping[str, str]) -> None:
    for key, value in values.items():
        TemplateSetting.objects.create(department=department, key=key, value=value)


def test_own_lies_over_department_over_company_over_recommended(adam: Extension, anna: Extension) -> None:
    template(None, {BUSY_OUTSIDE: "end_call", LUNCH_SECONDS: "40", "available.busy.internal": "end_call"})
    template(adam.department, {BUSY_OUTSIDE: "extension:105", LUNCH_SECONDS: "50"})
    write(adam, {BUSY_OUTSIDE: "mobile"})
    layers = templates()
    seen = {}
    for who in (adam, anna):
        profile = selectors.effective_profile(who, Status.AVAILABLE)
        seen[who.number] = (
            profile.destination(Condition.BUSY, Origin.EXTERNAL),
            profile.destination(Condition.BUSY, Origin.INTERNAL),
            profile.destination(Condition.NO_ANSWER, Origin.INTERNAL),
            selectors.effective_profile(who, Status.LUNCH).ring_seconds[Origin.EXTERNAL],
        )
    assert seen == {
        "101": (Destination(DestinationKind.MOBILE), END_CALL, VOICEMAIL, 50),
        "103": (END_CALL, END_CALL, VOICEMAIL, 40),
    }
    keys = (BUSY_OUTSIDE, LUNCH_SECONDS, "available.busy.internal", "available.no_answer.internal")
    assert [layers.source(key, own(adam), adam.department_id) for key in keys] == [
        Source.OWN,
        Source.DEPARTMENT,
        Source.COMPANY,
        Source.RECOMMENDED,
    ]
    assert layers.source(BUSY_OUTSIDE, own(anna), anna.department_id) is Source.COMPANY
    assert layers.source(BUSY_OUTSIDE, {}, None) is Source.COMPANY


def test_the_present_profiles_of_all_follow_the_templates_too(adam: Extension, anna: Extension) -> None:
    template(adam.department, {BUSY_OUTSIDE: "extension:105"})
    busy = {
        number: profile.destination(Condition.BUSY, Origin.EXTERNAL)
        for number, profile in selectors.active_profiles(None).items()
    }
    assert busy == {"101": TO_105, "103": VOICEMAIL}


def test_a_template_never_writes_rules_of_anyones_own(adam: Extension) -> None:
    template(None, {BUSY_OUTSIDE: "end_call", "available.external.seconds": "45"})
    shown = selectors.effective_profile(adam, Status.AVAILABLE)
    assert adam.user is not None
    save_profile(
        extension=adam,
        status=Status.AVAILABLE,
        destinations=shown.destinations,
        ring_seconds=shown.ring_seconds,
        expected_version=selectors.profile_version(adam, Status.AVAILABLE),
        by=adam.user,
        surface=Surface.WEB_CLIENT,
    )
    assert own(adam) == {}
    assert not ChangeRecord.objects.exists()


def test_what_is_saved_over_a_template_stays_when_the_template_changes(adam: Extension) -> None:
    template(None, {BUSY_OUTSIDE: "end_call"})
    write(adam, {BUSY_OUTSIDE: "extension:105"})
    TemplateSetting.objects.update(value="voicemail")
    profile = selectors.effective_profile(adam, Status.AVAILABLE)
    assert profile.destination(Condition.BUSY, Origin.EXTERNAL) == TO_105


def test_own_values_are_the_fields_and_only_ones_own_rules(adam: Extension) -> None:
    rule(adam, Status.AVAILABLE, Condition.BUSY, DestinationKind.EXTENSION, "105", origin=Origin.EXTERNAL)
    StatusProfileRow.objects.create(extension=adam, status=Status.LUNCH, external_ring_seconds=9)
    assert own_values([adam]) == {adam.pk: {**field_values(adam), BUSY_OUTSIDE: "extension:105", LUNCH_SECONDS: 9}}
    assert field_values(adam)["department"] == "Sales"
    assert field_values(Extension(number="199"))["department"] == ""


@pytest.mark.django_db
def test_a_company_that_was_never_saved_has_the_defaults() -> None:
    assert (company().external_forwarding, company().countries) == (True, ["PL"])


# The writer.


def test_a_written_value_can_be_read_again_and_given_up_again(adam: Extension) -> None:
    Department.objects.create(name="Support")
    values: dict[str, Value] = {
        BUSY_OUTSIDE: "extension:105",
        LUNCH_SECONDS: 9,
        "mobile_number": "+48600100200",
        "department": "Support",
        "voicemail_on": False,
        "voicemail_seconds_max": 60,
        "voicemail_email": "attachment",
        "takes_visits": False,
        LUNCH_QUEUES: True,
        "available.takes_second_call": True,
    }
    assert write(adam, values) == 1
    kept = own_values([Extension.objects.select_related("department").get(pk=adam.pk)])[adam.pk]
    assert {key: kept[key] for key in values} == values
    given_up = (BUSY_OUTSIDE, LUNCH_SECONDS, LUNCH_QUEUES, "available.takes_second_call")
    write(adam, {**dict.fromkeys(given_up), "department": ""})
    assert own(adam) == {}
    assert Extension.objects.get(pk=adam.pk).department is None


def test_only_what_really_changes_is_written_and_recorded(adam: Extension, piotr: Extension) -> None:
    write(adam, {BUSY_OUTSIDE: "end_call"})
    ChangeRecord.objects.all().delete()
    values: Values = {BUSY_OUTSIDE: "end_call", "voicemail_on": True, "mobile_number": "", LUNCH_SECONDS: None}
    same = {adam.pk: values, piotr.pk: values}
    assert write_settings(same, by=None, surface=Surface.OPERATOR_PANEL) == 1
    record = ChangeRecord.objects.get()
    assert (record.extension, record.before, record.after) == (piotr, {BUSY_OUTSIDE: None}, {BUSY_OUTSIDE: "end_call"})
    assert (record.surface, record.subject, record.settings_version) == (Surface.OPERATOR_PANEL, Status.AVAILABLE, 2)
    assert dict(Extension.objects.values_list("number", "settings_version")) == {"101": 2, "102": 2}


def test_a_change_of_several_statuses_names_none(adam: Extension) -> None:
    write(adam, {BUSY_OUTSIDE: "end_call", LUNCH_SECONDS: 9})
    assert ChangeRecord.objects.get().subject == ""


def test_a_page_that_was_open_meanwhile_must_be_read_again(adam: Extension) -> None:
    assert adam.user is not None
    write(adam, {BUSY_OUTSIDE: "end_call"})
    assert selectors.profile_version(adam, Status.AVAILABLE) == 1
    assert selectors.profile_version(adam, Status.LUNCH) == 0


def test_whoever_saw_older_values_writes_nothing_and_is_told_whose(adam: Extension, piotr: Extension) -> None:
    write(adam, {LUNCH_SECONDS: 9})
    both = {adam.pk: {LUNCH_SECONDS: 30}, piotr.pk: {LUNCH_SECONDS: 30}}
    with pytest.raises(SettingsChangedError) as caught:
        write_settings(both, by=None, surface=Surface.OPERATOR_PANEL, expected={adam.pk: 1, piotr.pk: 1})
    assert caught.value.extension_ids == {adam.pk}
    assert (own(adam), own(piotr)) == ({LUNCH_SECONDS: 9}, {})


def test_an_extension_that_was_seen_but_is_not_written_may_not_have_changed_either(
    adam: Extension, piotr: Extension
) -> None:
    write(adam, {LUNCH_SECONDS: 30}, expected={adam.pk: 1, piotr.pk: 1})
    write(piotr, {LUNCH_SECONDS: 30})
    with pytest.raises(SettingsChangedError) as caught:
        write(adam, {LUNCH_SECONDS: 40}, expected={adam.pk: 2, piotr.pk: 1})
    assert caught.value.extension_ids == {piotr.pk}


def test_an_extension_that_is_gone_counts_as_changed(adam: Extension) -> None:
    with pytest.raises(SettingsChangedError) as caught:
        write_settings({}, by=None, surface=Surface.OPERATOR_PANEL, expected={adam.pk + 1: 1})
    assert caught.value.extension_ids == {adam.pk + 1}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[News]:
    """What left through the hub."""
    said: list[News] = []
    monkeypatch.setattr(hub, "_deliver", said.append)
    return said


@pytest.mark.django_db(transaction=True)
def test_open_windows_of_the_holder_learn_what_changed_and_who_did_it(
    adam: Extension, piotr: Extension, said: list[News]
) -> None:
    register(adam)
    write_settings(
        {adam.pk: {LUNCH_SECONDS: 9}, piotr.pk: {LUNCH_SECONDS: 9}}, by=piotr.user, surface=Surface.OPERATOR_PANEL
    )
    for_operators, news = said
    assert for_operators == ExtensionsEdited(("101", "102"))
    assert isinstance(news, WindowMessageSent)
    assert (news.extension, news.window) == ("101", None)
    message = {name: news.message[name] for name in ("type", "statuses", "by", "surface", "told")}
    assert message == {
        "type": "settings_changed",
        "statuses": ["lunch"],
        "by": "Piotr Adamiak",
        "surface": "operator_panel",
        "told": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_colleagues_learn_of_a_new_name_and_of_nothing_they_do_not_see(
    adam: Extension, piotr: Extension, said: list[News]
) -> None:
    changes: dict[int, Values] = {adam.pk: {"name": "Adam Nowak-Lis"}, piotr.pk: {"voicemail_on": False}}
    write_settings(changes, by=None, surface=Surface.OPERATOR_PANEL)
    assert said == [PresenceChanged(("101",)), ExtensionsEdited(("101", "102"))]
    assert dict(Extension.objects.values_list("number", "version")) == {"101": 2, "102": 1}


def test_fifty_extensions_take_as_many_queries_as_ten(adam: Extension) -> None:
    for n in range(110, 160):
        register(make_extension(str(n), f"U{n} Person"), window=f"window-{n}")
    crowd = list(Extension.objects.exclude(pk=adam.pk))
    values: Values = {
        BUSY_OUTSIDE: "end_call",
        LUNCH_SECONDS: 9,
        "voicemail_on": False,
        "mobile_number": "+48600100200",
    }
    counts = []
    for some in (crowd[:10], crowd):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write_settings({e.pk: values for e in some}, by=adam.user, surface=Surface.OPERATOR_PANEL)
        counts.append(len(queries))
        write_settings(
            {
                e.pk: {**dict.fromkeys((BUSY_OUTSIDE, LUNCH_SECONDS)), "voicemail_on": True, "mobile_number": ""}
                for e in some
            },
            by=adam.user,
            surface=Surface.OPERATOR_PANEL,
        )
    assert counts[0] == counts[1]
    assert not ForwardingRule.objects.exists()


def test_a_rule_key_reads_as_status_condition_origin() -> None:
    assert rule_key(Status.AVAILABLE, Condition.BUSY, Origin.EXTERNAL) == BUSY_OUTSIDE
    assert seconds_key(Status.LUNCH, Origin.EXTERNAL) == LUNCH_SECONDS
