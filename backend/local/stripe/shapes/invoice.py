"""Invoice and its line."""

from __future__ import annotations

from backend.local.stripe.ledger import Object, new_id
from backend.local.stripe.shapes.price import PRODUCT_NAME

_NOTHING = dict.fromkeys(
    (
        "account_tax_ids",
        "amount_paid_off_stripe",
        "application",
        "automatically_finalizes_at",
        "confirmation_secret",
        "custom_fields",
        "customer_account",
        "customer_address",
        "customer_phone",
        "customer_shipping",
        "default_payment_method",
        "default_source",
        "description",
        "due_date",
        "footer",
        "from_invoice",
        "hosted_invoice_url",
        "invoice_pdf",
        "last_finalization_error",
        "latest_revision",
        "next_payment_attempt",
        "on_behalf_of",
        "receipt_number",
        "rendering",
        "shipping_cost",
        "shipping_details",
        "statement_descriptor",
        "status_details",
        "test_clock",
        "threshold_reason",
        "webhooks_delivered_at",
    )
)


def invoice_shape(subscription: Object, customer: Object, reason: str, now: int) -> Object:
    """Return the draft of an invoice for the subscription's present period."""
    item = subscription["items"]["data"][0]
    total = item["price"]["unit_amount"] * item["quantity"]
    invoice_id = new_id("in")
    return {
        **_NOTHING,
        "id": invoice_id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Genomics Annotation Service",
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": total,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "effective_at": None,
        "ending_balance": 0,
        "issuer": {"type": "self"},
        "lines": {
            "object": "list",
            "data": [_line(invoice_id, subscription, item)],
            "has_more": False,
            "url": f"/v1/invoices/{invoice_id}/lines",
        },
        "metadata": {},
        "number": None,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": subscription["metadata"],
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "draft",
        "status_transitions": dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
    }


def _line(invoice_id: str, subscription: Object, item: Object) -> Object:
    price = item["price"]
    total = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": total,
        "currency": price["currency"],
        "description": f"{item['quantity']} x {PRODUCT_NAME}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": subscription["metadata"],
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": None,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": item["current_period_end"], "start": item["current_period_start"]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
        "subscription": subscription["id"],
        "subtotal": total,
        "taxes": [],
    }
