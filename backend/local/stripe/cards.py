"""Cards as people type them: Stripe's test cards and what each does.

Numbers and outcomes are those of https://docs.stripe.com/testing, the messages Stripe's own. The
number itself is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from backend.local.stripe.errors import CardError

_LUHN_BASE = 10
_SHORTEST_NUMBER, _LONGEST_NUMBER = 13, 19
_EXPIRY_DIGITS = 4
_MONTHS = 12
_YEARS_AHEAD = 50
_CVC_DIGITS = 3


class Behaviour(StrEnum):
    """What a test card does when it is charged."""

    PAYS = "pays"
    DECLINED = "declined"
    NO_FUNDS = "no_funds"
    EXPIRED = "expired"
    WRONG_CVC = "wrong_cvc"
    ASKS = "asks"
    """It asks for 3-D Secure once, and then pays."""
    FAILS_LATER = "fails_later"
    """Its first payment goes through and no later one."""


BEHAVIOURS = {
    "4242424242424242": Behaviour.PAYS,
    "5555555555554444": Behaviour.PAYS,
    "4000000000000002": Behaviour.DECLINED,
    "4000000000009995": Behaviour.NO_FUNDS,
    "4000000000000069": Behaviour.EXPIRED,
    "4000000000000127": Behaviour.WRONG_CVC,
    "4000002500003155": Behaviour.ASKS,
    "4000000000003220": Behaviour.ASKS,
    "4000000000000341": Behaviour.FAILS_LATER,
}
"""By number. At Stripe 0341 fails its first charge too: it cannot buy a subscription there."""

_DECLINES = {
    Behaviour.DECLINED: ("Your card was declined.", "card_declined", "number", "generic_decline"),
    Behaviour.NO_FUNDS: (
        "Your card has insufficient funds.",
        "card_declined",
        "number",
        "insufficient_funds",
    ),
    Behaviour.EXPIRED: ("Your card has expired.", "expired_card", "expiry", None),
    Behaviour.WRONG_CVC: ("Your card's security code is incorrect.", "incorrect_cvc", "cvc", None),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A test card as it was typed, without its number."""

    behaviour: Behaviour
    brand: str
    last4: str
    month: int
    year: int
    holder: str
    email: str


def decline(behaviour: Behaviour, *, first: bool) -> CardError | None:
    """Return why a card is not charged, None if it is; *first* is at the checkout."""
    if behaviour in _DECLINES:
        message, code, param, decline_code = _DECLINES[behaviour]
        return CardError(message, code, param=param, decline_code=decline_code)
    if behaviour is Behaviour.FAILS_LATER and not first:
        return CardError("Your card was declined.", "card_declined", decline_code="generic_decline")
    return None


def not_authenticated() -> CardError:
    """Return what a person is told whose bank did not confirm that it is them."""
    return CardError(
        "We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again.",
        "payment_intent_authentication_failure",
    )


def read_card(number: str, expiry: str, cvc: str, *, holder: str, email: str, now: int) -> Card:
    """Return what was typed into a card form, the expiry such as ``12 / 34``.

    Raises:
        CardError: it is no valid card, or none of Stripe's test cards.
    """
    digits = _digits(number)
    if len(digits) < _SHORTEST_NUMBER:
        raise CardError("Your card number is incomplete.", "incomplete_number")
    if len(digits) > _LONGEST_NUMBER or not _passes_luhn(digits):
        raise CardError("Your card number is invalid.", "invalid_number")
    month, year = _read_expiry(expiry, datetime.fromtimestamp(now, UTC))
    if len(_digits(cvc)) != _CVC_DIGITS:
        message = "Your card's security code is incomplete."
        raise CardError(message, "incomplete_cvc", param="cvc")
    if digits not in BEHAVIOURS:
        raise _no_test_card()
    brand = "visa" if digits.startswith("4") else "mastercard"
    return Card(BEHAVIOURS[digits], brand, digits[-4:], month, year, holder, email)


def _digits(text: str) -> str:
    return "".join(each for each in text if each in "0123456789")


def _passes_luhn(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B)."""
    doubled = [2 * int(each) for each in digits[-2::-2]]
    total = sum(sum(divmod(each, _LUHN_BASE)) for each in doubled)
    return (total + sum(int(each) for each in digits[::-2])) % _LUHN_BASE == 0


def _read_expiry(expiry: str, now: datetime) -> tuple[int, int]:
    digits = _digits(expiry)
    if len(digits) != _EXPIRY_DIGITS or not 1 <= int(digits[:2]) <= _MONTHS:
        message = "Your card's expiration date is incomplete."
        raise CardError(message, "incomplete_expiry", param="expiry")
    month, year = int(digits[:2]), now.year - now.year % 100 + int(digits[2:])
    if year < now.year:
        message = "Your card's expiration year is in the past."
        raise CardError(message, "invalid_expiry_year_past", param="expiry")
    if year > now.year + _YEARS_AHEAD:
        message = "Your card's expiration year is invalid."
        raise CardError(message, "invalid_expiry_year", param="expiry")
    if (year, month) < (now.year, now.month):
        message = "Your card's expiration date is in the past."
        raise CardError(message, "invalid_expiry_month_past", param="expiry")
    return month, year


def _no_test_card() -> CardError:
    return CardError(
        "Your card was declined. Your request was in test mode, but used a non test card. "
        "This page takes the test cards that it lists.",
        "card_declined",
        decline_code="test_mode_live_card",
    )
