"""A link asks for a call: what number it means, and what is refused; no Django."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presence.domain.call_links import BadCallLinkError, CallLink, call_link


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("tel:+48221234567", "+48221234567"),
        ("tel:%2B48221234567", "+48221234567"),
        ("TEL:+48-22-123-45-67", "+48221234567"),
        ("tel:+48.22.(123).45/67", "+48221234567"),
        ("tel:+48%2022%20123%2045%2067", "+48221234567"),
        ("tel:+48\u00a022 123 45 67", "+48221234567"),
        ("tel:+48 (0)22 123 45 67", "+48221234567"),
        ("tel:(022) 123 45 67", "0221234567"),
        ("tel:+48221234567;ext=12", "+48221234567"),
        ("tel:+48221234567;isub=1;phone-context=+1", "+48221234567"),
        ("tel:7042;phone-context=+4822", "+48227042"),
        ("tel:7042;phone-context=%2B48-22", "+48227042"),
        ("tel:102;phone-context=example.com", "102"),
        ("tel:102;PHONE-CONTEXT=+48;ext=2", "+48102"),
        ("tel:102", "102"),
        ("tel:007", "007"),
        ("tel://102", "102"),
        ("102", "102"),
        ("  +48 22 123 45 67  ", "+48221234567"),
    ],
)
def test_a_link_means_a_number(link: str, number: str) -> None:
    assert call_link(link) == CallLink(number)


@pytest.mark.parametrize(
    ("link", "number", "host"),
    [
        ("sip:102@phone.example.com", "102", "phone.example.com"),
        ("sips:102@phone.example.com:5061;transport=tls", "102", "phone.example.com"),
        ("sip:+48221234567;phone-context=x@example.com;user=phone", "+48221234567", "example.com"),
        ("sip:%2B48221234567@example.com?subject=hello", "+48221234567", "example.com"),
        ("sip:102:secret@10.0.0.1", "102", "10.0.0.1"),
        ("sip:102@[2001:db8::1]:5060", "102", "[2001:db8::1]"),
        ("SIP:102@localhost", "102", "localhost"),
        ("sip:102@<script>", "102", ""),
        ("sip:102@a@b", "102", "a"),
    ],
)
def test_a_sip_link_means_a_number_and_names_a_phone_system(link: str, number: str, host: str) -> None:
    assert call_link(link) == CallLink(number, host)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("tel:", "empty"),
        ("tel://", "empty"),
        ("tel:;ext=2", "not_a_number"),
        ("tel:+", "not_a_number"),
        ("tel:++48221234567", "not_a_number"),
        ("tel:48+221234567", "not_a_number"),
        ("tel:1234567890123456", "not_a_number"),
        ("tel:0x7f", "not_a_number"),
        ("tel:12AB", "not_a_number"),
        ("tel:102\n103", "not_a_number"),
        ("tel:102%0A", "not_a_number"),
        ("tel:102%00", "not_a_number"),
        ("tel:102%2500", "not_a_number"),
        ("tel:%ff%fe", "not_a_number"),
        ("tel:\u0661\u0660\u0662", "not_a_number"),
        ("tel:\uff11\uff10\uff12", "not_a_number"),
        ("tel:<script>alert(1)</script>", "not_a_number"),
        ("javascript:alert(1)", "not_a_number"),
        ("https://example.com/102", "not_a_number"),
        ("mailto:102@example.com", "not_a_number"),
        ("sip:102", "not_a_number"),
        ("sip:@example.com", "not_a_number"),
        ("sip:adam@example.com", "not_a_number"),
        ("sip:102%40evil@example.com", "not_a_number"),
        ("tel:*21*601100200#", "code"),
        ("tel:**102", "code"),
        ("tel:*%2306%23", "code"),
        ("tel:102#", "code"),
        ("sip:*71@example.com", "code"),
        ("tel:*#06#<b>", "not_a_number"),
        ("tel:" + "1" * 300, "too_long"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(link: str, code: str) -> None:
    with pytest.raises(BadCallLinkError) as refused:
        call_link(link)
    assert refused.value.code == code


@given(st.text() | st.text("telsip:+0123456789;=@%*#()-. /&?\n\x00abc", max_size=60))
def test_whatever_a_link_says_only_a_plus_and_digits_come_out(text: str) -> None:
    try:
        number = call_link(text).number
    except BadCallLinkError:
        return
    digits = number.removeprefix("+")
    assert digits.isascii()
    assert digits.isdigit()
    assert len(digits) <= 15
