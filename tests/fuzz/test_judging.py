"""The judge notices what the annotation must never do."""

from __future__ import annotations

import gzip
import os
import time
from multiprocessing.connection import Connection

import pytest

from tests.fuzz.judging import BrokenError, Options, _check_lines, earlier_keys, records
from tests.fuzz.run import Judge, _kind

RECORD = b"20\t60309\t.\tG\tT\t.\t.\tAC=4\tGT\t0/1"
ANNOTATED = b"20\t60309\t.\tG\tT\t.\t.\tAC=4;CSQ=T|x\tGT\t0/1"


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([ANNOTATED], "2 records became 1"),
        ([ANNOTATED, ANNOTATED.replace(b"60309", b"60310")], "Record 2 is"),
        ([ANNOTATED, ANNOTATED.replace(b"0/1", b"0/0")], "Record 2 is"),
        ([ANNOTATED.replace(b"AC=4;", b""), ANNOTATED], "Record 1 has INFO"),
        (
            [ANNOTATED, ANNOTATED.replace(b"CSQ", b"CSQ=T;AC")],
            "Keys of ours are the user's as well",
        ),
        ([RECORD, ANNOTATED], "Record 1 has neither consequences nor a reason"),
    ],
)
def test_lost_and_altered_records_are_noticed(lines: list[bytes], complaint: str) -> None:
    _check_lines([RECORD] * 2, [ANNOTATED, ANNOTATED.replace(b"CSQ", b"GAS_STATUS")], set())
    with pytest.raises(BrokenError, match=complaint):
        _check_lines([RECORD] * 2, lines, set())


def test_the_masks_of_csq_are_told_from_what_the_samples_had() -> None:
    before = b"20\t5\t.\tG\tT\t.\t.\tAC=4\tGT:DP\t0/1\t0/1:3"
    after = b"20\t5\t.\tG\tT\t.\t.\tAC=4;BCSQ=x\tGT:DP:BCSQ\t0/1:.:1\t0/1:3:0"
    _check_lines([before, before], [after, before], set(), is_csq=True)
    with pytest.raises(BrokenError, match="Record 1 is"):
        _check_lines([before], [after.replace(b"0/1:3:0", b"0/0:3:0")], set(), is_csq=True)


def test_keys_that_were_to_go_are_not_missed() -> None:
    old = RECORD.replace(b"AC=4", b"CSQ=old;AC=4;ANN=x")
    _check_lines([old], [ANNOTATED], {b"CSQ", b"ANN"})
    with pytest.raises(BrokenError):
        _check_lines([old], [ANNOTATED], set())


def test_records_are_read_whatever_the_file_is_stored_as() -> None:
    text = b"\xef\xbb\xbf##fileformat=VCFv4.2\r\n#CHROM\tPOS\r\n20\t5\r\n\r\nMT\t6"
    expected = [b"20\t5", b"", b"MT\t6"]
    assert records(text) == expected
    assert records(gzip.compress(text[:9]) + gzip.compress(text[9:]) + b"\0" * 9) == expected
    assert records(gzip.compress(text)[:-9]) is None


def test_a_file_says_which_keys_were_ours() -> None:
    assert earlier_keys(b'##GAS=<Version="1",Keys="A,,B">\n') >= {b"A", b"B", b"CSQ"}


def _die(connection: Connection) -> None:
    connection.recv()
    os._exit(7)


def _hang(connection: Connection) -> None:
    connection.recv()
    while True:
        time.monotonic()


@pytest.mark.parametrize(
    ("serve", "longest", "complaint"),
    [(_die, 60.0, "The process ended with code 7."), (_hang, 0.5, "No answer within 0.5 s.")],
)
def test_a_process_that_dies_or_hangs_is_noticed_and_replaced(
    serve: object, longest: float, complaint: str
) -> None:
    judge = Judge(serve, longest)  # type: ignore[arg-type]
    try:
        assert [judge(b"", Options()) for _ in range(2)] == [complaint] * 2
    finally:
        judge.stop()


def test_complaints_from_one_place_are_of_one_kind() -> None:
    one, other = "ValueError: a at x.py:1 < y.py:2", "ValueError: b at x.py:1 < z.py:3"
    assert _kind(one) == _kind(other) != _kind("ValueError: a at x.py:2 < y.py:2")
