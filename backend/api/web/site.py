"""The web pages as a part of the API's app."""

from __future__ import annotations

from fastapi import FastAPI

from backend.api.web import account, errors, jobs, plan, sign_in, start
from backend.api.web.dependencies import Web
from backend.api.web.rendering import Pages

ROUTERS = (start.router, sign_in.router, jobs.router, jobs.of_one, plan.router, account.router)


def install(app: FastAPI, web: Web) -> None:
    """Have *app* serve the pages; the API's document does not speak of them."""
    app.state.web = web
    app.state.pages = Pages(web.payment_origins, secure=web.secure)
    errors.answer_missing(app)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
