"""Statuses, rules and registrations change in one transaction, say so after it, and keep who did it."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from presence import hub, selectors
from presence.domain.forwarding import Destination, default_profile
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface
from presence.models import ChangeRecord, Extension, ForwardingRule, Registration, ServerProcess
from presence.services import forwarding, registration
from presence.services.status import set_status

pytestmark = pytest.mark.django_db

END_CALL = Destination(DestinationKind.END_CALL)


def switch(extension: Extension, status: Status) -> None:
    assert extension.user is not None
    set_status(extension=extension, status=status, by=extension.user, surface=Surface.WEB_CLIENT)


def save(extension: Extension, *, version: int, **changes: Any) -> int:
    assert extension.user is not None
    given = default_profile(Status.AVAILABLE)
    return forwarding.save_profile(
        extension=extension,
        status=Status.AVAILABLE,
        destinations=changes.get("destinations", given.destinations),
        ring_seconds=changes.get("ring_seconds", given.ring_seconds),
        expected_version=version,
        by=extension.user,
        surface=Surface.WEB_CLIENT,
    )


def test_a_status_is_kept_with_its_time_its_version_and_who_set_it_where(adam: Extension) -> None:
    switch(adam, Status.AWAY)
    kept = Extension.objects.get(pk=adam.pk)
    assert (kept.status, kept.version) == (Status.AWAY, 2)
    record = ChangeRecord.objects.get()
    assert (record.by, record.surface, record.before, record.after) == (
        adam.user,
        Surface.WEB_CLIENT,
        {"status": "available"},
        {"status": "away"},
    )


def test_the_same_status_again_changes_nothing(adam: Extension) -> None:
    switch(adam, Status.AVAILABLE)
    assert Extension.objects.get(pk=adam.pk).version == 1
    assert not ChangeRecord.objects.exists()


def test_only_what_differs_becomes_a_rule_of_ones_own(adam: Extension) -> None:
    destinations = {**default_profile(Status.AVAILABLE).destinations, (Condition.BUSY, Origin.EXTERNAL): END_CALL}
    assert save(adam, version=0, destinations=destinations, ring_seconds={Origin.INTERNAL: 9, Origin.EXTERNAL: 20}) == 1
    rule = ForwardingRule.objects.get()
    assert (rule.condition, rule.origin, rule.destination_kind) == ("busy", "external", "end_call")
    profile = selectors.effective_profile(adam, Status.AVAILABLE)
    assert profile.ring_seconds == {Origin.INTERNAL: 9, Origin.EXTERNAL: 20}
    assert ChangeRecord.objects.get().subject == "available"


def test_saving_what_is_there_already_leaves_no_trace(adam: Extension) -> None:
    assert save(adam, version=0) == 0
    assert not ChangeRecord.objects.exists()


def test_who_saves_what_somebody_changed_meanwhile_is_told(adam: Extension) -> None:
    save(adam, version=0, ring_seconds={Origin.INTERNAL: 9, Origin.EXTERNAL: 9})
    with pytest.raises(forwarding.ProfileChangedError):
        save(adam, version=0, ring_seconds={Origin.INTERNAL: 30, Origin.EXTERNAL: 30})
    assert selectors.effective_profile(adam, Status.AVAILABLE).ring_seconds[Origin.INTERNAL] == 9


@pytest.mark.django_db(transaction=True)
def test_of_many_saves_at_once_exactly_one_wins(adam: Extension) -> None:
    won: list[int] = []

    def editor(seconds: int) -> None:
        try:
            save(adam, version=0, ring_seconds={Origin.INTERNAL: seconds, Origin.EXTERNAL: seconds})
            won.append(seconds)
        except forwarding.ProfileChangedError:
            pass
        finally:
            connection.close()

    editors = [threading.Thread(target=editor, args=[seconds]) for seconds in range(5, 13)]
    for thread in editors:
        thread.start()
    for thread in editors:
        thread.join()
    assert len(won) == 1
    assert selectors.effective_profile(adam, Status.AVAILABLE).ring_seconds[Origin.INTERNAL] == won[0]


def test_an_extension_is_registered_until_its_last_window_goes(adam: Extension) -> None:
    for window in ("first-window", "second-window"):
        registration.register(extension=adam, window=window, epoch="one")
    registration.unregister(extension=adam, window="first-window", epoch="one")
    assert selectors.presence_rows()[0].registered
    registration.unregister(extension=adam, window="second-window", epoch="one")
    assert not selectors.presence_rows()[0].registered
    assert Extension.objects.get(pk=adam.pk).version == 3  # registered, unregistered: nothing in between


def test_a_window_that_moved_to_another_process_stays_registered(adam: Extension) -> None:
    registration.register(extension=adam, window="the-window", epoch="old")
    registration.register(extension=adam, window="the-window", epoch="new")
    registration.unregister(extension=adam, window="the-window", epoch="old")
    registration.drop_processes(["old"])
    assert Registration.objects.get().process.epoch == "new"


def test_a_dead_process_takes_its_registrations_with_it(adam: Extension, piotr: Extension) -> None:
    registration.register(extension=adam, window="adams-window", epoch="dead")
    registration.register(extension=piotr, window="piotrs-window", epoch="dead")
    registration.register(extension=piotr, window="piotrs-other", epoch="living")
    before = Extension.objects.get(pk=piotr.pk).version
    registration.drop_processes(["dead"])
    assert {row.number: row.registered for row in selectors.presence_rows()} == {"101": False, "102": True}
    assert Extension.objects.get(pk=piotr.pk).version == before
    assert set(ServerProcess.objects.values_list("epoch", flat=True)) == {"living"}


def test_a_process_that_was_buried_alive_registers_its_open_windows_again(adam: Extension) -> None:
    registration.register(extension=adam, window="open-window", epoch="asleep")
    registration.drop_processes(["asleep"])
    registration.reconcile(epoch="asleep", open_windows={("101", "open-window")}, closed_windows=[])
    assert selectors.presence_rows()[0].registered


def test_a_window_whose_end_was_never_told_does_not_stay_registered(adam: Extension) -> None:
    registration.register(extension=adam, window="ghost-window", epoch="one")
    registration.reconcile(epoch="one", open_windows=set(), closed_windows=[("101", "ghost-window")])
    assert not selectors.presence_rows()[0].registered


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_says_nothing(adam: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[object] = []
    monkeypatch.setattr(hub, "_deliver", said.append)
    try:
        with transaction.atomic():
            switch(adam, Status.AWAY)
            raise InterruptedError
    except InterruptedError:
        pass
    assert said == []
    switch(adam, Status.AWAY)
    assert len(said) == 1
