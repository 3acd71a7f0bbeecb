"""The look at a file before it is sent: it agrees with the service, is quick, and never raises."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.compression import BGZIP_END, bgzip
from annotator.form import check_form, records_of, require_record
from annotator.intake import Reader
from backend.domain.errors import RejectedError
from backend.wire import NewJob
from desktop.errors import ForbiddenError
from desktop.transfer import packing
from desktop.transfer.check import FileCheck, check_file
from desktop.transfer.folders import find_files
from desktop.transfer.packing import Packing
from desktop.transfer.source import Fingerprint, Source
from desktop.transfer.vcf_text import record_fault

HEADER = b"##fileformat=VCFv4.2\n##contig=<ID=chr20,length=64444167>\n"
COLUMNS = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\n"
RECORD = b"chr20\t73\t.\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\n"
VCF = HEADER + COLUMNS + RECORD
LONGEST_PATH = 4096


def check(folder: Path, data: bytes, name: str = "a.vcf") -> FileCheck:
    path = folder / name
    path.write_bytes(data)
    return check_file(path)


def fault(path: Path) -> str | None:
    """Return why the app doubts that the service takes a file, None if it does not."""
    found = check_file(path).fault
    return None if found is None else str(found)


def verdict(path: Path) -> str | None:
    """Return why the annotator refuses the form of a file, None if it takes it."""
    try:
        reader = Reader(path)
        number = len(reader.header.meta) + 2
        for piece in reader.pieces():
            check_form(records_of(piece.text, number, reader.header.width))
            number += piece.lines
    except RejectedError as error:
        return str(error)
    return None


def test_what_a_file_is_can_be_read_from_its_beginning(tmp_path: Path) -> None:
    size = len(VCF)
    assert check(tmp_path, VCF) == FileCheck(size, Packing.PLAIN, "4.2", 2, "GRCh38", 1)
    packed = bgzip(VCF) + BGZIP_END
    assert check(tmp_path, packed) == FileCheck(len(packed), Packing.BGZIP, "4.2", 2, "GRCh38", 1)
    zipped = gzip.compress(VCF)
    assert check(tmp_path, zipped) == FileCheck(len(zipped), Packing.GZIP, "4.2", 2, "GRCh38", 1)


def test_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    seen = check(tmp_path, b"\xef\xbb\xbf" + VCF.replace(b"\n", b"\r\n"))
    assert (seen.trouble, seen.records, seen.samples) == (None, 1, 2)


def test_a_bcf_is_known_by_its_header(tmp_path: Path) -> None:
    seen = check(tmp_path, bcf(HEADER + COLUMNS), "a.bcf")
    assert (seen.packing, seen.version, seen.samples) == (Packing.BCF, "4.2", 2)
    assert (seen.assembly, seen.trouble) == ("GRCh38", None)


def bcf(text: bytes) -> bytes:
    text += b"\0"
    return bgzip(b"BCF\x02\x02" + struct.pack("<I", len(text)) + text + b"records") + BGZIP_END


@pytest.mark.parametrize("kept", [3, len(COLUMNS) - 5, len(COLUMNS) - 1, len(COLUMNS) + 1])
def test_a_bcf_s_line_that_is_not_read_to_its_end_counts_for_nothing(
    tmp_path: Path, kept: int
) -> None:
    room = packing.TEXT_BYTES - len(b"BCF\x02\x02....") - len(HEADER) - kept
    text = HEADER + b"##" + b"x" * (room - 3) + b"\n" + COLUMNS
    seen = check(tmp_path, bcf(text), "a.bcf")
    assert (seen.trouble, seen.samples) == (None, 2 if kept > len(COLUMNS) else None)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bgzip, bcf])
def test_more_samples_than_are_read_are_not_counted(tmp_path: Path, pack: type[bytes]) -> None:
    names = b"".join(b"\tsample%07d" % number for number in range(400_000))
    data = pack(HEADER + COLUMNS.rstrip() + names + b"\n")
    seen = check(tmp_path, data + (BGZIP_END if pack is bgzip else b""))
    assert (seen.trouble, seen.version, seen.samples) == (None, "4.2", None)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "The file is empty; a VCF file begins with ##fileformat=VCFv4.2."),
        (b"PK\x03\x04rest", "The file is not VCF but a ZIP archive"),
        (b"chr\tpos\n", "Line 1 is not ##fileformat=VCFv4.x"),
        (HEADER.replace(b"4.2", b"3.3"), "The file is VCF 3.3"),
        (HEADER, "The file ends at line 2 without the line that begins with #CHROM"),
        (HEADER + b"chr20\t73\n", "Line 3 should begin with #CHROM"),
        (HEADER + COLUMNS.replace(b"REF", b"ref"), "Line 3 should name the columns"),
        (VCF + b"chr20\t1\t.\n", "Line 5 has 3 columns; VCF needs at least 8."),
        (VCF + b"\n", "Line 5 is empty; remove it."),
        (VCF + RECORD.replace(b"73", b"x"), "Line 5: POS is 'x'; it must be a whole number"),
        (VCF + RECORD.replace(b"\tA\t", b"\t\t"), "Line 5 has an empty CHROM, REF or ALT"),
    ],
)
def test_what_is_plainly_wrong_is_told_with_its_line(
    tmp_path: Path, data: bytes, fault: str
) -> None:
    assert str(check(tmp_path, data).fault).startswith(fault)


def test_a_file_without_an_end_of_a_line_is_none(tmp_path: Path) -> None:
    seen = check(tmp_path, bytes(packing.TEXT_BYTES + 1))
    assert str(seen.fault).startswith("Line 1 is not ##fileformat=VCFv4.x")


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_long_file_is_looked_at_in_pieces_and_others_get_their_turn(
    tmp_path: Path, end: bytes
) -> None:
    path, pauses = tmp_path / "a.vcf", []
    record = RECORD.rstrip() + end
    # A piece ends at each place of a line once.
    for filler in range(len(record)):
        head = HEADER + b"##" + b"x" * filler + b"\n" + COLUMNS
        path.write_bytes(head + 3000 * record)
        assert check_file(path).records == 3000
    path.write_bytes(head + 9000 * record + b"chr20" + end)
    found = check_file(path, pauses.append)
    assert found.records == 9000
    assert str(found.fault).startswith("Line 9005 has 1 column;")
    assert len(pauses) == path.stat().st_size // 65_536
    path.write_bytes(head + 9000 * record + record.rstrip())
    assert check_file(path).records == 9001


def test_a_file_that_is_cut_short_is_doubted(tmp_path: Path) -> None:
    packed = bgzip(VCF)
    assert "mark at the end is missing" in str(check(tmp_path, packed).doubt)
    assert "damaged or cut short after line" in str(check(tmp_path, packed[:-40]).fault)
    assert "damaged or cut short" in str(check(tmp_path, gzip.compress(VCF)[:-20]).fault)


def test_what_the_service_does_not_know_is_remarked_and_no_trouble(tmp_path: Path) -> None:
    seen = check(tmp_path, VCF.replace(b"chr20,length=64444167", b"chr1,length=248387328"))
    assert seen.trouble is None
    assert (
        str(seen.remark) == "The header speaks of T2T-CHM13; the service knows GRCh37 and GRCh38."
    )
    assert "nothing to annotate" in str(check(tmp_path, HEADER + COLUMNS).remark)


def test_a_name_counts_where_no_length_does(tmp_path: Path) -> None:
    plain = b"##fileformat=VCFv4.2\n##reference=file:///ref/human_g1k_v37.fasta\n" + COLUMNS
    assert check(tmp_path, plain + RECORD).assembly == "GRCh37"


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    assert str(check_file(tmp_path / "no.vcf").fault) == (
        "no.vcf cannot be read: No such file or directory."
    )
    # A folder is looked at where it could not be searched.
    assert str(check_file(tmp_path).fault) == (
        f"The folder {tmp_path.name} cannot be read: Is a directory. Add it again once it can be."
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bgzip], ids=["plain", "gzip", "bgzip"])
def test_only_the_beginning_is_looked_at(tmp_path: Path, pack: type[bytes]) -> None:
    lines = 2 * packing.TEXT_BYTES // len(RECORD)
    data = pack(VCF + RECORD * lines + b"not a record\n")
    seen = check(tmp_path, data + (BGZIP_END if pack is bgzip else b""))
    assert seen.trouble is None
    assert 0 < seen.records < lines


@pytest.mark.parametrize("folder", ["hts_specs_vcf", "malformed", "course"])
def test_real_files_are_judged_as_the_annotator_judges_them(test_data: Path, folder: str) -> None:
    paths = sorted((test_data / folder).rglob("*"))
    files = [path for path in paths if ".vcf" in path.name.lower()]
    assert files
    told = {path.name: (fault(path), verdict(path)) for path in files}
    assert {name: both for name, both in told.items() if both[0] != both[1]} == {}


FIELD = st.text(alphabet="0123.aA\0-é ", max_size=4)


@given(st.lists(FIELD, min_size=1, max_size=10), st.sampled_from([8, 9]))
def test_a_line_is_judged_as_the_annotator_judges_it(fields: list[str], columns: int) -> None:
    line = "\t".join(fields).encode()
    fault = record_fault(line, 12, columns)
    if fault is None:
        require_record(line, 12, columns)
    else:
        with pytest.raises(RejectedError) as refused:
            require_record(line, 12, columns)
        assert str(refused.value) == str(fault)


def test_folders_are_searched_and_files_are_taken_as_they_are(tmp_path: Path) -> None:
    wanted = ["b/deep/z.BCF", "b/a.vcf", "b/c.vcf.gz", "b/d.vcf.bgz"]
    for name in [*wanted, "b/readme.txt", "b/.hidden.vcf", "b/.git/x.vcf", "odd.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    odd = tmp_path / "odd.txt"
    found = find_files([odd, tmp_path / "b", tmp_path / "b" / "a.vcf", odd])
    names = [str(path.relative_to(tmp_path)) for path in found]
    assert names == ["odd.txt", "b/a.vcf", "b/c.vcf.gz", "b/d.vcf.bgz", "b/deep/z.BCF"]
    assert find_files([odd, tmp_path / "b", odd], most=5) == found
    with pytest.raises(ForbiddenError, match=r"With b these are more than 2 files") as refused:
        find_files([tmp_path / "b"], most=2)
    assert "fewer at once" in refused.value.sentence


def test_what_cannot_be_looked_at_keeps_nothing_else_from_being_found(tmp_path: Path) -> None:
    good, odd = tmp_path / "a.vcf", tmp_path / ("x" * 300) / "b.vcf"
    good.write_bytes(VCF)
    assert find_files([odd, good]) == [odd, good]
    assert fault(odd) == "b.vcf cannot be read: File name too long."


def deepen(folder: Path, name: str) -> Path:
    """Make a folder at the end of a path that is longer than any that the system takes."""
    deepest = folder
    place = os.open(folder, os.O_RDONLY)
    while len(bytes(deepest)) <= LONGEST_PATH:
        os.mkdir(name, dir_fd=place)
        inside = os.open(name, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place, deepest = inside, deepest / name
    os.close(place)
    return deepest


@pytest.mark.skipif(os.name == "nt", reason="Windows opens no folder as a file")
def test_a_folder_inside_that_cannot_be_read_is_not_left_out_silently(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_bytes(VCF)
    deepest = deepen(tmp_path, "x" * 250)
    assert find_files([tmp_path]) == [tmp_path / "a.vcf", deepest]
    assert "cannot be read: File name too long." in (fault(deepest) or "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"M\xfcller.vcf", "M_ller.vcf"),
        ("Müller\u2028\U0001f9ec.vcf".encode(), "Müller\u2028\U0001f9ec.vcf"),
        (b"a\nb\x7f.vcf", "a_b_.vcf"),
    ],
)
def test_a_name_is_told_as_the_service_takes_it(tmp_path: Path, name: bytes, shown: str) -> None:
    path = tmp_path / os.fsdecode(name)
    assert fault(path) == f"{shown} cannot be read: No such file or directory."
    source = Source(path, Fingerprint(1, 0, 0), "f" * 64, ())
    assert NewJob.model_validate_json(source.new_job().model_dump_json()).name == shown
