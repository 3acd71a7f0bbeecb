"""Customer and payment method."""

from __future__ import annotations

from backend.local.stripe.cards import Card
from backend.local.stripe.ledger import Object, new_id

_INVOICE_PREFIX_LENGTH = 8


def customer_shape(texts: dict[str, str | None], metadata: dict[str, str]) -> Object:
    """Return a customer; *texts* are description, email, name and phone."""
    return {
        "id": new_id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        **texts,
        "discount": None,
        "invoice_prefix": new_id("", _INVOICE_PREFIX_LENGTH)[1:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "metadata": metadata,
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def payment_method_shape(card: Card) -> Object:
    """Return a card that belongs to nobody yet."""
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {
            "address": address,
            "email": card.email or None,
            "name": card.holder or None,
            "phone": None,
            "tax_id": None,
        },
        "card": _card(card),
        "customer": None,
        "customer_account": None,
        "metadata": {},
        "type": "card",
    }


def _card(card: Card) -> Object:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": card.month,
        "exp_year": card.year,
        "fingerprint": None,
        "funding": "credit",
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
