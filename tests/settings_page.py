"""The page Settings > Status as tests use it: what is sent, and what is found the way a reader finds it."""

import re
from collections.abc import Mapping
from typing import Protocol

from django.test import Client

from presence.domain.forwarding import StatusProfile
from presence.domain.vocabulary import (
    Condition,
    Origin,
    Status,
)
from presence.models import Extension
from presence.selectors import effective_profile

INTERNAL, EXTERNAL = Origin.INTERNAL, Origin.EXTERNAL
NO_ANSWER, BUSY, ALWAYS = Condition.NO_ANSWER, Condition.BUSY, Condition.ALWAYS


class Answer(Protocol):
    """What the test client gives back, as far as it is looked at here."""

    status_code: int

    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


def address(status: Status) -> str:
    return f"/settings/status/{status}/"


def post(client: Client, status: Status, **controls: str) -> Answer:
    """Send some controls; those that are not sent stay as they are."""
    return client.post(address(status), controls)


def rules(extension: Extension, status: Status) -> StatusProfile:
    return effective_profile(extension, status)


def text(response: Answer) -> str:
    return response.content.decode()


def control(response: Answer, name: str) -> str:
    """The tag of one control."""
    found = re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', text(response))
    assert found, name
    return found[0]


def errors_at(response: Answer, name: str) -> str:
    """What the page says beside a control, found the way a screen reader finds it."""
    tag = control(response, name)
    assert 'aria-invalid="true"' in tag
    described_by = re.search(r'aria-describedby="([^"]*)"', tag)
    assert described_by
    error_id = next(each for each in described_by[1].split() if each.endswith("_error"))
    found = re.search(rf'<ul class="errorlist" id="{error_id}">(.*?)</ul>', text(response), re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found[1])


def version(response: Answer) -> str:
    found = re.search(r'name="version" value="(-?[0-9]+)"', text(response))
    assert found
    return found[1]
