from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from annotator.fragments import Fragments

ITEM = st.sampled_from(["a_X=1", "a_X=2&3", "a_XY=9", "b_F", "b_G=a_X=7", "ba_X=5", "a_X="])


@given(st.lists(st.lists(ITEM, max_size=4)), st.integers(0, 2))
def test_items_are_found_by_their_key_alone(listed: list[list[str]], skipped: int) -> None:
    listed = listed[skipped:]
    info = pa.array([";".join(items).encode() for items in [["a_X=0"]] * 2 + listed], pa.binary())
    fragments = Fragments(info.slice(2))
    for start in ("a_X=", "a_", "b_"):
        with_it = [[item for item in items if item.startswith(start)] for items in listed]
        assert fragments.count(start.encode()) == sum(map(bool, with_it))
    found = [
        next(item for item in items if item.startswith("a_X="))[4:].encode()
        for items in listed
        if any(item.startswith("a_X=") for item in items)
    ]
    assert fragments.values(b"a_X=").to_pylist() == found
    first = [value.partition(b"&")[0] for value in found]
    assert fragments.values(b"a_X=", b";&").to_pylist() == first
