"""Checkout session, its line, and portal session."""

from __future__ import annotations

from backend.local.stripe.ledger import Object, new_id, new_secret
from backend.local.stripe.shapes.price import PRODUCT_NAME

_NOTHING = dict.fromkeys(
    (
        "after_expiration",
        "allow_promotion_codes",
        "allowed_payment_method_types",
        "billing_address_collection",
        "branding_settings",
        "client_secret",
        "collected_information",
        "consent",
        "consent_collection",
        "currency_conversion",
        "customer_account",
        "customer_details",
        "excluded_payment_method_types",
        "integration_identifier",
        "invoice",
        "invoice_creation",
        "locale",
        "managed_payments",
        "name_collection",
        "optional_items",
        "origin_context",
        "payment_intent",
        "payment_link",
        "payment_method_configuration_details",
        "permissions",
        "presentment_details",
        "recovered_from",
        "saved_payment_method_options",
        "setup_intent",
        "shipping_address_collection",
        "shipping_cost",
        "submit_type",
        "subscription",
        "tax_id_collection",
        "wallet_options",
    )
)


def checkout_session_shape(
    *, price: Object, quantity: int, customer: str | None, customer_email: str | None
) -> Object:
    """Return an open session about one price, without its addresses and its end.

    Without the id of a *customer*, paying makes a new one.
    """
    total = price["unit_amount"] * quantity
    return {
        **_NOTHING,
        "id": new_secret("cs_test"),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "currency": price["currency"],
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer": customer,
        "customer_creation": None if customer else "always",
        "customer_email": customer_email,
        "discounts": [],
        "mode": "subscription",
        "payment_method_collection": "always",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def customer_details_shape(email: str | None, name: str | None) -> Object:
    """Return who paid, as a paid session has it."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def line_items_shape(session_id: str, price: Object, quantity: int) -> Object:
    """Return what a checkout session sells, which it has only where that is asked for."""
    total = price["unit_amount"] * quantity
    line = {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": PRODUCT_NAME,
        "metadata": {},
        "price": price,
        "quantity": quantity,
    }
    return {
        "object": "list",
        "data": [line],
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session_id}/line_items",
    }


def portal_session_shape(customer: str, return_url: str | None, locale: str | None) -> Object:
    """Return a session at the billing portal, without its address."""
    return {
        "id": new_id("bps"),
        "object": "billing_portal.session",
        "after_expiration": None,
        "configuration": "bpc_1LocalStandIn",
        "customer": customer,
        "customer_account": None,
        "flow": None,
        "locale": locale,
        "on_behalf_of": None,
        "return_url": return_url,
    }
