from __future__ import annotations

import pytest

from annotator.fields import Field
from annotator.intake import Header
from annotator.keys import Keys
from annotator.output import choose_keys, earlier_keys
from annotator.strip import without_keys

COLUMNS = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
LINE = b"20\t5\trs1;rs2\tA\tC\t.\tq10\t%b\tGT:PS\t0|1:5\n"
CLINVAR = Field("clinvar_CLNSIG", "A", "String", "significance")


def header(*meta: bytes) -> Header:
    return Header(meta, COLUMNS, "4.2")


def chosen(
    given: Header,
    *present: str,
    replace: bool = False,
    phased: bool = True,
    engine: str = "vepyr",
) -> Keys:
    return choose_keys(given, present, (CLINVAR,), phased=phased, engine=engine, replace=replace)


def test_our_keys_have_their_usual_names_where_these_are_free() -> None:
    assert chosen(header()).all == ("GAS_STATUS", "clinvar_CLNSIG", "CSQ", "BCSQ")
    assert chosen(header(), phased=False).all == ("GAS_STATUS", "clinvar_CLNSIG", "CSQ")


def test_bcftools_calls_have_keys_in_info_and_format() -> None:
    keys = chosen(header(), phased=False, engine="csq")
    assert keys.all == ("GAS_STATUS", "clinvar_CLNSIG", "BCSQ")
    assert keys.masks == ""
    samples = Header((b"##FORMAT=<ID=BCSQ,Number=1>",), COLUMNS + b"\tFORMAT\tone", "4.2")
    assert chosen(samples, engine="csq").masks == "GAS_BCSQ"


def test_keys_of_the_input_are_never_taken() -> None:
    given = header(
        b'##INFO=<ID=CSQ,Number=.,Type=String,Description="VEP">',
        b'##INFO=<ID=GAS_CSQ,Number=.,Type=String,Description="earlier">',
        b'##INFO=<ID=clinvar_CLNSIG,Number=1,Type=String,Description="mine">',
    )
    keys = chosen(given, "GAS_STATUS")
    assert keys.all == ("GAS_STATUS_2", "GAS_clinvar_CLNSIG", "GAS_CSQ_2", "BCSQ")


def test_keys_of_an_annotation_that_is_replaced_are_free_again() -> None:
    given = header(
        b'##INFO=<ID=CSQ,Number=.,Type=String,Description="ours">',
        b'##INFO=<ID=clinvar_CLNSIG,Number=A,Type=String,Description="ours">',
        b'##GAS=<Version="1",Keys="GAS_STATUS,clinvar_CLNSIG,CSQ">',
    )
    assert earlier_keys(given) == ("CSQ", "ANN", "BCSQ", "GAS_STATUS", "clinvar_CLNSIG")
    assert chosen(given, "CSQ", replace=True).all == (
        *("GAS_STATUS", "clinvar_CLNSIG", "CSQ", "BCSQ"),
    )


@pytest.mark.parametrize(
    ("info", "left"),
    [
        (b"CSQ=old;DP=3;GAS_STATUS=star", b"DP=3"),
        (b"BCSQ=keep;MYCSQ=keep", b"BCSQ=keep;MYCSQ=keep"),
        (b"CSQ=old", b"."),
        (b"DB;CSQ", b"DB"),
        (b".", b"."),
    ],
)
def test_only_the_keys_that_are_named_are_taken_out(info: bytes, left: bytes) -> None:
    keys = ("CSQ", "GAS_STATUS")
    assert without_keys(LINE % info * 2, keys) == LINE % left * 2
    without_samples = b"20\t5\t.\tA\tC\t.\t.\t%b\n"
    assert without_keys(without_samples % info, keys) == without_samples % left
