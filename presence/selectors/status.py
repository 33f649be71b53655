"""What a person's status was before the last change of it, and what follows the present one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from presence.domain.status_end import follows
from presence.domain.vocabulary import Status
from presence.models import ChangeRecord, Extension

_LATEST = 10


@dataclass(frozen=True, slots=True)
class StatusBefore:
    """What the last change of a status replaced."""

    status: Status
    note: str
    until: datetime | None
    after: Status | None
    after_note: str

    @classmethod
    def of(cls, record: ChangeRecord, now: datetime) -> "StatusBefore":
        """An end that has passed since is none."""
        before: Mapping[str, Any] = record.before
        until = datetime.fromisoformat(before["until"]) if before.get("until") else None
        return cls(
            status=Status(before["status"]),
            note=before.get("note", ""),
            until=until if until is not None and until > now else None,
            after=Status(before["after"]) if before.get("after") else None,
            after_note=before.get("after_note", ""),
        )

    def differs_from(self, extension: Extension) -> bool:
        """Whether there is anything to go back to."""
        present = (extension.status, extension.status_note, extension.status_until)
        return present != (self.status, self.note, self.until)


def last_status_change(extension: Extension) -> ChangeRecord | None:
    """Of the latest few, which an index finds, the last written: a clock may have been set back; one query."""
    records = ChangeRecord.objects.filter(extension=extension, what=ChangeRecord.What.STATUS)
    return max(records.order_by("-at", "-pk")[:_LATEST], key=lambda record: record.pk, default=None)


def status_before(extension: Extension, record: ChangeRecord | None, now: datetime) -> StatusBefore | None:
    """What can be gone back to; `record`: the last change of the status."""
    before = StatusBefore.of(record, now) if record is not None else None
    return before if before is not None and before.differs_from(extension) else None


def following(extension: Extension) -> tuple[Status, str]:
    """The status that comes after the present one, and its note."""
    remembered = Status(extension.status_after) if extension.status_after else None
    status = follows(Status(extension.status), remembered)
    return status, extension.status_after_note if status is remembered else ""
