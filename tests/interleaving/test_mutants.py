"""Whoever breaks a rule of order is noticed: each is broken in the source, and a play fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interleaving.mutants import MUTANTS
from tests.interleaving.play import PLAYS, sleep

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", MUTANTS)
def test_broken_rule_is_noticed(name: str) -> None:
    """Not by a module that cannot be loaded, nor by an error: by what has to hold."""
    command = [sys.executable, "-m", "tests.interleaving.mutants", name]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    assert "noticed by" in ran.stderr, ran.stderr
    assert re.search(r"^AssertionError", ran.stderr, re.MULTILINE), ran.stderr


def test_rules_are_broken_one_by_one() -> None:
    assert len({mutant.rule for mutant in MUTANTS.values()}) == len(MUTANTS) >= 10


@pytest.mark.parametrize("place", sorted({each.caught_by for each in MUTANTS.values()}, key=str))
def test_what_notices_a_broken_rule_passes_while_all_are_kept(
    place: tuple[str, str, str, str],
) -> None:
    assert place in PLAYS
    sleep(*place)
