"""Which outside numbers a call may be sent to: asked when a rule is saved, and to be asked again when it is dialled.

Default deny: the countries that the company allows (at first its own), and only the kinds of number that cost what an
ordinary call costs. A stolen login must not be worth anything to those who earn by calls to expensive numbers.
"""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)
from phonenumbers.shortnumberinfo import connects_to_emergency_number, is_possible_short_number_for_region

ORDINARY_TYPES = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.TOLL_FREE,
    }
)
_SEPARATORS = re.compile(r"[\s()./-]+")
# \d would accept the digits of other scripts.
_DIALABLE = re.compile(r"\+?[0-9]{1,17}")


class Refusal(StrEnum):
    """Why a number is no destination."""

    NOT_A_NUMBER = "not_a_number"
    EMERGENCY = "emergency"
    SHORT = "short"
    ABROAD = "abroad"
    SPECIAL_CHARGE = "special_charge"


class RefusedNumberError(ValueError):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def outside_number(typed: str, region: str, countries: Collection[str] | None = None) -> str:
    """The number in E.164 form, typed with a country code or as people in `region` write it.

    It must belong to one of `countries` (none given: to `region`).
    """
    allowed = (region,) if countries is None else countries
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    if not _DIALABLE.fullmatch(text):
        raise RefusedNumberError(Refusal.NOT_A_NUMBER)
    try:
        number = parse(text, region)
    except NumberParseException as error:
        raise RefusedNumberError(Refusal.NOT_A_NUMBER) from error
    if refusal := _refusal(text, number, region, allowed):
        raise RefusedNumberError(refusal)
    return format_number(number, PhoneNumberFormat.E164)


def plain_number(typed: str, region: str) -> str:
    """Any real number of the world in E.164 form, whether it may be dialled or not; empty: it is none."""
    try:
        number = parse(unicodedata.normalize("NFKC", typed), region)
    except NumberParseException:
        return ""
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else ""


def _refusal(text: str, number: PhoneNumber, region: str, allowed: Collection[str]) -> Refusal | None:
    # With a country code before it, 112 is 112 still to some networks.
    if connects_to_emergency_number(text, region) or connects_to_emergency_number(str(number.national_number), region):
        return Refusal.EMERGENCY
    if not is_valid_number(number):
        is_short = is_possible_short_number_for_region(number, region)
        return Refusal.SHORT if is_short else Refusal.NOT_A_NUMBER
    if region_code_for_number(number) not in allowed:
        return Refusal.ABROAD
    return None if number_type(number) in ORDINARY_TYPES else Refusal.SPECIAL_CHARGE
