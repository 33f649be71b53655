"""What was changed is told in one order, though PostgreSQL keeps the keys of an object in another than they came in."""

import pytest

from presence.domain.extension_settings import Field, Values, in_order
from presence.domain.vocabulary import Surface
from presence.models import ChangeRecord, EditDraft, Extension
from presence.services.bulk_edit import draft_edit, plan_edit
from webclient.operator.history_words import differences, record_key_label

RULE, SECONDS, SWITCH = "available.no_answer.external", "available.external.seconds", "available.stays_in_queues"
NEVER_RINGS = "business_trip.always.external"
OTHERWISE: Values = {NEVER_RINGS: "end_call", SWITCH: True, SECONDS: 15, RULE: "voicemail", "name": "Adam"}
TOLD = [Field.NAME.value, RULE, SECONDS, SWITCH, NEVER_RINGS]


def test_settings_have_one_order() -> None:
    assert list(in_order(OTHERWISE)) == TOLD
    assert in_order(OTHERWISE) == OTHERWISE


def test_what_is_no_setting_stands_last() -> None:
    assert list(in_order({"email": "", "name": ""})) == ["name", "email"]


@pytest.mark.django_db
def test_a_preview_keeps_to_it(adam: Extension) -> None:
    assert adam.user is not None
    draft = EditDraft.objects.get(pk=draft_edit([adam], OTHERWISE, by=adam.user).pk)
    assert list(plan_edit([adam], draft.request)[0].after) == [key for key in TOLD if key in OTHERWISE]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"after": "available", "note": "Cake", "status": "lunch"}, ["status", "note", "after"]),
        ({SECONDS: 15, RULE: "voicemail"}, [RULE, SECONDS]),
    ],
)
def test_the_history_keeps_to_it(adam: Extension, after: dict[str, object], told: list[str]) -> None:
    kept = ChangeRecord.objects.create(
        extension=adam, by=adam.user, surface=Surface.WEB_CLIENT, what="settings", before={}, after=after
    )
    record = ChangeRecord.objects.get(pk=kept.pk)
    assert [each.label for each in differences(record, {})] == [record_key_label(key) for key in told]
