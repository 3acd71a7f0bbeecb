"""The page on which a bank asks if it is the owner who pays: 3-D Secure's place."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.local.stripe.checkout import answer_challenge, complete, return_address
from backend.local.stripe.checkout_page import checkout_form
from backend.local.stripe.errors import CardError
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.pages import closing_page, page, read_form, see_other
from backend.local.stripe.portal import is_open, use_card
from backend.local.stripe.portal_page import portal_page


class ChallengePage:
    """``/3ds/{challenge}``: GET asks, POST has ``outcome``, ``complete`` or ``fail``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def routes(self) -> list[Route]:
        """Return the page's routes."""
        path = "/3ds/{challenge_id}"
        return [
            Route(path, self.show, methods=["GET"]),
            Route(path, self.answer, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Ask, unless it is answered already."""
        waiting = self._waiting(request)
        if waiting is None:
            return _over()
        challenge, _ = waiting
        return page(
            "3-D Secure",
            '<section class="card"><h1>3-D Secure test page</h1>'
            "<p>A real bank would ask here whether it is you who pays. Choose what it finds.</p>"
            f'<form method="post" action="/3ds/{challenge["id"]}" class="buttons">'
            '<button class="primary" name="outcome" value="complete">Complete</button>'
            '<button name="outcome" value="fail">Fail</button></form></section>',
        )

    async def answer(self, request: Request) -> Response:
        """Use the card, or go back to the form that it was typed into."""
        confirmed = (await read_form(request)).get("outcome") == "complete"
        waiting = self._waiting(request)
        if waiting is None:
            return _over()
        challenge, session = waiting
        at_checkout = session["object"] == "checkout.session"
        try:
            with self._ledger.database.transaction():
                method = answer_challenge(self._ledger, challenge, confirmed=confirmed)
                (complete if at_checkout else use_card)(self._ledger, session, method)
        except CardError as error:
            show = checkout_form if at_checkout else portal_page
            return show(self._ledger, session, {}, error)
        return see_other(return_address(session) if at_checkout else session["url"])

    def _waiting(self, request: Request) -> tuple[Object, Object] | None:
        """Return the challenge and its session, if both wait for an answer."""
        challenge = self._ledger.find(request.path_params["challenge_id"], "challenge")
        session = self._ledger.find(challenge["session"]) if challenge else None
        if challenge is None or session is None:
            return None
        at_portal = session["object"] == "billing_portal.session"
        waits = is_open(self._ledger, session) if at_portal else session["status"] == "open"
        return (challenge, session) if waits else None


def _over() -> Response:
    return closing_page(
        "This question is answered", "Go back to the app and see what came of it.", 410
    )
