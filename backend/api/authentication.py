"""From the Authorization header of a request to an account."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool

from backend.api.dependencies import Introspect
from backend.api.sign_in import NotSignedInError, Principal
from backend.domain.accounts import Account, Identity
from backend.domain.errors import NotFoundError
from backend.services.ports import Accounts, Clock

# For so long a person's name and identities are not compared with what is stored.
_KNOWN_FOR = timedelta(seconds=60)
_MOST_KNOWN = 10_000


class Authentication:
    """Tells whose account a request is for; the plan is always read anew."""

    def __init__(self, introspect: Introspect, accounts: Accounts, clock: Clock) -> None:
        self._introspect = introspect
        self._accounts = accounts
        self._clock = clock
        self._known: dict[Identity, tuple[str, datetime]] = {}

    async def __call__(self, authorization: str | None) -> Account:
        """Return the account of the token in *authorization*, made at the first sign-in.

        Raises:
            NotSignedInError: there is no token, or it is not good.
            WrongScopeError: the token does not cover this API.
            UnavailableError: nobody can tell at the moment.
        """
        principal = await self._introspect(_bearer_token(authorization))
        return await run_in_threadpool(self._account, _identity(principal))

    def _account(self, identity: Identity) -> Account:
        account_id, until = self._known.get(identity, ("", None))
        if until is not None and self._clock() < until:
            try:
                return self._accounts.get(account_id)
            except NotFoundError:
                self._known.pop(identity, None)
        account = self._accounts.sign_in(identity)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[identity] = (account.id, self._clock() + _KNOWN_FOR)
        return account


def _identity(principal: Principal) -> Identity:
    return Identity(
        sub=principal.sub,
        identities=tuple(sorted({principal.sub, *principal.identities})),
        username=principal.username,
        name=principal.name,
        email=principal.email,
        organization=principal.organization,
    )


def _bearer_token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedInError("Sign in first: the request carries no access token.")
    return token.strip()
