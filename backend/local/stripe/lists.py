"""Lists in pages, and objects in the place of ids where a request asks for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.local.stripe.errors import InvalidRequestError, missing
from backend.local.stripe.form import Parameters
from backend.local.stripe.ledger import Ledger, Object

_PAGE = ("limit", "starting_after", "ending_before")
_DEFAULT_LIMIT, _LARGEST_LIMIT = 10, 100
_DEEPEST_EXPANSION = 4
_STATUSES = {
    "subscription": (
        *("active", "all", "canceled", "ended", "incomplete", "incomplete_expired"),
        *("past_due", "paused", "trialing", "unpaid"),
    ),
    "invoice": ("draft", "open", "paid", "uncollectible", "void"),
    "checkout.session": ("complete", "expired", "open"),
}
_FILTERS = {
    "customer": ("email",),
    "product": ("active",),
    "price": ("active", "currency", "lookup_keys", "product", "type"),
    "checkout.session": ("customer", "status", "subscription"),
    "subscription": ("customer", "price", "status"),
    "invoice": ("customer", "status", "subscription"),
    "event": ("type", "types"),
}


def list_objects(ledger: Ledger, asked: Parameters, kind: str, url: str) -> Object:
    """Answer the ``GET`` of a collection, newest first."""
    asked.only(*_FILTERS[kind], *_PAGE)
    asked.one_of("status", _STATUSES.get(kind, ()))
    every = ledger.all(kind, asked.text("customer"))
    matching = [thing for thing in every if _matches(thing, asked)]
    page, more = _page(matching, asked)
    return {"object": "list", "data": page, "has_more": more, "url": url}


def expand(ledger: Ledger, answer: Object, asked: list[Any]) -> None:
    """Put objects in the place of their ids, as ``expand[]`` asks.

    Raises:
        InvalidRequestError: there is no such property, or it is none that can be expanded.
    """
    for path in asked:
        parts = str(path).split(".")
        if len(parts) > _DEEPEST_EXPANSION:
            message = "You cannot expand more than 4 levels of a property."
            raise InvalidRequestError(message, param="expand")
        _expand(ledger, answer, parts, str(path))


def _expand(ledger: Ledger, thing: Object, parts: list[str], path: str) -> None:
    name, *rest = parts
    if name == "line_items" and thing.get("object") == "checkout.session":
        thing[name] = ledger.hidden(thing["id"])[name]
    if name not in thing:
        raise InvalidRequestError(f"This property cannot be expanded ({path}).", param="expand")
    value = thing[name]
    if isinstance(value, str):
        value = thing[name] = ledger.find(value)
        if value is None:
            raise InvalidRequestError(f"This property cannot be expanded ({path}).", param="expand")
    for each in value if isinstance(value, list) else [value]:
        if rest and isinstance(each, dict):
            _expand(ledger, each, rest, path)


def _matches(thing: Object, asked: Parameters) -> bool:
    return not thing.get("deleted") and all(
        test(thing, asked) for test in (_has_status, _has_names, _has_texts, _is_active)
    )


def _has_status(thing: Object, asked: Parameters) -> bool:
    status = asked.text("status")
    if thing["object"] != "subscription":
        return status is None or thing["status"] == status
    if status is None:
        return bool(thing["status"] != "canceled")
    return status == "all" or thing["status"] == ("canceled" if status == "ended" else status)


def _has_names(thing: Object, asked: Parameters) -> bool:
    keys, kinds = asked.sequence("lookup_keys"), asked.sequence("types")
    return (not keys or thing["lookup_key"] in keys) and (not kinds or thing["type"] in kinds)


def _has_texts(thing: Object, asked: Parameters) -> bool:
    facts = {name: thing.get(name) for name in ("currency", "email", "product", "type")}
    facts["subscription"] = _subscription(thing)
    if thing["object"] == "subscription":
        facts["price"] = thing["items"]["data"][0]["price"]["id"]
    return all(not asked.has(name) or asked.text(name) == facts[name] for name in facts)


def _subscription(thing: Object) -> str | None:
    if thing["object"] == "invoice":
        return str(thing["parent"]["subscription_details"]["subscription"])
    return thing.get("subscription")


def _is_active(thing: Mapping[str, Any], asked: Parameters) -> bool:
    active = asked.flag("active")
    return active is None or thing["active"] == active


def _page(every: list[Object], asked: Parameters) -> tuple[list[Object], bool]:
    """Return a page and whether there is more in its direction."""
    limit = asked.whole("limit", _DEFAULT_LIMIT)
    if not 1 <= limit <= _LARGEST_LIMIT:
        message = f"The limit must be between 1 and {_LARGEST_LIMIT}."
        raise InvalidRequestError(message, code="parameter_invalid_integer", param="limit")
    if asked.has("ending_before"):
        before = every[: _place(every, asked, "ending_before")]
        return before[-limit:], len(before) > limit
    start = _place(every, asked, "starting_after") + 1 if asked.has("starting_after") else 0
    return every[start : start + limit], len(every) > start + limit


def _place(every: list[Object], asked: Parameters, name: str) -> int:
    object_id = asked.required(name)
    places = [place for place, thing in enumerate(every) if thing["id"] == object_id]
    if not places:
        raise missing("object", object_id, param=name, status=400)
    return places[0]
