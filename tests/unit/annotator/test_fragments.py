from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from annotator.fields import Field
from annotator.fragments import Fragments, Sources
from annotator.keys import Keys

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
    assert fragments.values(b"a_X=", only_first=True).to_pylist() == first


FRAGMENTS = st.sampled_from([b"", b"s_F", b"s_A=1", b"s_A=1;s_L=x,y", b"s_L=y,z;s_F", b"s_L="])


@given(st.lists(st.tuples(FRAGMENTS, FRAGMENTS), max_size=8))
def test_pairs_are_told_of_as_records_with_two_alleles(pairs: list[tuple[bytes, bytes]]) -> None:
    fields = [Field("s_A", "A", "Integer", ""), Field("s_L", ".", "String", "")]
    fields.append(Field("s_F", ".", "Flag", ""))
    sources = Sources(Keys("GAS_STATUS", "CSQ", "", tuple(fields)))
    columns = (pa.array([pair[at] for pair in pairs], pa.binary()) for at in (0, 1))
    expected = [b";".join(sources.of_several([(1, one), (2, two)], 2)) for one, two in pairs]
    assert sources.of_pairs(*columns).to_pylist() == expected
    for one, said in zip(pairs, expected, strict=True):
        assert (b"s_F" in said) == (b"s_F" in one[0] + one[1])
        assert said.count(b"s_L") <= 1
