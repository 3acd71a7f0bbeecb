"""What is added to INFO, whichever way a record is put together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from annotator.alleles import Alleles
from annotator.assembly import Assembly
from annotator.fields import Field
from annotator.form import records_of
from annotator.guard import Reason
from annotator.keys import Keys
from annotator.screen import Group, Screened

FIELDS = (
    Field("clinvar_CLNSIG", "A", "String", "significance"),
    Field("cytoband_BAND", ".", "String", "band"),
    Field("mine_HIT", ".", "Flag", "in the list"),
)
KEYS = Keys("GAS_STATUS", "CSQ", "BCSQ", FIELDS)

Answered = tuple[int, str, str, str | None]
"""Number of an allele, its entries, what sources know of it, and its name if it is unusual."""


def added(
    alts: str,
    *answers: Answered,
    info: str = "DP=3",
    reasons: tuple[Reason, ...] = (),
    compound: bytes = b"",
    keys: Keys = KEYS,
) -> str:
    """INFO of one record between two others that have one allele each."""
    others = ("20\t1\t.\tA\tC\t.\t.\t.\tGT\t0|1\n", "20\t9\t.\tA\tC\t.\t.\t.\tGT\t0|1\n")
    record = f"20\t5\tid\tA\t{alts}\t50\tPASS\t{info}\tGT\t1|1\n"
    lines = records_of((others[0] + record + others[1]).encode(), 1, 10)
    listed = [
        (0, (1, "C|x", "", None)),
        *((1, each) for each in answers),
        (2, (1, "C|z", "", None)),
    ]
    group = Group(
        Alleles(
            "20",
            np.ones(len(listed), dtype=np.uint32),
            np.ones(len(listed), dtype=np.uint32),
            pa.array([b"C"] * len(listed), pa.binary()),
        ),
        np.array([record for record, _ in listed]),
        np.array([answer[0] for _, answer in listed]),
        {at: answer[3] for at, (_, answer) in enumerate(listed) if answer[3]},
    )
    table = pa.table(
        {
            "csq": pa.array([answer[1].encode() for _, answer in listed], pa.binary()),
            "info": pa.array([answer[2].encode() for _, answer in listed], pa.binary()),
        }
    )
    screened = Screened([group], {1: reasons} if reasons else {})
    compounds = {1: compound} if compound else {}
    text = bytes(Assembly(keys).lines(lines, screened, [table], compounds)).decode()
    before, line, after, end = text.split("\n")
    assert (before, after, end) == (
        others[0].replace("\t.\tGT", "\tCSQ=C|x\tGT").rstrip("\n"),
        others[1].replace("\t.\tGT", "\tCSQ=C|z\tGT").rstrip("\n"),
        "",
    )
    columns = line.split("\t")
    assert columns[:7] == record.split("\t")[:7]
    assert columns[8:] == ["GT", "1|1"]
    return columns[7]


@pytest.mark.parametrize(
    ("alts", "answers", "expected"),
    [
        ("C", [(1, "C|m", "", None)], "DP=3;CSQ=C|m"),
        ("C", [(1, "C|m,C|n", "mine_HIT", None)], "DP=3;mine_HIT;CSQ=C|m,C|n"),
        ("C", [(1, "G|m,G|n", "", "GG")], "DP=3;CSQ=GG|m,GG|n"),
        ("C,G", [(1, "C|m", "", None), (2, "G|n", "", None)], "DP=3;CSQ=C|m,G|n"),
        (
            "C,G,T",
            [(1, "C|m", "", None), (2, "G|n", "", None), (3, "T|o", "", None)],
            "DP=3;CSQ=C|m,G|n,T|o",
        ),
        (
            "C,G",
            [(1, "C|m", "clinvar_CLNSIG=Benign", None), (2, "G|n", "", None)],
            "DP=3;clinvar_CLNSIG=Benign,.;CSQ=C|m,G|n",
        ),
        (
            "C,G",
            [
                (1, "C|m", "cytoband_BAND=p1,p2;mine_HIT", None),
                (2, "G|n", "cytoband_BAND=p1", None),
            ],
            "DP=3;cytoband_BAND=p1,p2;mine_HIT;CSQ=C|m,G|n",
        ),
    ],
)
def test_consequences_and_sources_are_added(
    alts: str, answers: list[Answered], expected: str
) -> None:
    assert added(alts, *answers) == expected
    assert added(alts, *answers, info=".") == expected.removeprefix("DP=3;")
    assert added(alts, *answers, info="") == expected.removeprefix("DP=3;")


def test_reasons_come_first_and_compounds_last() -> None:
    answer = (2, "G|n", "clinvar_CLNSIG=Benign", None)
    assert added("*,G", answer, reasons=(Reason.STAR,), compound=b"m|G") == (
        "DP=3;GAS_STATUS=star;clinvar_CLNSIG=.,Benign;CSQ=G|n;BCSQ=m|G"
    )
    assert added("*", reasons=(Reason.STAR,)) == "DP=3;GAS_STATUS=star"
    assert added("*", reasons=(Reason.STAR,), info=".") == "GAS_STATUS=star"


def test_a_key_that_the_input_has_is_written_under_another_name() -> None:
    keys = Keys("S", "CSQ", "", FIELDS, (("mine_HIT", "GAS_mine_HIT"),))
    one = (1, "C|m", "clinvar_CLNSIG=B;mine_HIT", None)
    assert added("C", one, keys=keys) == "DP=3;clinvar_CLNSIG=B;GAS_mine_HIT;CSQ=C|m"
    two = (2, "G|n", "", None)
    assert added("C,G", one, two, keys=keys) == "DP=3;clinvar_CLNSIG=B,.;GAS_mine_HIT;CSQ=C|m,G|n"
