"""A message is tried again soon, and not given up too soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.assets import asset
from backend.local.aws.template import read
from lambdas.pauses import pause

QUEUE = read(asset("infrastructure/gas.yaml"))["Resources"]["CompleteThawQueue"]["Properties"]
TRIES = QUEUE["RedrivePolicy"]["maxReceiveCount"]


@pytest.mark.parametrize("seconds", [20, 1200])
def test_message_outlasts_a_lease(seconds: int) -> None:
    lease = timedelta(seconds=seconds)
    pauses = [pause(tries, lease) for tries in range(1, TRIES)]

    assert pauses == sorted(pauses)
    assert pauses[0] < lease / 10
    assert lease < sum(pauses[:4], timedelta())
    assert sum(pauses, timedelta()) < 4 * lease
