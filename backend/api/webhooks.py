"""What Stripe tells.  Nobody is signed in here: a message is believed for its signature only."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from backend.api.dependencies import TheApi
from backend.services.billing_ports import ForgedError

LONGEST_MESSAGE = 512_000

router = APIRouter(tags=["webhooks"])


@router.post("/webhooks/stripe", include_in_schema=False)
async def receive_from_stripe(request: Request, api: TheApi) -> dict[str, bool]:
    """Take a message; Stripe sends it again, for three days, until the answer is 200."""
    payload = await _body(request)
    signature = request.headers.get("stripe-signature", "")
    try:
        await run_in_threadpool(api.billing.receive, payload, signature)
    except ForgedError as error:
        raise HTTPException(400, str(error)) from error
    return {"received": True}


async def _body(request: Request) -> bytes:
    """Return the body as it came: the signature is over these bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_MESSAGE:
            raise HTTPException(413, f"A message has at most {LONGEST_MESSAGE:,} bytes.")
    return bytes(body)
