"""The checksum of vaults is the one that AWS's own client computes."""

from __future__ import annotations

import io
from itertools import repeat

import pytest
from botocore.utils import calculate_tree_hash
from hypothesis import given
from hypothesis import strategies as st

from backend.aws.streams import in_parts
from backend.aws.tree_hash import MEBIBYTE, combined, tree_hash
from backend.aws.vault_upload import part_size

DATA = bytes(range(251)) * 60_000  # 14.4 MiB that repeat nowhere within a MiB's length
GIB = 1024**3


@given(st.integers(0, len(DATA)))
def test_it_is_aws_own(size: int) -> None:
    assert tree_hash(DATA[:size]).hex() == calculate_tree_hash(io.BytesIO(DATA[:size]))


@pytest.mark.parametrize("size", [1, MEBIBYTE, 4 * MEBIBYTE, 4 * MEBIBYTE + 1, len(DATA)])
@pytest.mark.parametrize("part", [1, 2, 4, 8])
def test_hashes_of_parts_make_up_that_of_the_whole(size: int, part: int) -> None:
    parts = in_parts([DATA[:size]], repeat(part * MEBIBYTE))
    assert combined([tree_hash(each) for each in parts]) == tree_hash(DATA[:size])


@given(st.integers(1, 40_000 * GIB))
def test_parts_are_a_power_of_two_and_no_more_than_a_vault_takes(size: int) -> None:
    part = part_size(size)
    mebibytes, rest = divmod(part, MEBIBYTE)
    assert rest == 0
    assert 4 <= mebibytes <= 4096
    assert mebibytes & (mebibytes - 1) == 0
    assert -(-size // part) <= 10_000
