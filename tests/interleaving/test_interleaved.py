"""Results move, come back and stay while everybody works at once and anybody may die."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interleaving.play import ACTIONS, PLAYS, play, sleep

SCRIPTS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 11)), max_size=120)
# Of the long search: each is over before pytest would write down where the greenlets are, which
# ends the process.
PARTS = 15
UNHURRIED = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


@settings(max_examples=60, **UNHURRIED)
@given(SCRIPTS)
def test_whatever_happens_nothing_is_lost_or_stranded(script: list[tuple[str, int]]) -> None:
    play(script)


@pytest.mark.faults
@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=100, **UNHURRIED)
@given(script=SCRIPTS)
def test_whatever_happens_nothing_is_lost_or_stranded_at_length(
    part: int,
    script: list[tuple[str, int]],
) -> None:
    play(script)


@pytest.mark.parametrize(("life", "name", "meanwhile", "ending"), PLAYS)
def test_one_sleeper(life: str, name: str, meanwhile: str, ending: str) -> None:
    sleep(life, name, meanwhile, ending, every=5)


@pytest.mark.faults
@pytest.mark.parametrize(("life", "name", "meanwhile", "ending"), PLAYS)
def test_one_sleeper_at_every_call(life: str, name: str, meanwhile: str, ending: str) -> None:
    sleep(life, name, meanwhile, ending)
