"""From a token to an account."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.api.authentication import Authentication
from backend.api.limits import RateLimits
from backend.api.sign_in import (
    AccountDeletedError,
    NotSignedInError,
    Principal,
    SignedOutEverywhereError,
)
from backend.domain.accounts import Account, Identity
from backend.domain.plans import Plan
from tests.fakes import service
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import START, FakeClock
from tests.fakes.sign_in import FakeIntrospector

UNLIMITED = RateLimits(service.UNLIMITED, lambda: 0.0)


class CountingAccounts(FakeAccounts):
    sign_ins = 0

    def sign_in(self, identity: Identity) -> Account:
        self.sign_ins += 1
        return super().sign_in(identity)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def accounts() -> CountingAccounts:
    return CountingAccounts()


def _account(authentication: Authentication, header: str = "Bearer token-of-alice") -> Account:
    return asyncio.run(authentication(header))


@pytest.fixture
def authentication(accounts: CountingAccounts, clock: FakeClock) -> Authentication:
    return Authentication(FakeIntrospector().principal, accounts, clock, UNLIMITED)


def test_a_person_is_signed_in_once_a_minute_not_once_a_request(
    authentication: Authentication, accounts: CountingAccounts, clock: FakeClock
) -> None:
    first = _account(authentication)
    clock.advance(timedelta(seconds=59))
    assert _account(authentication) == first
    assert accounts.sign_ins == 1
    clock.advance(timedelta(seconds=1))
    assert _account(authentication) == first
    assert accounts.sign_ins == 2


def test_the_plan_is_read_at_every_request(
    authentication: Authentication, accounts: CountingAccounts
) -> None:
    account = _account(authentication)
    accounts.set_plan(account.id, Plan.PREMIUM)
    assert _account(authentication).plan is Plan.PREMIUM


def test_an_account_that_is_gone_is_made_anew(clock: FakeClock) -> None:
    first, second = FakeAccounts(), FakeAccounts()
    authentication = Authentication(FakeIntrospector().principal, first, clock, UNLIMITED)
    _account(authentication, "Bearer token-of-bob")
    gone = _account(authentication)
    authentication._accounts = second
    anew = _account(authentication)
    assert second.get(anew.id) == anew
    assert anew.id != gone.id


@pytest.mark.parametrize("pause", [timedelta(0), timedelta(minutes=2)])
def test_a_token_of_an_account_that_is_gone_makes_no_other(
    authentication: Authentication, accounts: CountingAccounts, clock: FakeClock, pause: timedelta
) -> None:
    gone = _account(authentication)
    accounts.remove(gone.id)
    clock.advance(pause)
    for _ in range(2):
        with pytest.raises(AccountDeletedError, match="was deleted"):
            asyncio.run(authentication("Bearer token-of-alice", "", gone.id))
    assert accounts.all() == []
    assert _account(authentication).id != gone.id


def test_an_account_that_is_being_deleted_is_told_from_one_that_is_gone(
    authentication: Authentication, accounts: CountingAccounts, clock: FakeClock
) -> None:
    account = _account(authentication)
    accounts.put(replace(account, deleting_at=clock()))
    for known in ("", account.id):
        with pytest.raises(AccountDeletedError, match="is being deleted"):
            asyncio.run(authentication("Bearer token-of-alice", "", known))


def test_a_known_account_opens_nothing(authentication: Authentication) -> None:
    alice = _account(authentication)
    bob = asyncio.run(authentication("Bearer token-of-bob", "", alice.id))
    assert bob.id != alice.id
    assert asyncio.run(authentication("Bearer token-of-bob", "", alice.id)) == bob


def test_a_linked_identity_is_noticed_at_once(clock: FakeClock) -> None:
    accounts = CountingAccounts()
    linked: list[str] = []

    async def introspect(token: str) -> Principal:
        principal = await FakeIntrospector().principal(token)
        return replace(principal, identities=(principal.sub, *linked))

    authentication = Authentication(introspect, accounts, clock, UNLIMITED)
    first = _account(authentication)
    linked.append("another-identity")
    _account(authentication)
    alone = Identity("another-identity", ("another-identity",), "", "", "", "")
    assert accounts.sign_in(alone).id == first.id


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic token-of-alice", "token-of-alice"]
)
def test_without_a_bearer_token_nobody_is_signed_in(
    authentication: Authentication, header: str | None
) -> None:
    with pytest.raises(NotSignedInError):
        asyncio.run(authentication(header))


def test_the_scheme_may_be_written_in_any_case(authentication: Authentication) -> None:
    assert _account(authentication, "bearer token-of-alice") == _account(authentication)


def test_older_tokens_are_refused_once_their_owner_has_signed_out_everywhere(
    authentication: Authentication, accounts: CountingAccounts, clock: FakeClock
) -> None:
    account = _account(authentication)
    ended = replace(account, signed_out_at=clock())
    accounts.put(ended)
    for issued in (START - timedelta(hours=1), START):
        with pytest.raises(SignedOutEverywhereError):
            _account(authentication, f"Bearer token-of-alice@{issued.isoformat()}")
    later = START + timedelta(seconds=1)
    assert _account(authentication, f"Bearer token-of-alice@{later.isoformat()}") == ended
