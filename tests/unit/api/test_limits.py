"""How often is too often, as a matter of a clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from backend.api.limits import Buckets, Rate, RateLimits, Rates, address_of
from backend.domain.accounts import Account
from backend.domain.errors import RejectedError, UnavailableError
from backend.domain.plans import Plan

THREE_A_MINUTE = Rate(3, timedelta(minutes=1))
RATES = Rates(THREE_A_MINUTE, THREE_A_MINUTE, THREE_A_MINUTE)


@dataclass
class Seconds:
    """A clock that moves when it is told to."""

    now: float = 1e6

    def __call__(self) -> float:
        return self.now


def account(plan: Plan = Plan.FREE) -> Account:
    return Account("a" * 32, "alice", "Alice", "alice@local.test", "", plan)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limits(seconds: Seconds) -> RateLimits:
    return RateLimits(RATES, seconds)


def test_a_bucket_gives_what_is_in_it_at_once_and_then_as_it_fills(seconds: Seconds) -> None:
    buckets = Buckets(THREE_A_MINUTE, seconds)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(20)
    assert buckets.take("b") == 0
    seconds.now += 20
    assert buckets.wait("a") == 0
    assert buckets.take("a") == 0
    assert buckets.take("a") == pytest.approx(20)


def test_a_bucket_never_holds_more_than_its_most(seconds: Seconds) -> None:
    buckets = Buckets(THREE_A_MINUTE, seconds)
    buckets.take("a")
    seconds.now += 86_400
    assert [buckets.take("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_what_is_given_back_can_be_taken_again(seconds: Seconds) -> None:
    buckets = Buckets(THREE_A_MINUTE, seconds)
    for _ in range(3):
        buckets.take("a")
    buckets.give_back("a")
    assert [buckets.take("a") > 0 for _ in range(2)] == [False, True]


def test_of_many_keys_the_latest_are_kept(seconds: Seconds) -> None:
    buckets = Buckets(Rate(1, timedelta(hours=1)), seconds, most_keys=10)
    for key in range(1000):
        buckets.take(key)
    assert len(buckets) == 10
    assert buckets.wait(999) > 0
    assert buckets.wait(0) == 0


@given(st.lists(st.floats(0, 40), max_size=60))
def test_over_any_time_no_more_is_taken_than_the_rate_allows(pauses: list[float]) -> None:
    seconds = Seconds(0.0)
    buckets = Buckets(THREE_A_MINUTE, seconds)
    taken = 0
    for pause in pauses:
        seconds.now += pause
        taken += buckets.take("a") == 0
    assert taken <= 3 + seconds.now / 20 + 1e-6


def test_threads_share_a_bucket(seconds: Seconds) -> None:
    buckets = Buckets(Rate(100, timedelta(hours=1)), seconds)
    taken: list[bool] = []

    def take() -> None:
        taken.extend(buckets.take("a") == 0 for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 100


def test_requests_are_counted_by_account(limits: RateLimits, seconds: Seconds) -> None:
    for _ in range(3):
        limits.request("a")
    with pytest.raises(HTTPException) as refused:
        limits.request("a")
    assert refused.value.status_code == 429
    assert refused.value.headers == {"retry-after": "20"}
    limits.request("b")
    seconds.now += 20
    limits.request("a")


def test_a_job_that_is_not_made_does_not_count(limits: RateLimits) -> None:
    for _ in range(5):
        with pytest.raises(RejectedError), limits.new_job(account()):
            raise RejectedError("The file is too large.")
    for _ in range(3):
        with limits.new_job(account()):
            pass
    with pytest.raises(HTTPException) as refused, limits.new_job(account()):
        pass
    assert "Premium" in refused.value.detail


def test_the_premium_plan_makes_jobs_as_it_likes(limits: RateLimits) -> None:
    for _ in range(10):
        with limits.new_job(account(Plan.PREMIUM)):
            pass


def refuse(limits: RateLimits, address: str, sent: str = "bad") -> None:
    with pytest.raises(RejectedError), limits.stranger(address, sent):
        raise RejectedError("The sign-in has ended.")


def test_an_address_that_sends_many_bad_tokens_has_to_wait(
    limits: RateLimits, seconds: Seconds
) -> None:
    for _ in range(3):
        refuse(limits, "192.0.2.1")
    with pytest.raises(HTTPException) as refused, limits.stranger("192.0.2.1", "other"):
        pass
    assert refused.value.status_code == 429
    with limits.stranger("192.0.2.2", "other"):
        pass
    seconds.now += 20
    with limits.stranger("192.0.2.1", "other"):
        pass


def test_who_is_signed_in_stays_so_whatever_others_send_from_the_address(
    limits: RateLimits, seconds: Seconds
) -> None:
    with limits.stranger("192.0.2.1", "good"):
        pass
    for _ in range(3):
        refuse(limits, "192.0.2.1")
    with limits.stranger("192.0.2.1", "good"):
        pass
    refuse(limits, "192.0.2.1", "good")
    with pytest.raises(HTTPException), limits.stranger("192.0.2.1", "good"):
        pass


def test_the_good_token_is_forgotten_after_a_while(limits: RateLimits, seconds: Seconds) -> None:
    with limits.stranger("192.0.2.1", "good"):
        pass
    seconds.now += 15 * 60
    for _ in range(3):
        refuse(limits, "192.0.2.1")
    with pytest.raises(HTTPException), limits.stranger("192.0.2.1", "good"):
        pass


def test_an_outage_of_the_sign_in_counts_against_nobody(limits: RateLimits) -> None:
    for _ in range(10):
        with pytest.raises(UnavailableError), limits.stranger("192.0.2.1", "any"):
            raise UnavailableError("Globus does not answer.")


def test_the_addresses_of_one_ipv6_network_are_one(limits: RateLimits) -> None:
    for last in range(3):
        refuse(limits, f"2001:db8::{last}")
    with pytest.raises(HTTPException), limits.stranger("2001:db8::ffff", "any"):
        pass
    with limits.stranger("2001:db8:0:1::1", "any"):
        pass


def test_a_request_without_an_address_is_one_without_an_address() -> None:
    assert address_of({"type": "http", "client": ("192.0.2.1", 7)}) == "192.0.2.1"
    assert address_of({"type": "http", "client": None}) == ""
    assert address_of({"type": "http"}) == ""
