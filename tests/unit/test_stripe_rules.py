"""The rules of the local Stripe that need no server: months, forms, cards."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from backend.local.stripe.cards import Behaviour, decline, read_card
from backend.local.stripe.clock import months_after
from backend.local.stripe.errors import CardError, InvalidRequestError
from backend.local.stripe.form import is_local_url, nested

NOW = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp())


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 13, 30, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        (at(2026, 11, 29), 1, at(2026, 12, 29)),
        (at(2026, 11, 29), 2, at(2027, 1, 29)),
        (at(2027, 1, 31), 1, at(2027, 2, 28)),
        (at(2027, 1, 31), 2, at(2027, 3, 31)),
        (at(2028, 1, 31), 1, at(2028, 2, 29)),
        (at(2026, 12, 31), 13, at(2028, 1, 31)),
    ],
)
def test_month_that_is_too_short_ends_with_its_last_day(
    anchor: int, months: int, expected: int
) -> None:
    assert months_after(anchor, months) == expected


def test_form_holds_objects_and_lists() -> None:
    text = (
        "mode=subscription&line_items[0][price]=p1&line_items[0][quantity]=2&metadata[a]=1"
        "&metadata[b]=&expand[]=x&expand[]=y&list[10]=k&list[9]=j"
    )

    assert nested(parse_qsl(text, keep_blank_values=True)) == {
        "mode": "subscription",
        "line_items": [{"price": "p1", "quantity": "2"}],
        "metadata": {"a": "1", "b": ""},
        "expand": ["x", "y"],
        "list": ["j", "k"],
    }


@pytest.mark.parametrize("text", ["a[b=1", "[a]=1", "a]=1", "a=1&a[b]=2"])
def test_malformed_names_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        nested(parse_qsl(text))


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000/a?b={CHECKOUT_SESSION_ID}", True),
        ("https://localhost/", True),
        ("http://localhost.evil.test/", False),
        ("http://127.0.0.1@evil.test/", False),
        ("//127.0.0.1/", False),
        ("file://127.0.0.1/etc/passwd", False),
        ("http://[", False),
        ("http://127.0.0.1:99999/", False),
        ("", False),
    ],
)
def test_only_this_machine_is_local(url: str, *, local: bool) -> None:
    assert is_local_url(url) is local


def test_card_keeps_no_number() -> None:
    card = read_card(
        "4242 4242-4242 4242", "01 / 30", " 123 ", holder="Ada", email="a@local.test", now=NOW
    )

    assert (card.brand, card.last4, card.month, card.year) == ("visa", "4242", 1, 2030)
    assert "42424242" not in repr(card)


def test_card_is_good_until_its_month_is_over() -> None:
    typed = {"holder": "Ada", "email": "a@local.test", "now": NOW}

    assert read_card("5555555555554444", "11/26", "123", **typed).year == 2026
    with pytest.raises(CardError, match="expiration date is in the past"):
        read_card("5555555555554444", "10/26", "123", **typed)


def test_card_that_fails_later_pays_once() -> None:
    assert decline(Behaviour.FAILS_LATER, first=True) is None
    refusal = decline(Behaviour.FAILS_LATER, first=False)
    assert refusal is not None
    assert refusal.body["error"] == {
        "type": "card_error",
        "message": "Your card was declined.",
        "code": "card_declined",
        "param": "number",
        "decline_code": "generic_decline",
    }
