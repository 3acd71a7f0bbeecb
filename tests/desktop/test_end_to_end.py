"""The real app on a real screen and a whole local stack, from the sign-in to the restored result.

Nothing is in its place but for what is outside: Globus, Stripe, AWS and the browser.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from backend.assets import asset
from backend.local.stack import Stack
from backend.local.verdict import judge
from tests.desktop.browser import PAID, SIGNED_IN
from tests.desktop.machine import Machine
from tests.desktop.screen import virtual_screen
from tests.stack import Person, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.xvfb]

RETENTION = timedelta(seconds=10)
LIFE = (
    r"Running.*\|",
    r"Completed\|0:\d\d left, Download",
    r"Completed\|Archived, Upgrade",
    r"Completed\|Restoring.*",
    r"Completed\|Download",
)


@pytest.fixture
def machine(stack: Stack, tmp_path: Path) -> Iterator[Machine]:
    with virtual_screen() as display:
        yield Machine(tmp_path, display, stack.api_url).set_up()


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(
        tmp_path_factory.mktemp("stack"),
        free_retention=RETENTION,
        delays={"expedited": 2.0, "standard": 3.0, "bulk": 4.0, "inventory": 1.0},
    ) as stack:
        yield stack


def in_order(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether there is one for each of *wanted* in what was *said*, in their order."""
    rest = iter(said)
    return all(any(re.fullmatch(pattern, text) for text in rest) for pattern in wanted)


def test_from_the_sign_in_to_the_restored_result(stack: Stack, machine: Machine) -> None:
    found = machine.visit("tests.desktop.whole_life_visit")
    said = ["|".join(words) for words in found["said"]]
    assert in_order(said, LIFE), said
    assert machine.browsed == [SIGNED_IN, PAID]
    ada = Person.signed_in(stack.api_url, stack.aws_url)
    first, again = (Path(path) for path in found["saved"])
    data = first.read_bytes()
    assert hashlib.sha256(data).hexdigest() == ada.job(found["job"])["result_sha256"]
    assert again.read_bytes() == data
    assert judge(asset("demo/demo.vcf"), first, asset("demo/expected.json")).ok
