from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from annotator.alleles import LONG, Alleles, alleles_of, positions_of

BASES = st.text("ACGT", min_size=1, max_size=20)
ALLELE = st.tuples(st.integers(1, 248_956_422), st.integers(1, 200), BASES)


def columns(listed: list[tuple[int, int, str]]) -> Alleles:
    return Alleles(
        "20",
        np.array([position for position, _, _ in listed], dtype=np.uint32),
        np.array([length for _, length, _ in listed], dtype=np.uint32),
        pa.array([alt.encode() for _, _, alt in listed], pa.binary()),
    )


def rows(alleles: Alleles) -> list[tuple[int, int, str]]:
    alts = [alt.decode() for alt in alleles.alts.to_pylist()]
    return list(zip(alleles.positions.tolist(), alleles.ref_lengths.tolist(), alts, strict=True))


@given(st.lists(ALLELE))
def test_alleles_come_back_from_their_numbers(listed: list[tuple[int, int, str]]) -> None:
    alleles = columns(listed)
    keys = alleles.keys()
    forms = [alleles.long_form(at) for at in range(len(listed))]
    assert rows(alleles_of("20", keys, forms)) == listed
    assert positions_of(keys).tolist() == [position for position, _, _ in listed]


@given(st.lists(ALLELE, unique=True))
def test_numbers_are_those_of_one_allele_and_ascend_with_positions(
    listed: list[tuple[int, int, str]],
) -> None:
    keys = columns(listed).keys()
    assert len(set(keys.tolist())) == len(listed)
    ordered = [listed[at][0] for at in np.argsort(keys)]
    assert ordered == sorted(ordered)


def test_only_long_alleles_carry_a_hash() -> None:
    listed = [(5, 63, "A" * 12), (5, 64, "A"), (5, 1, "A" * 13)]
    assert ((columns(listed).keys() & LONG) != 0).tolist() == [False, True, True]


def test_alleles_are_taken_in_the_order_asked_for() -> None:
    listed = [(1, 1, "A"), (2, 2, "CC"), (3, 3, "G")]
    assert rows(columns(listed).take(np.array([2, 0]))) == [listed[2], listed[0]]
