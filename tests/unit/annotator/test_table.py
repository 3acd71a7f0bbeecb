"""The table against a plain reading of the VCF, record by record."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.export import Region, Selection, export
from annotator.guard import vep_names
from annotator.reference.bundle import demo_folder
from annotator.reference.info_values import encode
from annotator.table import write_table
from annotator.table.cells import decoded
from annotator.table.chunk import Chunk
from annotator.table.columns import schema
from annotator.table.header import MOST_GENOTYPES, ResultHeader, read_header
from annotator.table.records import whole_lines
from annotator.table.slices import LONGEST
from annotator.table.writer import GROUP_ROWS
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import Run
from tests.unit.annotator.plain_table import (
    ENCODED,
    FIELDS,
    MADE_WITH,
    NO_ENTRY,
    NO_SOURCE,
    RUN,
    SMALL,
    SOURCES,
    header_of,
    plain_rows,
    table_of,
)


def test_every_kind_of_record_is_in_the_table(tmp_path: Path) -> None:
    multi = {"record": 2, "chrom": "20", "pos": 100, "id": None, "ref": "AT", "ref_end": 101,
             "qual": None, "filter": None, "gas_status": None, "gt_mother": "0|1",
             "gt_child": "2"}  # fmt: skip
    expected: list[dict[str, Any]] = [
        {
            "record": 1, "chrom": "20", "pos": 100, "id": "rs1;rs2", "ref": "A", "ref_end": 100,
            "alt": "G",
            "allele_number": 1, "qual": 50.5, "filter": "PASS", "gas_status": None, "picked": True,
            "allele": "G", "consequence": "missense_variant&splice_region_variant",
            "most_severe": "missense_variant", "biotype": "protein_coding",
            "hgvsp": "NP_1:p.Ala117=", "cds_position": "12-14", "cds_start": 12, "strand": 1,
            "canonical": "YES", "mane_select": "NM_1.2", "clinvar_CLNSIG": "Benign,_old",
            "gnomad_AF": 1.5e-05, "gnomad_AC": 7, "cytoband_NAME": "20p13,20p12", "lab_SCORE": 2.0,
            "lab_DEPTHS": "1,2", "cpg_ISLAND": True, "gt_mother": "0/1", "gt_child": "./.",
        },
        multi | NO_ENTRY | NO_SOURCE | {
            "alt": "A", "allele_number": 1, "picked": False, "allele": "-",
            "consequence": "frameshift_variant", "most_severe": "frameshift_variant",
            "biotype": "lncRNA", "strand": -1, "gnomad_AF": 0.25,
        },
        multi | NO_ENTRY | NO_SOURCE | {
            "alt": "A", "allele_number": 1, "picked": True, "allele": "-",
            "consequence": "intron_variant", "most_severe": "intron_variant",
            "biotype": "protein_coding", "strand": 1, "gnomad_AF": 0.25,
        },
        multi | NO_ENTRY | NO_SOURCE | {
            "alt": "ATT", "allele_number": 2, "picked": True, "allele": "TT",
            "consequence": "stop_gained", "most_severe": "stop_gained",
            "biotype": "protein_coding", "cds_position": "?-3", "strand": 1,
            "clinvar_CLNSIG": "Pathogenic",
        },
        multi | NO_ENTRY | NO_SOURCE | {
            "alt": "*", "allele_number": 3, "picked": True, "gas_status": "star",
            "gnomad_AF": 0.5,
        },
        NO_ENTRY | NO_SOURCE | {
            "record": 3, "chrom": "chr21", "pos": 5, "id": None, "ref": "c", "ref_end": 5,
            "alt": None,
            "allele_number": None, "qual": None, "filter": "q10;s50", "gas_status": "no_alt",
            "picked": True, "gt_mother": None, "gt_child": None,
        },
        NO_ENTRY | NO_SOURCE | {
            "record": 4, "chrom": "chr21", "pos": 6, "id": None, "ref": "c", "ref_end": 6,
            "alt": "t",
            "allele_number": 1, "qual": 1000.0, "filter": None, "gas_status": None,
            "picked": True, "gt_mother": "1", "gt_child": None,
        },
    ]  # fmt: skip
    lines = [*header_of("mother", "child"), *SMALL]
    table = table_of(tmp_path, lines)
    assert table.to_pylist() == expected
    assert plain_rows(lines) == expected, "the plain reading, which other tests rely on"


def test_columns_have_types(tmp_path: Path) -> None:
    table = table_of(tmp_path, header_of("one"))
    assert [f"{each.name} {each.type}" for each in table.schema] == [
        "record int64", "chrom dictionary<values=string, indices=int32, ordered=0>", "pos int32",
        "id string", "ref string", "ref_end int32", "alt string", "allele_number int32",
        "qual double", "filter string", "gas_status string", "picked bool", "allele string",
        "consequence string", "most_severe string", "biotype string", "hgvsp string",
        "cds_position string", "cds_start int32", "strand int8", "canonical string",
        "mane_select string", "clinvar_CLNSIG string", "gnomad_AF double", "gnomad_AC int64",
        "cytoband_NAME string", "lab_SCORE double", "lab_DEPTHS string", "cpg_ISLAND bool",
        "gt_one string",
    ]  # fmt: skip


def test_the_file_says_what_it_was_made_with(tmp_path: Path) -> None:
    metadata = table_of(tmp_path, header_of()).schema.metadata
    assert metadata == {b"gas": RUN.encode(), b"gas_source": "\n".join(MADE_WITH).encode()}


def test_the_demo_is_in_the_table_whole(annotated: Run, tmp_path: Path) -> None:
    outcome = annotated(demo_folder() / "demo.vcf").outcome
    write_table(outcome.result, tmp_path / "table.parquet", lambda: None)
    lines = gzip.decompress(outcome.result.read_bytes()).decode().splitlines()
    expected = plain_rows(lines)
    assert pq.read_table(tmp_path / "table.parquet").to_pylist() == expected
    assert len(expected) > len(lines), "some variants have several consequences"


def test_real_genotypes_are_in_the_table(test_data: Path, annotated: Run, tmp_path: Path) -> None:
    source = test_data / "grch37_chr20" / "hail_1000G_100samples.chr20.vcf.gz"
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    cut = ["\t".join(line.split("\t")[:30]) for line in lines if not line.startswith("##")][:400]
    outcome = annotated("\n".join([lines[0], *cut]) + "\n").outcome
    write_table(outcome.result, tmp_path / "table.parquet", lambda: None)
    result = gzip.decompress(outcome.result.read_bytes()).decode().splitlines()
    assert pq.read_table(tmp_path / "table.parquet").to_pylist() == plain_rows(result)
    assert "gt_" in "".join(pq.read_schema(tmp_path / "table.parquet").names)


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name in "ab":
        (tmp_path / name).mkdir()
        table_of(tmp_path / name, [*header_of("mother", "child"), *SMALL])
        files.append((tmp_path / name / "table.parquet").read_bytes())
    assert files[0] == files[1]


ALLELE = st.text("ACGT", min_size=1, max_size=3)
VALUE = st.text("ab%;=,:\t", max_size=4).map(
    lambda value: "".join({v: k for k, v in ENCODED.items()}.get(each, each) for each in value)
)
TERMS = st.lists(
    st.sampled_from(["stop_gained", "intron_variant", "missense_variant", "made_up"]),
    min_size=1, max_size=2, unique=True,
).map("&".join)  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> str:
    """A record of a result with two samples."""
    ref = draw(ALLELE)
    alts = draw(
        st.lists(st.one_of(ALLELE, st.sampled_from(["*", "<DEL>"])), min_size=1, max_size=3)
    )
    entries = []
    vep = vep_names(ref, alts)
    counts = {name: draw(st.integers(0, 3)) for name in vep if name[0] not in "*<"}
    for name in vep:
        for _ in range(counts.get(name, 0)):
            position = draw(st.sampled_from(["", "4", "4-9", "?-9", "4-?"]))
            entries.append("|".join([
                name, draw(TERMS), draw(st.sampled_from(["", "protein_coding", "lncRNA"])),
                draw(VALUE), position, draw(st.sampled_from(["", "1", "-1"])),
                draw(st.sampled_from(["", "YES"])), draw(st.sampled_from(["", "NM_1"])),
            ]))  # fmt: skip
    info = [f"CSQ={','.join(entries)}"] if entries else ["GAS_STATUS=star"]
    some = st.one_of(st.just("."), VALUE.filter(bool))
    for key, (number, kind) in SOURCES.items():
        if draw(st.booleans()):
            numbers = {"Integer": st.integers(0, 9).map(str), "Float": st.floats(0, 1).map(str)}
            value = numbers.get(kind, some)
            count = {"A": len(alts), "1": 1, "0": 0}.get(number, 2)
            values = ",".join(draw(value) for _ in range(count))
            info.append(f"{key}={values}" if count else key)
    info = draw(st.permutations([*info, "DP=3", "XCSQ=a|b,c"]))
    calls = draw(st.sampled_from(["GT:DP\t0/1:3\t1|1:2", "DP\t1\t2", "GT\t.\t0"]))
    start = f"20\t{draw(st.integers(1, 9))}\t.\t{ref}\t{','.join(alts)}"
    return f"{start}\t.\t.\t{';'.join(info)}\t{calls}"


@given(st.lists(records(), max_size=6))
def test_the_table_is_what_a_plain_reading_finds(lines: list[str]) -> None:
    header = header_of("mother", "child")
    text = "".join(f"{line}\n" for line in lines).encode()
    assert rows_of(text, header) == plain_rows([*header, *lines])


@given(st.lists(records(), max_size=4), st.integers(1, 400))
def test_where_the_text_is_cut_changes_nothing(lines: list[str], size: int) -> None:
    header = header_of("mother", "child")
    text = "".join(f"{line}\n" for line in lines).encode()
    assert rows_of(text, header, size) == rows_of(text, header)


def rows_of(text: bytes, header: list[str], size: int = 1 << 20) -> list[dict[str, Any]]:
    """The rows of the records *text*, read in pieces of about *size* bytes."""
    parsed = parse(header)
    rows, before = [], 0
    for piece in whole_lines(BytesIO(text), size):
        chunk = Chunk(piece, parsed, before)
        before += len(chunk)
        for table in chunk.tables(schema(parsed)):
            rows += table.to_pylist()
    return rows


def parse(header: list[str]) -> ResultHeader:
    return read_header(BytesIO("".join(f"{line}\n" for line in header).encode()), "result.vcf.gz")


def test_long_alleles_are_cut_and_marked(tmp_path: Path) -> None:
    line = f"20\t1\t.\t{'A' * 40_000}\tA,{'C' * LONGEST}\t.\t.\t."
    rows = table_of(tmp_path, [*header_of(), line]).select(["ref", "alt"]).to_pylist()
    ref = "A" * (LONGEST - 3) + "..."
    assert rows == [{"ref": ref, "alt": "A"}, {"ref": ref, "alt": "C" * LONGEST}]


def test_a_long_text_is_cut_between_letters(tmp_path: Path) -> None:
    line = f"20\t1\tx{'é' * 20_000}\tA\tC\t.\t.\t."
    (name,) = table_of(tmp_path, [*header_of(), line])["id"].to_pylist()
    assert name == "x" + "é" * ((LONGEST - 4) // 2) + "..."


def test_a_long_record_with_many_consequences_stays_small_in_memory(tmp_path: Path) -> None:
    entries = ",".join(["C|intron_variant||||||"] * 3_000)
    line = f"20\t1\t.\t{'A' * 40_000}\tC\t.\t.\tCSQ={entries}"
    parsed = parse(header_of())
    tables = list(Chunk(f"{line}\n".encode(), parsed, 0).tables(schema(parsed)))
    assert sum(table.num_rows for table in tables) == 3_000
    assert max(table.nbytes for table in tables) < 50_000_000 < sum(t.nbytes for t in tables)


def test_equal_alleles_share_their_consequences(tmp_path: Path) -> None:
    entries = ",".join(f"{allele}|{term}||||||" for allele, term in [
        ("G", "stop_gained"), ("G", "intron_variant"), ("T", "stop_lost"), ("G", "stop_gained"),
        ("G", "intron_variant")])  # fmt: skip
    line = f"20\t1\t.\tA\tG,T,g\t.\t.\tCSQ={entries}"
    table = table_of(tmp_path, [*header_of(), line])
    found = list(
        zip(table["allele_number"].to_pylist(), table["consequence"].to_pylist(), strict=True)
    )
    assert found == [
        (1, "stop_gained"), (1, "intron_variant"), (2, "stop_lost"), (3, "stop_gained"),
        (3, "intron_variant"),
    ]  # fmt: skip


def test_lower_case_alleles_have_their_consequences(tmp_path: Path) -> None:
    line = "20\t1\t.\tac\ta,Agg\t.\t.\tCSQ=-|stop_gained||||||,GG|stop_lost||||||"
    table = table_of(tmp_path, [*header_of(), line]).select(["alt", "consequence"])
    assert table.to_pylist() == [
        {"alt": "a", "consequence": "stop_gained"}, {"alt": "Agg", "consequence": "stop_lost"},
    ]  # fmt: skip


def test_of_a_key_given_twice_the_first_counts(tmp_path: Path) -> None:
    line = "20\t{}\t.\tA\tC\t.\t.\tgnomad_AC=1;lab_SCORE=2;gnomad_AC=3"
    lines = [line.format(1), line.format(2)]
    table = table_of(tmp_path, [*header_of(), *lines]).select(["gnomad_AC", "lab_SCORE"])
    assert table.to_pylist() == [{"gnomad_AC": 1, "lab_SCORE": 2.0}] * 2


def test_a_deletion_is_found_to_its_end_however_long(tmp_path: Path) -> None:
    line = f"20\t{{}}\t.\t{'A' * (LONGEST + 9)}\tA\t.\t.\t."
    last = (1 << 31) - 1
    ends = table_of(tmp_path, [*header_of(), line.format(11), line.format(last)])["ref_end"]
    assert ends.to_pylist() == [LONGEST + 19, last]
    for region, rows in ((f"20:{LONGEST + 19}", 1), (f"20:{LONGEST + 20}", 0), (f"20:{last}", 1)):
        selection = Selection(regions=(Region.parse(region),), columns=("pos",))
        target = tmp_path / "out.tsv"
        assert export(tmp_path / "table.parquet", target, selection, lambda *_: None) == rows


def test_fifty_samples_have_columns_and_more_have_none(tmp_path: Path) -> None:
    for count, expected in ((MOST_GENOTYPES, MOST_GENOTYPES), (MOST_GENOTYPES + 1, 0)):
        samples = [f"s{number}" for number in range(count)]
        line = "20\t1\t.\tA\tC\t.\t.\t.\tGT" + "\t0/1" * count
        table = table_of(tmp_path, [*header_of(*samples), line])
        assert sum(name.startswith("gt_") for name in table.column_names) == expected


def test_samples_named_alike_have_columns_of_their_own(tmp_path: Path) -> None:
    line = "20\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1\t1/1"
    table = table_of(tmp_path, [*header_of("x", "x"), line])
    assert table.select(["gt_x", "gt_x_2"]).to_pylist() == [{"gt_x": "0/1", "gt_x_2": "1/1"}]


@pytest.mark.parametrize("qual", ["high", "1,5", "--1"])
def test_a_qual_that_is_no_number_costs_only_itself(tmp_path: Path, qual: str) -> None:
    lines = [f"20\t1\t.\tA\tC\t{each}\t.\t." for each in (qual, "7")]
    assert table_of(tmp_path, [*header_of(), *lines])["qual"].to_pylist() == [None, 7.0]


def test_bytes_that_are_not_utf8_do_not_stop_the_table(tmp_path: Path) -> None:
    result = tmp_path / "result.vcf.gz"
    text = (
        "".join(f"{line}\n" for line in header_of()).encode() + b"20\t1\tJos\xe9\tA\tC\t.\t.\t.\n"
    )
    result.write_bytes(gzip.compress(text))
    write_table(result, tmp_path / "table.parquet", lambda: None)
    assert pq.read_table(tmp_path / "table.parquet")["id"].to_pylist() == ["Jos\ufffd"]


def test_our_consequences_beside_older_ones_are_taken(tmp_path: Path) -> None:
    header = header_of(run='##GAS=<Keys="GAS_CSQ,GAS_STATUS">')
    ours = header[2].replace("ID=CSQ", "ID=GAS_CSQ").replace("|".join(FIELDS), "Allele|Consequence")
    line = "20\t1\t.\tA\tC\t.\t.\tCSQ=C|stop_gained||||||;GAS_CSQ=C|intron_variant"
    table = table_of(tmp_path, [*header[:3], ours, *header[3:], line])
    assert table["consequence"].to_pylist() == ["intron_variant"]
    unlisted = [each.replace('<Keys="GAS_CSQ,GAS_STATUS">', '<Version="0">') for each in header]
    again = table_of(tmp_path, [*unlisted[:3], ours, *unlisted[3:], line])
    assert again["consequence"].to_pylist() == ["intron_variant"]


def test_the_keys_that_an_older_annotation_took_are_left_to_it(tmp_path: Path) -> None:
    header = header_of(run='##GAS=<Keys="GAS_STATUS_2,GAS_gnomad_AF,GAS_CSQ">')
    older = [*header_of()[:-1], '##GAS_source=<Name="Old">']
    ours = [
        line.replace("ID=CSQ", "ID=GAS_CSQ").replace("ID=gnomad_AF", "ID=GAS_gnomad_AF")
        for line in header
        if "ID=CSQ" in line or "ID=gnomad_AF" in line
    ]
    line = (
        "20\t1\t.\tA\tC,*\t.\t.\tGAS_STATUS=old;CSQ=C|stop_gained||||||;gnomad_AF=1,1;"
        "GAS_STATUS_2=star;GAS_gnomad_AF=0.5,.;GAS_CSQ=C|intron_variant||||||"
    )
    table = table_of(tmp_path, [*older, *ours, *header[-4:], line])
    columns = ["gas_status", "consequence", "GAS_gnomad_AF"]
    assert table.select(columns).to_pylist() == [
        {"gas_status": None, "consequence": "intron_variant", "GAS_gnomad_AF": 0.5},
        {"gas_status": "star", "consequence": None, "GAS_gnomad_AF": None},
    ]
    assert "gnomad_AF" not in table.column_names
    assert table.schema.metadata == {
        b"gas": header[-4].encode(), b"gas_source": "\n".join(MADE_WITH).encode(),
    }  # fmt: skip


def test_of_several_numbers_for_one_allele_the_first_counts(tmp_path: Path) -> None:
    line = "20\t1\t.\tA\tC,G\t.\t.\tgnomad_AF=0.5&0.25,1;gnomad_AC=.,7&8;clinvar_CLNSIG=a&b,c"
    table = table_of(tmp_path, [*header_of(), line])
    columns = table.select(["gnomad_AF", "gnomad_AC", "clinvar_CLNSIG"]).to_pylist()
    assert [list(row.values()) for row in columns] == [[0.5, None, "a&b"], [1.0, 7, "c"]]


def test_a_vcf_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    header = [line for line in header_of() if not line.startswith("##GAS")]
    with pytest.raises(RejectedError, match=r"^result\.vcf\.gz was not annotated by this service"):
        table_of(tmp_path, header)
    assert not (tmp_path / "table.parquet").exists()


@pytest.mark.parametrize(
    "info", ["CSQ=T|intron_variant||||||", "CSQ=C|intron_variant", "CSQ=C|a||||||,C|||||||||"]
)
def test_a_result_that_was_changed_is_refused(tmp_path: Path, info: str) -> None:
    line = f"20\t1\t.\tA\tC,G\t.\t.\t{info}"
    with pytest.raises(RejectedError, match="annotate"):
        table_of(tmp_path, [*header_of(), line])
    assert [each.name for each in tmp_path.iterdir()] == ["result.vcf.gz"]


@pytest.mark.parametrize(
    "cut", ["20\t1\t.\tA\tC\t.\t.", "20\t1\t.\tA\tC\t.\t.\t.\tGT\n20\t1\t.\tA\tC\t.\t."]
)
def test_lines_of_another_width_are_refused(tmp_path: Path, cut: str) -> None:
    with pytest.raises(RejectedError, match="wrong number of columns"):
        table_of(tmp_path, [*header_of(), cut])


def test_stopping_leaves_the_earlier_table(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    table_of(tmp_path, header_of())
    before = (tmp_path / "table.parquet").read_bytes()
    (tmp_path / "result.vcf.gz").write_bytes(
        gzip.compress("".join(f"{line}\n" for line in [*header_of("a", "b"), *SMALL]).encode())
    )
    with pytest.raises(KeyboardInterrupt):
        write_table(tmp_path / "result.vcf.gz", tmp_path / "table.parquet", stop)
    assert (tmp_path / "table.parquet").read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["result.vcf.gz", "table.parquet"]


@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))))
def test_percent_encoding_is_undone(values: list[str | None]) -> None:
    encoded = [None if value is None else encode(value).decode() for value in values]
    expected = [None if value is None else value.replace(" ", "_") for value in values]
    assert decoded(pa.array(encoded, pa.string())).to_pylist() == expected


def test_a_long_result_is_written_in_groups_with_every_record(tmp_path: Path) -> None:
    count = GROUP_ROWS + 5_000
    entries = "CSQ=C|intron_variant||||||,C|stop_gained||||||"
    lines = (f"20\t{at}\t.\tA\tC\t.\t.\t{entries if at % 7 else '.'}" for at in range(1, count + 1))
    table_of(tmp_path, [*header_of(), *lines])
    file = pq.ParquetFile(tmp_path / "table.parquet")
    groups = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    rows = sum(2 if at % 7 else 1 for at in range(1, count + 1))
    assert groups == [GROUP_ROWS, rows - GROUP_ROWS]
    table = file.read(["record", "pos", "picked"])
    expected = [at for at in range(1, count + 1) for _ in range(2 if at % 7 else 1)]
    assert table["record"].to_pylist() == table["pos"].to_pylist() == expected
    assert table["picked"].to_pylist().count(True) == count
