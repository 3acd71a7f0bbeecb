"""With a store of known alleles and without, every byte is the same."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.known import FOLDER, open_known
from annotator.precompute import precompute, windows
from annotator.reference.bundle import (
    Bundle,
    content_hash,
    demo_folder,
    list_files,
    load,
)
from annotator.reference.sequence import Sequence
from annotator.stores import KEY, LONG_FORM, write_store
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import Run, original_records, records
from tests.unit.annotator.test_stores import columns

Variant = tuple[str, int, str, str]


def with_source(bundle: Bundle, folder: Path, alleles: list[Variant], info: str = "") -> Bundle:
    """A copy of *bundle* with a source of these alleles, which are in normal form."""
    shutil.copytree(bundle.path, folder)
    target = folder / "sources" / "sites"
    target.mkdir(parents=True)
    schema = pa.schema([(KEY, pa.uint64()), (LONG_FORM, pa.binary()), ("info", pa.binary())])
    for contig in {contig for contig, *_ in alleles}:
        here = columns([(p, len(r), a) for c, p, r, a in alleles if c == contig])
        numbers = here.keys()
        rows = {
            int(numbers[at]): here.long_form(at) if len(here.alts[at].as_py()) > 12 else None
            for at in range(len(here))
        }
        ordered = sorted(rows)
        table = pa.table(
            [
                pa.array(ordered, pa.uint64()),
                pa.array([rows[number] for number in ordered], pa.binary()),
                pa.array([info.encode()] * len(ordered), pa.binary()),
            ],
            schema=schema,
        )
        write_store(target / f"{contig}.parquet", table.to_batches(), schema)
    return relisted(folder, annotations=[{"name": "sites", "kind": "alleles", "fields": []}])


def relisted(folder: Path, **changes: object) -> Bundle:
    """The bundle in *folder* with a manifest of what is there now."""
    manifest = json.loads((folder / "bundle.json").read_text()) | changes
    manifest["files"] = list_files(folder)
    manifest["hash"] = content_hash(manifest)
    (folder / "bundle.json").write_text(json.dumps(manifest))
    return load(folder)


def single_alleles() -> list[Variant]:
    found = []
    for line in original_records(demo_folder() / "demo.vcf"):
        contig, position, _, ref, alts, *_ = line.split("\t")
        found += [(contig, int(position), ref, alt) for alt in alts.split(",")]
    return [each for each in found if set(each[2] + each[3]) <= set("ACGT")]


@pytest.fixture(scope="module")
def plain(demo: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The demo bundle with a source of every other variant of the demo."""
    folder = tmp_path_factory.mktemp("plain") / "bundle"
    known = [each for each in single_alleles()[::2] if len(each[2]) == 1]
    return with_source(demo, folder, known)


@pytest.fixture(scope="module")
def precomputed(plain: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The same with the answers for them."""
    folder = tmp_path_factory.mktemp("precomputed") / "bundle"
    shutil.copytree(plain.path, folder)
    assert precompute(plain, folder / FOLDER, folder / "finished") > 40
    assert not (folder / "finished").exists()
    return relisted(folder)


def test_the_demo_comes_out_the_same(annotated: Run, plain: Bundle, precomputed: Bundle) -> None:
    computed = annotated(demo_folder() / "demo.vcf", plain)
    looked_up = annotated(demo_folder() / "demo.vcf", precomputed)
    assert looked_up.lines == computed.lines
    assert replace(looked_up.outcome.summary, bundle="") == replace(
        computed.outcome.summary, bundle=""
    )


@settings(max_examples=6)
@given(
    st.lists(
        st.tuples(
            st.integers(3_300, 3_400), st.integers(1, 3), st.text("ACGT", min_size=1, max_size=3)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_variants_come_out_the_same_whether_known_or_not(
    annotated: Run, plain: Bundle, precomputed: Bundle, drawn: list[tuple[int, int, str]]
) -> None:
    with Sequence(plain.fasta) as sequence:
        text = records(
            *(
                ("MT", position, sequence.bases("MT", position, position + length - 1), alt)
                for position, length, alt in sorted(drawn)
            )
        )
    assert annotated(text, precomputed).lines == annotated(text, plain).lines


def test_the_engine_is_not_asked_for_what_is_known(
    annotated: Run, precomputed: Bundle, tmp_path: Path
) -> None:
    # A store that says something else: what comes out is then what the store says.
    folder = tmp_path / "bundle"
    shutil.copytree(precomputed.path, folder)
    file = folder / FOLDER / "MT.parquet"
    table = pq.read_table(file)
    at = table.schema.names.index("csq")
    said = pa.array([b"C|from_the_store|MODIFIER" + b"|" * 23] * table.num_rows, pa.binary())
    table = table.set_column(at, table.schema.field("csq"), said)
    write_store(file, table.to_batches(), table.schema)
    known = next(each for each in single_alleles()[::2] if each[0] == "MT" and len(each[2]) == 1)
    run = annotated(records(known), relisted(folder))
    assert "CSQ=C|from_the_store|" in run.lines[0]


def test_work_that_was_cut_short_goes_on_where_it_stopped(plain: Bundle, tmp_path: Path) -> None:
    told: list[int] = []

    class CutError(Exception):
        pass

    def cut(alleles: int) -> None:
        told.append(alleles)
        raise CutError

    finished = tmp_path / "finished"
    with pytest.raises(CutError):
        precompute(plain, tmp_path / FOLDER, finished, told=cut)
    (first,) = finished.glob("*.parquet")
    written = first.stat().st_mtime_ns
    kept = first.read_bytes()
    again: list[bool] = []
    precompute(
        plain,
        tmp_path / FOLDER,
        finished,
        told=lambda _: again.append(first.stat().st_mtime_ns == written),
    )
    assert all(again)
    assert len(again) == len(list(windows(plain, 0))) > 1
    assert kept
    assert not finished.exists()


def test_rare_alleles_can_be_left_out(demo: Bundle, tmp_path: Path) -> None:
    alleles = [("MT", 3308, "T", "C"), ("MT", 4769, "A", "G")]
    rare = with_source(demo, tmp_path / "rare", alleles, info="gnomad_AF=0.0001")
    silent = with_source(demo, tmp_path / "silent", alleles, info="sites_X=1")
    counts = [
        sum(len(window.keys) for window in windows(bundle, least))
        for bundle in (rare, silent)
        for least in (0.0, 0.0001, 0.001)
    ]
    assert counts == [2, 2, 0, 2, 2, 2]


def test_a_store_of_another_version_is_refused(precomputed: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(precomputed.path, folder)
    for file in (folder / FOLDER).iterdir():
        table = pq.read_table(file).replace_schema_metadata({b"gas.answers": b"other"})
        pq.write_table(table, file)
    with pytest.raises(RejectedError, match="were computed by another version"):
        open_known(relisted(folder))


def test_a_bundle_without_a_store_knows_nothing(demo: Bundle) -> None:
    alleles = columns([(3308, 1, "C")])
    assert open_known(demo).locate(alleles, alleles.keys()).tolist() == [-1]
    assert open_known(demo).fetch("MT", alleles.keys()[:0].astype("int64")).num_rows == 0
