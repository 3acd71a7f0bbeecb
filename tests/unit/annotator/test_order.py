from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.form import records_of
from annotator.order import Order

Places = list[tuple[str, int]]


def order_of(places: Places) -> Order:
    text = "".join(f"{contig}\t{position}\t.\tA\tC\t.\t.\t.\n" for contig, position in places)
    return Order.of(records_of(text.encode(), 1, 8))


def is_sorted(places: Places) -> bool:
    blocks = [
        contig for at, (contig, _) in enumerate(places) if not at or places[at - 1][0] != contig
    ]
    steps = pairwise(places)
    ascending = all(one[0] != two[0] or one[1] <= two[1] for one, two in steps)
    return ascending and len(blocks) == len(set(blocks))


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4)), min_size=1, max_size=12),
    st.booleans(),
    st.data(),
)
def test_order_is_the_same_however_the_records_are_cut(
    places: Places,
    ordered: bool,  # noqa: FBT001 - hypothesis gives it
    data: st.DataObject,
) -> None:
    places = sorted(places) if ordered else places
    whole = Order()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(places)))) | {len(places)})
    for start, end in zip([0, *cuts], cuts, strict=False):
        whole.update(order_of(places[start:end]))
    assert whole.is_sorted == is_sorted(places) == order_of(places).is_sorted
    assert list(whole.contigs) == list(dict.fromkeys(contig for contig, _ in places))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([("20", 5), ("20", 5), ("MT", 1)], True),
        ([("20", 5), ("20", 4)], False),
        ([("20", 5), ("MT", 1), ("20", 6)], False),
    ],
)
def test_contigs_are_in_one_block_and_positions_ascend(places: Places, *, expected: bool) -> None:
    assert order_of(places).is_sorted is expected
