"""The specification's own files, through the whole annotation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.pipeline import Request, annotate
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import Run, columns_but_info, original_records


@pytest.fixture(scope="session")
def anywhere(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of one contig that goes by every name in the specification's files."""
    folder = tmp_path_factory.mktemp("anywhere")
    fasta, genes = folder / "any.fa", folder / "any.gff3"
    fasta.write_text(f">1\n{'C' * 60}{'N' * 123_396}\n")
    genes.write_text(
        "1\tx\tgene\t11\t40\t.\t+\t.\tID=gene:G;gene_id=G\n"
        "1\tx\tmRNA\t11\t40\t.\t+\t.\tID=transcript:T;Parent=gene:G;transcript_id=T\n"
        "1\tx\texon\t11\t40\t.\t+\t.\tParent=transcript:T\n"
    )
    bundle = build(name="any", assembly="any", fasta=fasta, genes=genes, out=folder / "out")
    names = {
        line.split("\t")[0]
        for file in (test_data / "hts_specs_vcf").glob("*/*.vcf")
        for line in file.read_text("latin-1").splitlines()
        if line and not line.startswith("#")
    }
    (contig,) = bundle.contigs
    return replace(bundle, contigs=(replace(contig, aliases=tuple(names)),))


def test_every_file_that_the_specification_passes_comes_back_whole(
    test_data: Path, anywhere: Bundle, annotated: Run
) -> None:
    files = sorted((test_data / "hts_specs_vcf" / "passed").glob("*.vcf"))
    assert len(files) >= 25
    refused = {}
    for file in files:
        try:
            run = annotated(file, anywhere, assembly="any")
        except RejectedError as error:
            refused[file.name] = str(error)
            continue
        originals = original_records(file)
        assert list(map(columns_but_info, run.lines)) == list(map(columns_but_info, originals))
        assert "faults by the VCF specification" not in run.log
    assert refused == {}


def test_every_file_that_the_specification_fails_is_refused_or_its_fault_is_in_the_log(
    test_data: Path, anywhere: Bundle, tmp_path: Path
) -> None:
    # Every eighth: test_specification_files has the fault of each.
    files = sorted((test_data / "hts_specs_vcf" / "failed").glob("*.vcf"))[::8]
    assert len(files) >= 10
    outcomes = {file.name: _outcome(file, anywhere, tmp_path) for file in files}
    assert {name for name, told in outcomes.items() if not told} == set()


def _outcome(file: Path, bundle: Bundle, folder: Path) -> str:
    """Why a file is refused, or the faults that its log names."""
    request = Request(file, folder, (bundle,), file.name, assembly="any")
    try:
        outcome = annotate(request, lambda done, total: None)
    except RejectedError as error:
        return str(error)
    assert outcome.summary.variants_in == outcome.summary.variants_out
    return outcome.log.read_text().partition("faults by the VCF specification")[2]
