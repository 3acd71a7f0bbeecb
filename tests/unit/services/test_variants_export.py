"""Selections as files: complete, safe to open, and made while they are sent."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.errors import ConflictError, DamagedError, RejectedError, UnavailableError
from backend.domain.files import file_keys
from backend.domain.variant_filter import VariantFilter
from backend.services.access_log import Via
from backend.services.variants_export import Export, Form, VariantExports
from backend.services.variants_ports import Row
from backend.services.variants_tsv import tsv
from backend.services.variants_vcf import records_of
from backend.services.variants_xlsx import LONGEST_TEXT, xlsx
from tests.unit.annotator.exported import rows_of, sheets_of
from tests.unit.services.test_variants import DONE, Desk
from tests.unit.services.world import OWNER, PREMIUM

KEYS = file_keys(OWNER, DONE.id)
HEADER = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def line(number: int) -> bytes:
    return f"1\t{number}\t.\tA\tT\t.\t.\tX={'y' * (number * 7919 % 900)}\n".encode()


class ExportDesk(Desk):
    """The service of files over fakes, with one result of three records."""

    def __init__(self) -> None:
        super().__init__()
        self.exports = VariantExports(self.outputs, self.tables, self.log, self.clock)
        vcf = HEADER + line(1) + line(2) + line(3)
        self.outputs.objects[KEYS.result] = gzip.compress(vcf)

    def export(self, form: Form, columns: tuple[str, ...] = (), **wanted: Any) -> Export:
        asked = VariantFilter(**wanted)
        return self.exports.export(DONE, PREMIUM, asked, form, columns, via=Via.API, request_id="r")


@pytest.fixture
def desk() -> ExportDesk:
    return ExportDesk()


def test_tsv_has_the_rows_that_fit(desk: ExportDesk) -> None:
    made = desk.export(Form.TSV, ("symbol", "gnomad_AF", "picked"), genes=("TP53", "BRCA1"))
    assert made.name == "variants.tsv"
    text = b"".join(made.content).decode()
    assert text == "symbol\tgnomad_AF\tpicked\nTP53\t0.5\ttrue\nBRCA1\t0.1\ttrue\n"


def test_an_export_has_all_columns_when_none_are_named(desk: ExportDesk) -> None:
    text = b"".join(desk.export(Form.TSV).content).decode()
    names = text.partition("\n")[0].split("\t")
    assert tuple(names) == desk.look().columns().names()


def test_vcf_has_the_records_of_which_a_row_fits(desk: ExportDesk) -> None:
    made = desk.export(Form.VCF, query="gnomad_AF >= 0.3")
    text = gzip.decompress(b"".join(made.content))
    assert text == HEADER + line(1) + line(3)


def test_xlsx_has_the_rows_that_fit(desk: ExportDesk, tmp_path: Any) -> None:
    file = tmp_path / "a.xlsx"
    made = desk.export(Form.XLSX, ("symbol", "gnomad_AF", "record"), every_consequence=True)
    file.write_bytes(b"".join(made.content))
    assert sheets_of(file) == {
        "Variants": [
            ["symbol", "gnomad_AF", "record"],
            ["TP53", 0.5, 1.0],
            ["WRAP53", None, 1.0],
            ["BRCA1", 0.1, 2.0],
            [None, 0.3, 3.0],
        ]
    }


@pytest.mark.parametrize("form", list(Form))
def test_an_export_without_rows_is_a_whole_file(desk: ExportDesk, form: Form) -> None:
    content = b"".join(desk.export(form, ("pos",), genes=("NONE",)).content)
    if form is Form.TSV:
        assert content == b"pos\n"
    elif form is Form.VCF:
        assert gzip.decompress(content) == HEADER
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert book.testzip() is None
            assert rows_of(book.read("xl/worksheets/sheet1.xml").decode()) == [["pos"]]


def test_each_export_is_recorded(desk: ExportDesk) -> None:
    for _ in range(2):
        b"".join(desk.export(Form.TSV).content)
    assert [access.what for access in desk.log.noted] == ["export", "export"]


def test_what_cannot_be_exported_is_refused_before_anything_is_sent(desk: ExportDesk) -> None:
    with pytest.raises(RejectedError):
        desk.export(Form.TSV, ("nothing",))
    with pytest.raises(RejectedError):
        desk.export(Form.TSV, query="nothing = 1")
    desk.tables.stored.clear()
    with pytest.raises(ConflictError):
        desk.export(Form.TSV)
    assert desk.log.noted == []


def test_an_account_has_one_export_at_a_time(desk: ExportDesk) -> None:
    made = desk.export(Form.TSV)
    with pytest.raises(UnavailableError, match="Earlier requests of yours"):
        desk.export(Form.TSV)
    b"".join(made.content)
    b"".join(desk.export(Form.TSV).content)


def test_of_whoever_has_no_place_not_even_the_table_is_opened(desk: ExportDesk) -> None:
    made = desk.export(Form.TSV)
    desk.tables.stored.clear()
    with pytest.raises(UnavailableError, match="Earlier requests of yours"):
        desk.export(Form.TSV)
    del made


def test_an_export_that_nobody_takes_to_its_end_frees_its_place(desk: ExportDesk) -> None:
    made = desk.export(Form.TSV)
    next(made.content)
    del made
    assert b"".join(desk.export(Form.TSV).content)


def test_an_export_that_cannot_be_recorded_frees_its_place(desk: ExportDesk) -> None:
    desk.log.down = True
    with pytest.raises(UnavailableError, match="database"):
        desk.export(Form.TSV)
    desk.log.down = False
    assert b"".join(desk.export(Form.TSV).content)


def batch(*rows: tuple[Any, ...]) -> Iterator[list[Row]]:
    yield [Row(1, 1, values) for values in rows]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("@x", "'@x"),
        ("-1", "'-1"),
        ("-", "-"),
        ("\tx", "'\\tx"),
        ('"=1+1', "'\"=1+1"),
        ('a"b', 'a"b'),
        ("a\tb\nc\\d\r", "a\\tb\\nc\\\\d\\r"),
        ("", ""),
        (None, ""),
        (-1.5, "-1.5"),
        (1e-7, "1e-07"),
        (0, "0"),
        (True, "true"),
        (False, "false"),
        ("\udcff", "?"),
    ],
)
def test_a_cell_of_tsv_is_safe(value: Any, cell: str) -> None:
    assert b"".join(tsv(["a"], batch((value,)))).decode() == f"a\n{cell}\n"


cells = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20)


@settings(max_examples=60)
@given(st.lists(st.tuples(cells, cells), max_size=12), st.integers(2, 5))
def test_a_workbook_holds_what_was_written(rows: list[tuple[Any, Any]], most: int) -> None:
    with zipfile.ZipFile(
        io.BytesIO(b"".join(xlsx(["a", "b"], batch(*rows), sheet_rows=most)))
    ) as book:
        assert book.testzip() is None
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/"))
        sheets = [
            padded(book.read(f"xl/worksheets/sheet{n}.xml")) for n in range(1, len(names) + 1)
        ]
    assert all(sheet[0] == ["a", "b"] and len(sheet) <= most for sheet in sheets)
    assert len(sheets) == max(1, -(-len(rows) // (most - 1)))
    written = [row for sheet in sheets for row in sheet[1:]]
    assert written == [[read_back(value) for value in row] for row in rows]


def padded(xml: bytes) -> list[list[Any]]:
    """The rows of a sheet; empty cells, which are not written, are None."""
    filled = xml.decode().replace("<row r=", "<row x=")
    rows = []
    for at, part in enumerate(filled.split("<row x=")[1:], 1):
        body = part.partition(">")[2].partition("</row>")[0]
        if body:
            found = rows_of(f'<worksheet xmlns="{MAIN}"><row>{body}</row></worksheet>')[0]
        else:
            found = []
        assert part.startswith(f'"{at}"')
        rows.append(found + [None] * (2 - len(found)))
    return rows


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read_back(value: Any) -> Any:
    """What XML makes of a value: line ends become one, and some letters there are not."""
    if not isinstance(value, str):
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return value.replace("\r\n", "\n").replace("\r", "\n")


def test_text_that_excel_cannot_hold_ends_with_an_ellipsis() -> None:
    content = b"".join(xlsx(["a"], batch(("x" * 40_000,))))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        text = rows_of(book.read("xl/worksheets/sheet1.xml").decode())[1][0]
    assert text == "x" * (LONGEST_TEXT - 1) + "…"


@settings(max_examples=40)
@given(st.integers(0, 300), st.data(), st.integers(1, 5000))
def test_records_are_those_whose_numbers_are_wanted(
    count: int, data: st.DataObject, piece: int
) -> None:
    numbers = data.draw(st.lists(st.integers(1, count), max_size=40)) if count else []
    vcf = HEADER + b"".join(line(number) for number in range(1, count + 1))
    packed = gzip.compress(vcf[: len(vcf) // 2]) + gzip.compress(vcf[len(vcf) // 2 :])
    pieces = [packed[at : at + piece] for at in range(0, len(packed), piece)]
    found = b"".join(records_of(iter(pieces), iter(sorted(numbers))))
    wanted = b"".join(line(number) for number in sorted(set(numbers)))
    assert gzip.decompress(found) == HEADER + wanted


def test_records_are_in_bgzf_that_htslib_reads(tmp_path: Any) -> None:
    count = 3000
    vcf = HEADER.replace(
        b"#CHROM", b'##contig=<ID=1>\n##INFO=<ID=X,Number=1,Type=String,Description="">\n#CHROM'
    )
    packed = gzip.compress(vcf + b"".join(line(number) for number in range(1, count + 1)))
    file = tmp_path / "a.vcf.gz"
    file.write_bytes(b"".join(records_of([packed], iter(range(1, count + 1)))))
    pysam.tabix_index(str(file), preset="vcf")
    with pysam.VariantFile(str(file)) as found:
        assert [record.pos for record in found.fetch("1", 999, 1001)] == [1000, 1001]


def test_a_result_that_ends_too_soon_is_damaged() -> None:
    packed = gzip.compress(HEADER + line(1))
    with pytest.raises(DamagedError):
        b"".join(records_of([packed], iter([1, 2])))
    with pytest.raises(DamagedError):
        b"".join(records_of([b"no gzip"], iter([1])))


def test_the_beginning_of_a_file_is_there_before_a_row_is_found() -> None:
    def endless() -> Iterator[list[Row]]:
        raise AssertionError("nobody should wait for this")
        yield []

    def never() -> Iterator[int]:
        raise AssertionError("nobody should wait for this")
        yield 0

    assert next(tsv(["a"], endless())) == b"a\n"
    assert next(xlsx(["a"], endless())).startswith(b"PK")
    assert next(records_of([gzip.compress(HEADER + line(1))], never()))


def test_a_file_that_breaks_off_raises(desk: ExportDesk) -> None:
    desk.outputs.objects[KEYS.result] = gzip.compress(HEADER)
    made = desk.export(Form.VCF)
    with pytest.raises(DamagedError):
        b"".join(made.content)
