"""What nobody honest dials or is called: refused or cleaned, executed nowhere, and no trouble to Lampfield."""

import logging

import pytest

from presence.models import Call
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.conversations import OUTSIDE_NUMBER
from tests.asterisk.office.installation import eventually
from tests.asterisk.server import AsteriskServer
from tests.asterisk.trunk import Trunk

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 10.0
NOT_FOUND = frozenset({400, 403, 404, 414, 416, 420, 484, 486, 603})
ARABIC_101 = "%D9%A1%D9%A0%D9%A1"  # ١٠١, which \d would take for digits
FULLWIDTH_101 = "%EF%BC%91%EF%BC%90%EF%BC%91"  # １０１, which NFKC makes ASCII
CALLED = {
    "letters": "sales",
    "a number and letters": "1x",
    "two destinations": "101&102",
    "two arguments": "101,102",
    "a shell": "1%24%7BSHELL(touch%20executed)%7D",
    "an application": "1%7CSystem(touch%20executed)",
    "a way up": "..%2F..%2F101",
    "a way up after a digit": "1%2F..%2F101",
    "a line of its own": "101%0d%0aX-Evil:%201",
    "much too long": "1" * 300,
    "digits of another script": ARABIC_101,
    "a digit, then those of another script": "1" + ARABIC_101,
    "a channel": "1%40trunk",
    "nothing but a sign": "+",
}
NAMES = {
    "markup": "<b>Firma</b> &amp; 'S-ka'",
    "a script": "<script>alert(1)</script>",
    "a shell": "${SHELL(touch executed)}",
    "a template": "{{ settings.SECRET_KEY }} {% load x %}",
    "letters of all kinds": "Zażółć gęślą 漢字 🙂",
    "a query": "'); DROP TABLE presence_call; --",
    "a way up": "../../../../etc/passwd",
    "an end of quotes": '\\" <sip:102@evil>;x=\\"',
}


@pytest.fixture(autouse=True)
def _quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.mark.parametrize("what", list(CALLED))
async def test_nobody_is_rung_by_a_called_number_that_is(
    office: AsteriskServer,
    phone_of: PhoneOf,
    line_outside: Trunk,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    for call in (line_outside.call(CALLED[what], caller=OUTSIDE_NUMBER), piotr.call(CALLED[what])):
        assert (await call.is_refused(PATIENCE_SECONDS)).status in NOT_FOUND
    assert not adam.calls
    assert not line_outside.dialled
    assert has_executed_nothing(office)
    await nothing_is_left()
    assert troubles(caplog) == []


async def test_a_number_in_wide_digits_is_that_number(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    call = piotr.call("1" + FULLWIDTH_101.removeprefix("%EF%BC%91"))
    theirs = await adam.incoming()
    theirs.decline()
    await call.hang_up()
    await nothing_is_left()


@pytest.mark.parametrize("what", list(NAMES))
async def test_a_caller_who_calls_themselves(
    office: AsteriskServer,
    phone_of: PhoneOf,
    line_outside: Trunk,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    """The name is kept to the letter and shown as text; on a phone it ends where it ends, and adds no header."""
    name = NAMES[what]
    adam = await phone_of("101")
    call = line_outside.call("101", caller=OUTSIDE_NUMBER, name=name)
    theirs = await adam.incoming()
    assert theirs.caller_number == OUTSIDE_NUMBER
    assert theirs.caller_name == "".join(letter for letter in name if letter not in '"<>\\').strip()
    assert (await Call.objects.aget()).caller_name == name
    await call.hang_up()
    await nothing_is_left()
    assert has_executed_nothing(office)
    assert troubles(caplog) == []


@pytest.mark.parametrize(
    ("caller", "kept"),
    [
        ("4" * 300, "4" * 20),
        ("%24%7BSHELL(touch%20executed)%7D", "${SHELL(touch executed)}"[:20]),
        ("%3Cb%3E48", "<b>48"),
        ("48%0d%0aX-Evil:%201", "48X-Evil"),
        ("%D9%A1%D9%A0%D9%A1", "١٠١"),
        ("101", "101"),
        ("..%2F..%2Fetc", "../../etc"),
    ],
)
async def test_a_callers_number_is_text_and_proves_nothing(
    phone_of: PhoneOf, line_outside: Trunk, caplog: pytest.LogCaptureFixture, caller: str, kept: str
) -> None:
    adam = await phone_of("101")
    call = line_outside.call("101", caller=caller)
    theirs = await adam.incoming()
    row = await Call.objects.aget()
    assert (row.caller_number, row.origin) == (kept, "external")
    assert theirs.invite.get("X-Evil") == ""
    await call.hang_up()
    await nothing_is_left()
    assert troubles(caplog) == []


async def test_a_name_without_end_is_cut(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam = await phone_of("101")
    call = line_outside.call("101", caller=OUTSIDE_NUMBER, name="Ala ma kota " * 100)
    await adam.incoming()
    name = (await Call.objects.aget()).caller_name
    assert name.startswith("Ala ma kota Ala")
    assert len(name) <= 120
    await call.hang_up()
    await nothing_is_left()


async def test_a_storm_of_nonsense_leaves_lampfield_at_work(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam = await phone_of("101")
    calls = [line_outside.call(f"1{number}x", caller=OUTSIDE_NUMBER) for number in range(30)]
    for call in calls:
        await call.is_refused(PATIENCE_SECONDS)
    await eventually(lambda: not Call.objects.filter(ended_at=None).exists())
    good = line_outside.call("101", caller=OUTSIDE_NUMBER)
    await (await adam.incoming()).answer()
    await good.hears(440)
    await good.hang_up()
    await nothing_is_left()


def has_executed_nothing(server: AsteriskServer) -> bool:
    """What a shell of Asterisk's makes, it makes in the server's own folder."""
    return not (server.folder / "executed").exists()


def troubles(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Errors and tracebacks in Lampfield's own log."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("presence", "webclient", "django", "asyncio"))
        and (record.levelno >= logging.ERROR or record.exc_info)
    ]
