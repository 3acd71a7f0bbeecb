"""How often is too often: for one account, and for an address at which nobody is signed in yet.

The counts are in the memory of one process: with several API processes each counts for itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.types import Scope

from backend.domain.accounts import Account
from backend.domain.errors import RejectedError
from backend.domain.plans import Plan

Monotonic = Callable[[], float]

_MOST_KEYS = 50_000
_REMEMBERED_FOR = timedelta(minutes=15).total_seconds()
# Whoever has one IPv6 address has its whole network of this length.
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Rate:
    """*most* at once, and as many again over *per*."""

    most: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of this installation.

    Attributes:
        requests: of an account, of any kind; an app that reads all its jobs anew stays far below.
        free_jobs: new jobs of an account on the free plan, in an hour.
        refused: tokens and messages from one address that turned out to be no good.
    """

    requests: Rate = Rate(1200, timedelta(minutes=1))
    free_jobs: Rate = Rate(60, timedelta(hours=1))
    refused: Rate = Rate(120, timedelta(minutes=1))


class Buckets:
    """A token bucket a key; several threads may use them at once.

    Of a bucket nothing but the time is kept at which it is full again: a key that is not there has
    a full one. When there are too many keys, those that were used longest ago are full again.

    Args:
        rate: of each bucket.
        monotonic: gives the time, in seconds.
        most_keys: so many keys are kept at most.
    """

    def __init__(self, rate: Rate, monotonic: Monotonic, most_keys: int = _MOST_KEYS) -> None:
        self._per = rate.per.total_seconds()
        self._step = self._per / rate.most
        self._monotonic = monotonic
        self._most_keys = most_keys
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many keys are kept."""
        return len(self._full_at)

    def wait(self, key: Hashable) -> float:
        """Return the seconds until there is something in the bucket, 0 if there is."""
        with self._lock:
            return self._wait(key, self._monotonic())

    def take(self, key: Hashable) -> float:
        """Take one out and return 0; from an empty bucket none, and return what `wait` does."""
        with self._lock:
            now = self._monotonic()
            wait = self._wait(key, now)
            if not wait:
                self._keep(key, max(self._full_at.get(key, now), now) + self._step)
            return wait

    def give_back(self, key: Hashable) -> None:
        """Put back one that was taken."""
        with self._lock:
            if key in self._full_at:
                self._full_at[key] -= self._step

    def _wait(self, key: Hashable, now: float) -> float:
        over = self._full_at.get(key, now) + self._step - now - self._per
        # The sum of many steps is not to the last bit what it should be.
        return over if over > self._step / 1000 else 0.0

    def _keep(self, key: Hashable, full_at: float) -> None:
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most_keys:
            self._full_at.popitem(last=False)


class RateLimits:
    """Refuses what comes too often, by HTTP 429 that says when to try again.

    Args:
        rates: how often is too often.
        monotonic: gives the time, in seconds.

    Attributes:
        rates: as they were given.
    """

    def __init__(self, rates: Rates, monotonic: Monotonic) -> None:
        self.rates = rates
        self._requests = Buckets(rates.requests, monotonic)
        self._jobs = Buckets(rates.free_jobs, monotonic)
        self._refused = Buckets(rates.refused, monotonic)
        self._good = _GoodTokens(monotonic)

    def request(self, account_id: str) -> None:
        """Count a request of an account.

        Raises:
            HTTPException: 429, there were too many.
        """
        if wait := self._requests.take(account_id):
            raise too_many("There are too many requests of this account at the moment.", wait)

    @contextmanager
    def new_job(self, account: Account) -> Iterator[None]:
        """Count a job that is made in the block; one that is not made does not count.

        Raises:
            HTTPException: 429, the account is on the free plan and made too many lately.
        """
        if account.plan is Plan.PREMIUM:
            yield
            return
        if wait := self._jobs.take(account.id):
            raise too_many(self._too_many_jobs(), wait)
        try:
            yield
        except BaseException:
            self._jobs.give_back(account.id)
            raise

    def _too_many_jobs(self) -> str:
        return (
            f"On the free plan you can make {self.rates.free_jobs.most} jobs an hour. "
            "Send this file later, or upgrade to Premium."
        )

    @contextmanager
    def stranger(self, address: str, token: str = "") -> Iterator[None]:
        """Find out in the block whether *token*, or a message, is any good; refusals count.

        A token that was good lately is looked at in any case: who is signed in stays so, whatever
        others send from the same address.

        Raises:
            HTTPException: 429, too much from this address was no good.
        """
        network = _network(address)
        wait = self._refused.wait(network)
        if wait and token not in self._good:
            raise too_many("Too much that was sent from your address was refused.", wait)
        try:
            yield
        except RejectedError:
            self._good.forget(token)
            self._refused.take(network)
            raise
        self._good.add(token)


class _GoodTokens:
    """The tokens that were good lately, by their digests; used by one event loop."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def __contains__(self, token: str) -> bool:
        return self._until.get(_digest(token), -math.inf) > self._monotonic()

    def add(self, token: str) -> None:
        if not token:
            return
        digest = _digest(token)
        self._until[digest] = self._monotonic() + _REMEMBERED_FOR
        self._until.move_to_end(digest)
        if len(self._until) > _MOST_KEYS:
            self._until.popitem(last=False)

    def forget(self, token: str) -> None:
        self._until.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def too_many(detail: str, wait: float) -> HTTPException:
    """Return the refusal of what comes too often; *wait* is in seconds."""
    seconds = math.ceil(wait)
    return HTTPException(429, f"{detail} Try again in {seconds} s.", {"retry-after": str(seconds)})


def address_of(scope: Scope) -> str:
    """Return the address that a request came from, "" where there is none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _network(address: str) -> str:
    """Return what one person has at least: an IPv4 address, or a network of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:  # noqa: PLR2004 - it is the name of a protocol
        return address
    return str(ipaddress.ip_network((ip, _IPV6_NETWORK), strict=False))
