"""What is sold: one product with one price a month."""

from __future__ import annotations

from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.shapes.price import LOOKUP_KEY, price_shape, product_shape


def stock(ledger: Ledger) -> None:
    """Put the product and its price up for sale, the first time."""
    if any(price["lookup_key"] == LOOKUP_KEY for price in ledger.all("price")):
        return
    product = ledger.add(product_shape(ledger.now()))
    price = ledger.add(price_shape(product["id"]))
    ledger.change(product, default_price=price["id"])


def in_words(price: Object, quantity: int = 1) -> str:
    """Return what a price costs: ``9.00 USD per month``."""
    return f"{amount(price['unit_amount'] * quantity, price['currency'])} per month"


def amount(minor_units: int, currency: str) -> str:
    """Return an amount of money: ``9.00 USD``."""
    return f"{minor_units // 100}.{minor_units % 100:02} {currency.upper()}"
