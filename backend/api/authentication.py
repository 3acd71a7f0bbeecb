"""From the Authorization header of a request to an account."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool

from backend.api.dependencies import Introspect
from backend.api.limits import RateLimits
from backend.api.sign_in import (
    AccountDeletedError,
    NotSignedInError,
    Principal,
    SignedOutEverywhereError,
)
from backend.domain.accounts import Account, Identity
from backend.domain.errors import NotFoundError
from backend.services.ports import Accounts, Clock

# For so long a person's name and identities are not compared with what is stored.
_KNOWN_FOR = timedelta(seconds=60)
_MOST_KNOWN = 10_000
BEING_DELETED = (
    "This account is being deleted, with all that was in it. When that is done, in some minutes, "
    "signing in makes a new one."
)
DELETED = "This account was deleted. Signing in makes a new one."
_SIGNED_OUT = "You have signed out everywhere. Sign in again."


class Authentication:
    """Tells whose account a request is for; its row is always read anew, so it holds at once."""

    def __init__(
        self, introspect: Introspect, accounts: Accounts, clock: Clock, limits: RateLimits
    ) -> None:
        self._introspect = introspect
        self._accounts = accounts
        self._clock = clock
        self._limits = limits
        self._known: dict[Identity, tuple[str, datetime]] = {}

    async def __call__(
        self, authorization: str | None, address: str = "", known: str | None = None
    ) -> Account:
        """Return the account of the token in *authorization*, made at the first sign-in.

        Args:
            authorization: the header.
            address: where the request came from.
            known: the id of the account that the token is for, where its app knows one: then none
                is made in its place. It opens nothing.

        Raises:
            NotSignedInError: there is no token, or it is not good.
            AccountDeletedError: the account is being deleted, or the *known* one is gone.
            SignedOutEverywhereError: its owner has signed out everywhere since it was issued.
            WrongScopeError: the token does not cover this API.
            UnavailableError: nobody can tell at the moment.
            HTTPException: 429, the account or the address asks too often.
        """
        token = _bearer_token(authorization)
        with self._limits.stranger(address, token):
            principal = await self._introspect(token)
        account = await run_in_threadpool(self._account, identity_of(principal), known)
        _require_open(account)
        if account.has_ended(principal.issued_at):
            raise SignedOutEverywhereError(_SIGNED_OUT)
        self._limits.request(account.id)
        return account

    def _account(self, identity: Identity, known: str | None) -> Account:
        account_id, until = self._known.get(identity, ("", None))
        is_fresh = until is not None and self._clock() < until
        if known and not (is_fresh and known == account_id):
            self._require(known)
        if is_fresh:
            try:
                return self._accounts.get(account_id)
            except NotFoundError:
                self._known.pop(identity, None)
                if known == account_id:
                    raise AccountDeletedError(DELETED) from None
        return self._sign_in(identity)

    def _require(self, account_id: str) -> None:
        """Raise AccountDeletedError if the account is gone, or about to go."""
        try:
            account = self._accounts.get(account_id)
        except NotFoundError:
            raise AccountDeletedError(DELETED) from None
        _require_open(account)

    def _sign_in(self, identity: Identity) -> Account:
        account = self._accounts.sign_in(identity)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[identity] = (account.id, self._clock() + _KNOWN_FOR)
        return account


def identity_of(principal: Principal) -> Identity:
    """Return whom Globus says a *principal* is."""
    return Identity(
        sub=principal.sub,
        identities=tuple(sorted({principal.sub, *principal.identities})),
        username=principal.username,
        name=principal.name,
        email=principal.email,
        organization=principal.organization,
    )


def _require_open(account: Account) -> None:
    if account.deleting_at is not None:
        raise AccountDeletedError(BEING_DELETED)


def _bearer_token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedInError("Sign in first: the request carries no access token.")
    return token.strip()
