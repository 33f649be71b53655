"""What Asterisk's configuration is made of: pure, no Asterisk. `tests/asterisk` starts a real one with it."""

import pytest

from presence.calls.asterisk import configuration
from presence.calls.asterisk.configuration import Phone, Trunk, UnsafeValueError, with_values

ADAM = Phone("101", "Adam Nowak", "pl", "adams-password", "123456", has_voicemail=True)
GREETINGS = {"en": "/sounds/greeting-en", "pl": "/sounds/greeting-pl"}
HOSTILE_NAMES = [
    'Adam" <999>\npassword = known',
    "Adam\r\n[102](lampfield-phone-auth)",
    "Adam; -- nobody",
    "Adam\x00\x1b[2J\u2028[evil]",
    "${SHELL(id)}, Adam | \\",
    "<sip:999@example.com>",
    "#include /etc/passwd",
    '"',
    "",
]


def a_phone(name: str) -> Phone:
    return Phone("101", name, "pl", "adams-password", "123456", has_voicemail=True)


def test_a_phone_is_an_endpoint_with_a_login_and_an_address_named_by_its_number() -> None:
    text = configuration.phones_text([ADAM])
    assert sections(text) == ["[101](lampfield-phone)", "[101](lampfield-phone-auth)", "[101](lampfield-phone-aor)"]
    assert 'callerid = "Adam Nowak" <101>\n' in text
    assert "language = pl\n" in text


def test_passwords_and_pins_are_found_again_in_what_was_written() -> None:
    anna = Phone("103", "Anna Kowalska", "en", "annas-password", "000042", has_voicemail=True)
    assert configuration.passwords_in(configuration.phones_text([ADAM, anna])) == {
        "101": "adams-password",
        "103": "annas-password",
    }
    assert configuration.pins_in(configuration.voicemail_text([ADAM, anna])) == {"101": "123456", "103": "000042"}


def test_passwords_are_long_and_no_two_are_alike() -> None:
    passwords = {configuration.new_password() for _ in range(100)}
    assert len(passwords) == 100
    assert all(len(password) == 20 and password.isalnum() for password in passwords)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_stays_within_its_line_and_its_quotes(name: str) -> None:
    text = configuration.phones_text([a_phone(name)])
    assert sections(text) == sections(configuration.phones_text([ADAM]))
    assert configuration.passwords_in(text) == {"101": "adams-password"}
    value = next(line for line in text.splitlines() if line.startswith("callerid"))
    assert value.count('"') == 2
    assert value.endswith('" <101>')
    assert value.count("<") == 1
    assert ";" not in value.replace("\\;", "")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_stays_within_its_field_of_a_box(name: str) -> None:
    text = configuration.voicemail_text([a_phone(name)])
    (box,) = (line for line in text.splitlines() if line.startswith("101"))
    assert box.startswith("101 => -123456,")
    assert box.count(",") == 1
    assert len(text.splitlines()) == len(configuration.voicemail_text([ADAM]).splitlines())


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_reaches_the_dialplan(name: str) -> None:
    assert configuration.hints_text([a_phone(name)], [], GREETINGS) == configuration.hints_text([ADAM], [], GREETINGS)


def test_every_number_has_a_lamp_and_every_box_its_steps() -> None:
    silent = Phone("102", "Piotr Adamiak", "en", "p", "1", has_voicemail=False)
    text = configuration.hints_text([ADAM, silent], ["800"], GREETINGS)
    assert [line for line in text.splitlines() if ",hint," in line] == [
        "exten => 101,hint,Stasis:101",
        "exten => 102,hint,Stasis:102",
        "exten => 800,hint,Stasis:800",
    ]
    steps = [line for line in text.splitlines() if line.startswith("exten") and ",hint," not in line]
    assert steps == 2 * [  # for calls of colleagues, and for calls from outside
        "exten => 101,10(away),Answer()",
        "exten => 101,11,Playback(/sounds/greeting-pl)",
        "exten => 101,12,VoiceMail(101@lampfield,s)",
        "exten => 101,13,Hangup()",
    ]


def test_a_trunk_without_a_login_is_known_by_its_address() -> None:
    text = configuration.trunk_text(Trunk("trunk", "sip.example.com:5070"))
    assert "contact = sip:sip.example.com:5070\n" in text
    assert "match = sip.example.com\n" in text
    assert "type = auth" not in text
    assert "type = registration" not in text


def test_a_trunk_with_a_login_registers() -> None:
    text = configuration.trunk_text(Trunk("outside", "sip.example.com", "4822", "secret"))
    assert "client_uri = sip:4822@sip.example.com\n" in text
    assert "password = secret\n" in text
    assert sections(text) == ["[outside](lampfield-trunk)", *4 * ["[outside]"]]


def test_a_trunk_can_be_known_by_a_header() -> None:
    text = configuration.trunk_text(Trunk("trunk", "127.0.0.1", header="X-Trunk: tests\nevil = yes"))
    assert "match_header = X-Trunk: tests evil = yes\n" in text
    assert "match = " not in text


@pytest.mark.parametrize("value", ["a b", "a;b", "a\nb", "a]b", "[a", "", "a,b"])
def test_a_value_that_must_stand_as_it_is_is_refused_where_it_cannot(value: str) -> None:
    with pytest.raises(UnsafeValueError):
        configuration.ari_text("lampfield", value)
    with pytest.raises(UnsafeValueError):
        configuration.trunk_text(Trunk(value, "sip.example.com"))


def test_a_value_is_replaced_in_its_own_section_and_comments_stay() -> None:
    text = "; bind = 1\n[udp]\nbind = 0.0.0.0 ; everywhere\n;bind = 2\n[ws]\nbind=0.0.0.0\n"
    assert with_values(text, {("udp", "bind"): "10.0.0.1:5070"}) == text.replace(
        "bind = 0.0.0.0 ; everywhere", "bind = 10.0.0.1:5070"
    )


def test_a_value_for_a_key_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        with_values("[general]\na = b\n", {("general", "c"): "d"})


def sections(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("[")]
