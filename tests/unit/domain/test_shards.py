"""Shards of large files: their messages and their keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import RejectedError
from backend.domain.files import file_keys, plan_prefix, recipe_key, shard_keys, work_prefix
from backend.domain.job import Status
from backend.domain.messages import JobMessage, ShardMessage


def test_message_comes_back_as_it_was() -> None:
    message = ShardMessage("j", "u", "p", 3)

    assert ShardMessage.from_json(message.to_json()) == message


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"job_id": "j", "owner": "u", "plan": "p", "shard": "x"}',
        JobMessage("j", "u", Status.PENDING, 1).to_json(),
        "x" * 5000,
    ],
)
def test_foreign_message_is_refused(body: str) -> None:
    with pytest.raises(RejectedError, match="not one of ours"):
        ShardMessage.from_json(body)


def test_keys_of_a_shard_tell_job_plan_and_part_apart() -> None:
    keys = shard_keys("u", "j", "p", 12)

    assert keys.source == "work/u/j/p/000012.in"
    assert keys.result == "work/u/j/p/000012.vcf.gz"
    assert keys.tally == "work/u/j/p/000012.tally.json"
    assert keys.error == "work/u/j/p/000012.error.json"
    assert recipe_key("u", "j", "p") == "work/u/j/p/recipe.json"


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_no_shard_is_found_among_anothers_keys(one: int, other: int) -> None:
    found = shard_keys("u", "j", "p", one).source.startswith(
        shard_keys("u", "j", "p", other).prefix
    )

    assert found == (one == other)


def test_what_is_kept_for_work_is_apart_from_what_is_kept() -> None:
    assert plan_prefix("u", "j", "p").startswith(work_prefix("u", "j"))
    assert not work_prefix("u", "j1").startswith(work_prefix("u", "j"))
    assert not file_keys("u", "j").result.startswith(work_prefix("u", "j"))
