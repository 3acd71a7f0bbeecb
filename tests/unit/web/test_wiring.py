"""The pages as they are made from the settings."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from backend import wiring_web
from backend.api.sign_in import ResourceServer
from backend.api.web.attempts import begin
from backend.api.web.dependencies import Web
from backend.settings import read
from tests.fakes.clock import START
from tests.fakes.web_sessions import FakeWebSessions

SERVER = ResourceServer("https://auth.globus.org", "api", "s", "scope", frozenset({"desktop"}))
ENVIRON = {
    "GAS_GLOBUS_WEB_CLIENT_ID": "web",
    "GAS_GLOBUS_WEB_CLIENT_SECRET": "the secret",
    "GAS_WEB_URL": "https://gas.test/",
}
LOCAL = {"GAS_MODE": "local", "GAS_WEB_URL": "http://127.0.0.1:8400"}


def made(environ: dict[str, str]) -> Web:
    async def make() -> Web:
        async with httpx2.AsyncClient() as http:
            return wiring_web.web(read(environ), http, SERVER, FakeWebSessions())

    return asyncio.run(make())


def test_browsers_come_back_to_the_address_of_the_pages() -> None:
    web = made(ENVIRON)
    address = web.sign_in.address(begin("/jobs", START, web.new_secret))
    query = parse_qs(urlsplit(address).query)
    assert query["client_id"] == ["web"]
    assert query["redirect_uri"] == ["https://gas.test/sign-in/done"]
    assert query["scope"] == ["openid profile email scope"]


def test_cookies_need_https_everywhere_but_on_one_machine() -> None:
    assert made(ENVIRON).secure
    assert not made(ENVIRON | LOCAL).secure


@pytest.mark.parametrize(
    ("stand_in", "origins"),
    [
        ({}, ("https://checkout.stripe.com", "https://billing.stripe.com")),
        ({"GAS_STRIPE_API_URL": "http://127.0.0.1:9/x", **LOCAL}, ("http://127.0.0.1:9",)),
    ],
)
def test_forms_may_lead_to_where_people_pay(
    stand_in: dict[str, str], origins: tuple[str, ...]
) -> None:
    assert made(ENVIRON | stand_in).payment_origins == origins


def test_each_process_reads_what_another_has_signed_and_nobody_else() -> None:
    one, other = made(ENVIRON), made(ENVIRON)
    assert one.cookie_key == other.cookie_key
    assert len(one.cookie_key) == 32
    assert made(ENVIRON | {"GAS_GLOBUS_WEB_CLIENT_SECRET": "another"}).cookie_key != one.cookie_key
    assert one.new_secret() != one.new_secret()
    assert "the secret" not in repr(one) + repr(read(ENVIRON))
