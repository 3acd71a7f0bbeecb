"""The door of the API: key, version, parameters, repeated requests; then the call itself."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.local.stripe.clock import DAY
from backend.local.stripe.errors import ApiError, InvalidRequestError
from backend.local.stripe.form import Parameters, nested
from backend.local.stripe.keys import Keys
from backend.local.stripe.ledger import API_VERSION, Ledger, Object, new_id
from backend.local.stripe.lists import expand
from backend.local.stripe.routes import CALLS, Call

_ANSWERS_KEPT = DAY
"""Seconds; https://docs.stripe.com/api/idempotent_requests."""


class Api:
    """Answers the calls of `CALLS`, each in one transaction with the answer that is kept of it."""

    def __init__(self, ledger: Ledger, keys: Keys) -> None:
        self._ledger = ledger
        self._keys = keys

    def routes(self) -> list[Route]:
        """Return the calls, and what answers all that is none."""
        known = [Route(call.path, self._endpoint(call), methods=[call.method]) for call in CALLS]
        return [*known, Route("/v1/{path:path}", self._unknown, methods=["GET", "POST", "DELETE"])]

    def _endpoint(self, call: Call) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            text = (await request.body()).decode(errors="replace") or request.url.query
            try:
                status, body, headers = self._answer(call, request, text)
            except ApiError as error:
                status, body, headers = error.status, error.body, {}
            return _json(status, body, headers)

        return endpoint

    async def _unknown(self, request: Request) -> Response:
        message = f"Unrecognized request URL ({request.method}: {request.url.path})."
        error = InvalidRequestError(message, status=404)
        return _json(error.status, error.body, {})

    def _answer(
        self, call: Call, request: Request, text: str
    ) -> tuple[int, Object, dict[str, str]]:
        self._admit(request)
        fields = nested(parse_qsl(text, keep_blank_values=True))
        expansions = Parameters({"expand": fields.pop("expand", [])}).sequence("expand")
        key = request.headers.get("idempotency-key") if call.method == "POST" else None
        fingerprint = hashlib.sha256(f"{request.url.path}\n{text}".encode()).hexdigest()
        if key is not None and (kept := self._kept(key, fingerprint)):
            return *kept, {"Idempotency-Key": key, "Idempotent-Replayed": "true"}
        with self._ledger.database.transaction():
            outcome = call.handler(self._ledger, Parameters(fields), **request.path_params)
            if isinstance(outcome, ApiError):
                status, body = outcome.status, outcome.body
            else:
                status, body = 200, outcome
                expand(self._ledger, body, expansions)
            if key is not None:
                self._keep(key, fingerprint, status, body)
        return status, body, {} if key is None else {"Idempotency-Key": key}

    def _admit(self, request: Request) -> None:
        """Refuse who has not the key, who speaks another version, and all while the API is down."""
        if self._ledger.outbox.faults.down:
            raise ApiError(503, "api_error", "The API is down, as the switches have it.")
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        same = secrets.compare_digest(key.encode(), self._keys.secret_key.encode())
        if scheme.lower() != "bearer" or not same:
            message = "Invalid API Key provided: the local stand-in has a key of its own."
            raise ApiError(401, "invalid_request_error", message)
        version = request.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise InvalidRequestError(
                f"Invalid Stripe API version: {version}. The local stand-in speaks {API_VERSION}."
            )

    def _kept(self, key: str, fingerprint: str) -> tuple[int, Object] | None:
        """Return the answer to the first request with that key, if there was one."""
        rows = self._ledger.database.rows(
            "SELECT request, status, body FROM answer WHERE key = ? AND at > ?",
            (key, self._ledger.now() - _ANSWERS_KEPT),
        )
        if not rows:
            return None
        request, status, body = rows[0]
        if request != fingerprint:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
            raise ApiError(400, "idempotency_error", message)
        return int(status), json.loads(body)

    def _keep(self, key: str, fingerprint: str, status: int, body: Object) -> None:
        now = self._ledger.now()
        self._ledger.database.write("DELETE FROM answer WHERE at <= ?", (now - _ANSWERS_KEPT,))
        self._ledger.database.write(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
            (key, fingerprint, status, json.dumps(body), now),
        )


def _json(status: int, body: Object, headers: dict[str, str]) -> Response:
    own = {"Request-Id": new_id("req", 14), "Stripe-Version": API_VERSION}
    return JSONResponse(body, status, {**own, **headers})
