"""Product, price, and the plan that a price was in older versions."""

from __future__ import annotations

from backend.local.stripe.ledger import Object, new_id

LOOKUP_KEY = "gas_premium_monthly"
PRODUCT_NAME = "GAS Premium"
_UNIT_AMOUNT = 900
_CURRENCY = "usd"


def product_shape(now: int) -> Object:
    """Return the product."""
    return {
        "id": new_id("prod"),
        "object": "product",
        "active": True,
        "default_price": None,
        "description": "Annotate files of any size and keep every result",
        "images": [],
        "marketing_features": [],
        "metadata": {},
        "name": PRODUCT_NAME,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": now,
        "url": None,
    }


def price_shape(product_id: str) -> Object:
    """Return the product's price, by the month."""
    return {
        "id": new_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "currency": _CURRENCY,
        "custom_unit_amount": None,
        "lookup_key": LOOKUP_KEY,
        "metadata": {},
        "nickname": None,
        "product": product_id,
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": _UNIT_AMOUNT,
        "unit_amount_decimal": str(_UNIT_AMOUNT),
    }


def plan_shape(price: Object) -> Object:
    """Return the price in the older form, which subscription items still carry."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": price["billing_scheme"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": recurring["usage_type"],
    }
