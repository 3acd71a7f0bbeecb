"""`gas desktop --local` is all that it takes to try the app."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.local.stack import is_running
from tests.desktop.browser import SIGNED_IN
from tests.desktop.machine import Machine
from tests.desktop.screen import virtual_screen

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.xvfb]

NOBODY = "http://127.0.0.1:9"


def test_one_command_brings_service_and_app_and_takes_both_away(tmp_path: Path) -> None:
    with virtual_screen() as display:
        machine = Machine(tmp_path, display, NOBODY).set_up()
        found = machine.visit("tests.desktop.local_visit")
    assert found["file"].startswith("demo.vcf, request ")
    assert machine.browsed == [SIGNED_IN]
    assert found["said"]
    assert all(re.fullmatch(r"\S+ is ready \(.+ s\)", line) for line in found["said"])
    data = machine.home / ".local" / "share" / "gas" / "local"
    assert (data / "lock").exists()
    assert not is_running(data)
    assert not (data / "stack.json").exists()
