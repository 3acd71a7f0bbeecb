from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest

from annotator.form import check_form, records_of
from annotator.intake import Reader
from backend.domain.errors import RejectedError

COLUMNS = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
START = b"##fileformat=VCFv4.2\n" + COLUMNS + b"\n"
RECORD = b"20\t61098\t.\tC\tT\t.\t.\t."


def read(folder: Path, content: bytes, size: int = 64) -> list[bytes]:
    file = folder / "in"
    file.write_bytes(content)
    reader = Reader(file)
    lines: list[bytes] = []
    for piece in reader.pieces(size):
        number = len(reader.header.meta) + 2 + len(lines)
        found = records_of(piece.text, number, reader.header.width)
        check_form(found)
        assert len(found) == piece.lines
        lines += [found.line(index) for index in range(len(found))]
    return lines


@pytest.mark.parametrize(
    "content",
    [
        START + RECORD + b"\n",
        START + RECORD,
        b"\xef\xbb\xbf" + START + RECORD,
        (START + RECORD + b"\n").replace(b"\n", b"\r\n"),
        gzip.compress(START + RECORD),
        gzip.compress(START) + gzip.compress(RECORD),
    ],
    ids=["plain", "no last line end", "byte order mark", "CRLF", "gzip", "two gzip members"],
)
def test_the_same_records_are_read_from_every_packing(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == [RECORD]


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_lines_do_not_depend_on_how_much_is_read_at_once(tmp_path: Path, size: int) -> None:
    records = [RECORD.replace(b"61098", b"%d" % number) for number in range(1, 200)]
    assert read(tmp_path, START + b"\r\n".join(records), size) == records


def test_bgzip_without_its_end_mark_is_noticed(tmp_path: Path) -> None:
    plain, packed = tmp_path / "in.vcf", tmp_path / "in.vcf.gz"
    plain.write_bytes(START + RECORD + b"\n")
    pysam.tabix_compress(str(plain), str(packed))
    reader = Reader(packed)
    assert (reader.packing, reader.is_cut_short()) == ("bgzip", False)
    packed.write_bytes(packed.read_bytes()[:-28])
    assert Reader(packed).is_cut_short()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"##fileformat=VCFv3.3\n" + COLUMNS, "The file is VCF 3.3"),
        (b"chr1\t1\n", "Line 1 is not ##fileformat=VCFv4.x"),
        (b"PK\x03\x04abc", "a ZIP archive"),
        (b"##fileformat=VCFv4.2\n", "ends at line 1 without the line that begins with #CHROM"),
        (b"##fileformat=VCFv4.2\n1\t2\n", "Line 2 should begin with #CHROM"),
        (b"##fileformat=VCFv4.2\n" + COLUMNS.replace(b"\t", b" "), "separated by tabs"),
        (START + b"20\t1\t.\tA\tC\t.\t.\n", "Line 3 has 7 columns; VCF needs at least 8."),
        (START + RECORD + b"\n" + RECORD + b"\tGT\n", "Line 4 has 9 columns; the header names 8"),
        (START + RECORD.replace(b"\t", b" "), "Separate them by tabs"),
        (START + b"\n" + RECORD, "Line 3 is empty; remove it."),
        (START + RECORD.replace(b"61098", b"x'; --"), 'Line 3: POS is "x\'; --"; it must be'),
        (START + RECORD.replace(b"61098", b"061098"), "Line 3: POS is '061098'; write it without"),
        (START + RECORD[:-1] + b"END=" + b"9" * 5_000, "Line 3 reaches beyond position"),
        (START + RECORD.replace(b"61098", b"536870912"), "Line 3 reaches beyond position"),
        (START + RECORD[:-1] + b"END=999999999", "Line 3 reaches beyond position"),
        (START + RECORD[:-1] + b"DP=3;SVLEN=.,-999999999", "Line 3 reaches beyond position"),
        (START + RECORD.replace(b"61098\t.\tC", b"536870911\t.\tCC"), "Line 3 reaches beyond"),
        (START + RECORD.replace(b"C\tT", b"C\t"), "Line 3 has an empty CHROM, REF or ALT"),
        (START + RECORD.replace(b"20\t", b"\xe9\t"), "contigs are named in plain ASCII"),
        (gzip.compress(START + RECORD * 9999)[:-60], "damaged or cut short"),
    ],
)
def test_a_file_that_is_not_vcf_is_refused_with_line_and_remedy(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(RejectedError) as refused:
        read(tmp_path, content)
    assert reason in str(refused.value)


def test_the_header_tells_lengths_references_and_samples(tmp_path: Path) -> None:
    file = tmp_path / "in.vcf"
    file.write_bytes(
        b"##fileformat=VCFv4.3\n##reference=file:///b37.fa\n"
        b'##contig=<ID=20,assembly="b37",length=63025520>\n##contig=<ID=MT>\n'
        + COLUMNS
        + b"\tFORMAT\tone\ttwo\n"
    )
    header = Reader(file).header
    assert header.version == "4.3"
    assert header.lengths == {"20": 63_025_520}
    assert header.references == ("file:///b37.fa",)
    assert header.samples == 2
