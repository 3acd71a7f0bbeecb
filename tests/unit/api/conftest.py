"""The API over fakes, and people who call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from tests.fakes.clock import FakeClock
from tests.fakes.service import FakeService

SignIn = Callable[[str], TestClient]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(clock: FakeClock) -> FakeService:
    return FakeService(clock=clock)


@pytest.fixture
def anonymous(service: FakeService) -> Iterator[TestClient]:
    with TestClient(service.app()) as client:
        yield client


@pytest.fixture
def sign_in(service: FakeService, anonymous: TestClient) -> SignIn:
    def as_person(name: str) -> TestClient:
        return TestClient(anonymous.app, headers={"authorization": f"Bearer token-of-{name}"})

    return as_person


@pytest.fixture
def alice(sign_in: SignIn) -> TestClient:
    return sign_in("alice")


@pytest.fixture
def bob(sign_in: SignIn) -> TestClient:
    return sign_in("bob")
