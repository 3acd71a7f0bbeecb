"""GFF3 of every style as the same transcripts, and what is written of them for the engines."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pysam
import pytest

from annotator.consequence import FIELDS
from annotator.genetic_code import GeneticCode
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from annotator.reference.gene_lines import coding_phases, write_genes
from annotator.reference.gene_models import Gene, Transcript, read_transcripts
from annotator.reference.gff3 import release_of, split_name
from annotator.reference.vepyr_tables import write_tables
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import Run
from tests.unit.annotator.bcftools import bcftools
from tests.unit.annotator.test_vep_agreement import chromosome_21  # noqa: F401 - a fixture

EXPECTED = Transcript(
    contig="1",
    id="ENST00000270722",
    version=10,
    gene=Gene("ENSG00000142611", "PRDM16", "HGNC", "protein_coding"),
    biotype="protein_coding",
    source="ensembl_havana",
    strand=1,
    exons=((101, 120), (141, 180)),
    coding=(111, 152),
    protein=("ENSP00000270722", 5),
    refseq="NM_022114.4",
    tags=frozenset({"MANE_Select"}),
)


def gff3(file: Path, *lines: str) -> Path:
    """A file of lines whose columns are separated by blanks."""
    text = "".join("\t".join(line.split(" ", 8)) + "\n" for line in lines)
    file.write_text("##gff-version 3\n" + text)
    return file


def ensembl(folder: Path) -> Path:
    head = "1 ensembl_havana"
    transcript = "Parent=transcript:ENST00000270722"
    return gff3(
        folder / "ensembl.gff3",
        f"{head} CDS 111 120 . + 0 ID=CDS:ENSP00000270722;{transcript};"
        "protein_id=ENSP00000270722;version=5",
        f"{head} exon 101 120 . + . {transcript};Name=ENSE1;rank=1",
        f"{head} five_prime_UTR 101 110 . + . {transcript}",
        f"{head} gene 101 180 . + . ID=gene:ENSG00000142611;Name=PRDM16;biotype=protein_coding;"
        "description=PR/SET domain 16 [Source:HGNC Symbol%3BAcc:HGNC:14000];"
        "gene_id=ENSG00000142611;version=17",
        f"{head} mRNA 101 180 . + . ID=transcript:ENST00000270722;Parent=gene:ENSG00000142611;"
        "Name=PRDM16-201;biotype=protein_coding;tag=MANE_Select;transcript_id=ENST00000270722;"
        "version=10;refseq=NM_022114.4",
        f"{head} CDS 141 152 . + 2 ID=CDS:ENSP00000270722;{transcript};"
        "protein_id=ENSP00000270722;version=5",
        f"{head} exon 141 180 . + . {transcript};Name=ENSE2;rank=2",
        ". . biological_region 1 2 . . . logic_name=cpg",
    )


def mane(folder: Path, twin: str = "", contig: str = "chr1") -> Path:
    head = f"{contig} ensembl_havana"
    gene = f"ENSG00000142611.17{twin}"
    transcript = f"ENST00000270722.10{twin}"
    common = (
        "gene_id=ENSG00000142611.17;transcript_id=ENST00000270722.10;gene_type=protein_coding;"
        "gene_name=PRDM16;transcript_type=protein_coding;transcript_name=PRDM16-201;"
        "tag=MANE_Select;protein_id=ENSP00000270722.5;Dbxref=RefSeq:NM_022114.4"
    )
    return gff3(
        folder / "mane.gff3",
        f"{head} gene 101 180 . + . ID={gene};gene_id=ENSG00000142611.17;"
        "gene_type=protein_coding;gene_name=PRDM16;Dbxref=GeneID:63976,HGNC:HGNC:14000",
        f"{head} transcript 101 180 . + . ID={transcript};Parent={gene};{common}",
        f"{head} exon 101 120 . + . ID=exon:{transcript}:1;Parent={transcript};{common}",
        f"{head} exon 141 180 . + . ID=exon:{transcript}:2;Parent={transcript};{common}",
        f"{head} CDS 111 120 . + 0 ID=CDS:{transcript};Parent={transcript};{common}",
        f"{head} CDS 141 149 . + 2 ID=CDS:{transcript};Parent={transcript};{common}",
        f"{head} start_codon 111 113 . + 0 ID=start:{transcript};Parent={transcript};{common}",
        f"{head} stop_codon 150 152 . + 0 ID=stop_codon:{transcript};Parent={transcript};{common}",
        f"{head} three_prime_UTR 153 180 . + . ID=UTR3:{transcript};Parent={transcript};{common}",
    )


def refseq(folder: Path) -> Path:
    head = "NC_000001.11 ensembl_havana"
    common = "Dbxref=GeneID:63976,HGNC:HGNC:14000;gene=PRDM16"
    rna = f"Parent=rna-NM_022114.4;{common};transcript_id=NM_022114.4"
    return gff3(
        folder / "refseq.gff3",
        "NC_000001.11 RefSeq region 1 999 . + . ID=NC_000001.11:1..999;Name=1",
        f"{head} gene 101 180 . + . ID=gene-PRDM16;{common};Name=PRDM16;gbkey=Gene;"
        "gene_biotype=protein_coding",
        f"{head} mRNA 101 180 . + . ID=rna-NM_022114.4;Parent=gene-PRDM16;{common};"
        "Name=NM_022114.4;tag=MANE Select;transcript_id=NM_022114.4",
        f"{head} exon 101 120 . + . ID=exon-NM_022114.4-1;{rna}",
        f"{head} exon 141 180 . + . ID=exon-NM_022114.4-2;{rna}",
        f"{head} CDS 111 120 . + 0 ID=cds-NP_071397.3;{rna};protein_id=NP_071397.3",
        f"{head} CDS 141 152 . + 2 ID=cds-NP_071397.3;{rna};protein_id=NP_071397.3",
    )


@pytest.mark.parametrize("style", [ensembl, mane])
def test_every_style_says_the_same(tmp_path: Path, style) -> None:  # noqa: ANN001
    assert read_transcripts(style(tmp_path), "GRCh38") == [EXPECTED]


def test_refseqs_own_models_are_read(tmp_path: Path) -> None:
    (found,) = read_transcripts(refseq(tmp_path), "GRCh38")
    assert found == replace(
        EXPECTED,
        id="NM_022114",
        version=4,
        gene=Gene("63976", "PRDM16", "HGNC", "protein_coding"),
        protein=("NP_071397", 3),
        refseq=None,
    )


def test_the_copy_on_y_keeps_a_name_of_its_own(tmp_path: Path) -> None:
    both = gff3(tmp_path / "both.gff3")
    for contig, twin in (("chrX", ""), ("chrY", "_PAR_Y")):
        both.write_text(both.read_text() + mane(tmp_path, twin, contig).read_text())
    found = read_transcripts(both, "GRCh38")
    assert [(each.contig, each.id, each.gene.id, each.version) for each in found] == [
        ("X", "ENST00000270722", "ENSG00000142611", 10),
        ("Y", "ENST00000270722_PAR_Y", "ENSG00000142611_PAR_Y", 10),
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("transcript:ENST00000270722", ("ENST00000270722", None)),
        ("ENST00000456328.2_1", ("ENST00000456328", 2)),
        ("ENST00000419219_1", ("ENST00000419219_1", None)),
        ("rna-NM_018390.4-2", ("NM_018390-2", 4)),
        ("gene-HLA-A", ("HLA-A", None)),
        ("AC007326.4", ("AC007326", 4)),
        ("ENSG00000182378.15_PAR_Y", ("ENSG00000182378_PAR_Y", 15)),
    ],
)
def test_names_are_ids_with_versions(name: str, parts: tuple[str, int | None]) -> None:
    assert split_name(name) == parts


def test_the_basic_set_is_known_by_its_tag_where_a_file_has_tags(tmp_path: Path) -> None:
    file = ensembl(tmp_path)
    text = file.read_text()
    for tag in ("basic", "gencode_basic,gencode_primary"):
        file.write_text(text.replace("tag=MANE_Select", f"tag={tag}"))
        other = text.replace("##gff-version 3\n", "").replace("00000270722", "00000270723")
        file.write_text(file.read_text() + other.replace("00000142611", "00000142612"))
        assert [each.is_basic for each in read_transcripts(file, "GRCh38")] == [True, False]
    file.write_text(text.replace("tag=MANE_Select;", ""))
    assert [each.is_basic for each in read_transcripts(file, "GRCh38")] == [True]


def test_a_gene_without_a_symbol_has_none(tmp_path: Path) -> None:
    file = mane(tmp_path)
    file.write_text(file.read_text().replace("gene_name=PRDM16", "gene_name=ENSG00000142611"))
    (found,) = read_transcripts(file, "GRCh38")
    assert found.gene.symbol is None


def test_models_of_another_assembly_are_refused(tmp_path: Path) -> None:
    file = ensembl(tmp_path)
    file.write_text("#!genome-build GRCh37.p13\n#!genome-version GRCh37\n" + file.read_text())
    with pytest.raises(RejectedError, match=r"ensembl\.gff3 is for GRCh37, but the bundle for"):
        read_transcripts(file, "GRCh38")
    assert len(read_transcripts(file, "GRCh37")) == 1
    # What a lab calls its own assembly is compared with nothing.
    assert len(read_transcripts(file, "lab1")) == 1


def test_models_that_were_mapped_from_another_assembly_are_taken(tmp_path: Path) -> None:
    file = mane(tmp_path)
    said = "##description: annotation of the human genome (GRCh38), mapped to GRCh37\n"
    file.write_text(said + "##date: 2024-03-27\n" + file.read_text())
    assert len(read_transcripts(file, "GRCh37")) == 1
    assert release_of(file) == (
        "annotation of the human genome (GRCh38), mapped to GRCh37, 2024-03-27"
    )


def test_sequences_behind_the_models_are_left_alone(tmp_path: Path) -> None:
    file = ensembl(tmp_path)
    file.write_text(file.read_text() + "##FASTA\n>1\nACGT\n")
    assert len(read_transcripts(file, "GRCh38")) == 1


@pytest.mark.parametrize("strand", [1, -1])
def test_what_is_written_is_read_as_it_was(tmp_path: Path, strand: int) -> None:
    given = replace(
        EXPECTED,
        strand=strand,
        phase=2,
        tags=frozenset({"basic", "cds_start_NF"}),
        gene=replace(EXPECTED.gene, symbol="A;B=C,D"),
    )
    write_genes([given], tmp_path / "genes.gff3.gz")
    (found,) = read_transcripts(tmp_path / "genes.gff3.gz", "GRCh38")
    # Where a symbol comes from is not written.
    assert found == replace(given, gene=replace(given.gene, symbol_source=None))


def test_phases_go_on_from_part_to_part() -> None:
    assert coding_phases(EXPECTED) == {(111, 120): 0, (141, 152): 2}
    assert coding_phases(replace(EXPECTED, phase=1)) == {(111, 120): 1, (141, 152): 0}
    backward = replace(EXPECTED, strand=-1, phase=2)
    assert coding_phases(backward) == {(141, 152): 2, (111, 120): 2}


def test_no_name_is_written_twice(tmp_path: Path) -> None:
    write_genes([EXPECTED, replace(EXPECTED, contig="2")], tmp_path / "genes.gff3.gz")
    with gzip.open(tmp_path / "genes.gff3.gz", "rt") as stream:
        names = re.findall(r"ID=((?:gene|transcript):[^;]*)", stream.read())
    assert names == [
        "gene:ENSG00000142611", "transcript:ENST00000270722",
        "gene:ENSG00000142611_2", "transcript:ENST00000270722_2",
    ]  # fmt: skip


def test_a_codon_whose_beginning_is_missing_is_filled_up(tmp_path: Path) -> None:
    bases = "A" * 10 + "GCATGGCATT" + "C" * 20 + "TTAAGGCCATAG" + "T" * 28
    models = [(replace(EXPECTED, phase=2, tags=frozenset({"cds_start_NF"})), bases)]
    write_tables(tmp_path, "1", models, assembly="GRCh38", code=GeneticCode.STANDARD)
    (row,) = pq.read_table(tmp_path / "transcript" / "chr1.parquet").to_pylist()
    assert row["translateable_seq"] == "NGCATGGCATTTTAAGGCCATAG"
    assert [each["phase"] for each in row["exons"]] == [-1, 2]
    assert (row["cds_start_nf"], row["cds_end_nf"], row["cdna_coding_start"]) == (True, False, 11)


@pytest.mark.slow
@pytest.mark.parametrize("style", ["ensembl", "gencode"])
def test_bcftools_csq_reads_what_is_written(
    tmp_path: Path,
    test_data: Path,
    chromosome_21: Bundle,  # noqa: F811
    style: str,
) -> None:
    """Whatever the models were written in, csq finds the same consequences by them."""
    bundle = chromosome_21
    if style == "gencode":
        data = test_data / "grch38_chr21"
        genes = as_gencode(data / "Homo_sapiens.GRCh38.84.chromosome.21.gff3.gz", tmp_path)
        fasta = chromosome_21.fasta
        bundle = build(name="g", assembly="GRCh38", fasta=fasta, genes=genes, out=tmp_path / "out")
    sites = test_data / "grch38_chr21" / "NA12878.split.vcf.gz"
    assert consequences(bundle.fasta, bundle.genes, sites, tmp_path) == consequences(
        chromosome_21.fasta, chromosome_21.genes, sites, tmp_path
    )


def consequences(fasta: Path, genes: Path, sites: Path, folder: Path) -> list[str]:
    """The consequences that csq finds, by record; the order of those of a record is its own."""
    target = folder / "csq.vcf"
    arguments = ("--local-csq", "-f", str(fasta), "-g", str(genes), "-Ov", "-o", str(target))
    bcftools("csq", *arguments, str(sites))
    found = [line.partition("BCSQ=")[2] for line in target.read_text().splitlines()]
    listed = [",".join(sorted(each.split("\t")[0].split(","))) for each in found]
    assert sum(map(bool, listed)) > 200
    return listed


def as_gencode(source: Path, folder: Path) -> Path:
    """Ensembl's file in GENCODE's style."""
    target = folder / "gencode.gff3"
    with gzip.open(source, "rt") as lines, target.open("w") as stream:
        for line in lines:
            if line.startswith("#") or "\tbiological_region\t" in line:
                continue
            columns = line.rstrip("\n").split("\t")
            attributes = dict(each.split("=", 1) for each in columns[8].split(";"))
            kind = "gene_type" if "gene" in columns[2] else "transcript_type"
            text = re.sub(r"\b(?:gene|transcript):", "", columns[8])
            text = text.replace("biotype=", f"{kind}=")
            if "Parent" not in attributes:
                columns[2] = "gene"
                text = text.replace("Name=", "gene_name=")
            elif attributes.get("ID", "").startswith("transcript:"):
                columns[2] = "transcript"
            stream.write("\t".join(["chr21", *columns[1:8], text]) + "\n")
    return target


@pytest.mark.slow
def test_both_engines_read_an_incomplete_transcript_in_one_frame(
    tmp_path: Path,
    chromosome_21: Bundle,  # noqa: F811
    annotated: Run,
) -> None:
    """JAM2-007 begins with the last two bases of a codon; csq goes by its phase as well."""
    name, last = "ENST00000460679", 25_711_463
    (transcript,) = (
        each for each in read_transcripts(chromosome_21.genes, "GRCh38") if each.id == name
    )
    fasta = pysam.FastaFile(str(chromosome_21.fasta))
    text = "##fileformat=VCFv4.2\n##contig=<ID=21,length=46709983>\n"
    text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    for start, end in transcript.exons:
        for position in range(start, min(end, last) + 1):
            ref = fasta.fetch("21", position - 1, position)
            alt = {"A": "C", "C": "G", "G": "T", "T": "A"}[ref]
            text += f"21\t{position}\t.\t{ref}\t{alt}\t.\t.\t.\n"
    fasta.close()
    file = tmp_path / "snvs.vcf"
    file.write_text(text)
    arguments = ("--local-csq", "-f", str(chromosome_21.fasta), "-g", str(chromosome_21.genes))
    bcftools("csq", *arguments, "-o", str(tmp_path / "csq.vcf"), str(file))
    run = annotated(text, chromosome_21)
    compared = 0
    for ours, line in zip(
        run.lines,
        [each for each in (tmp_path / "csq.vcf").read_text().splitlines() if each[0] != "#"],
        strict=True,
    ):
        theirs = re.search(rf"\|{name}\|[^|]*\|[+]\|(\d+)([A-Z*])(?:>\d+([A-Z*]))?\|", line)
        if theirs:
            csq = ours.split("CSQ=")[1].split(";")[0].split("\t")[0].split(",")
            entries = [dict(zip(FIELDS, each.split("|"), strict=True)) for each in csq]
            (entry,) = (each for each in entries if each["Feature"] == name)
            # VEP counts the incomplete codon, csq does not.
            assert int(entry["Protein_position"]) == int(theirs[1]) + 1
            both = {theirs[2], theirs[3] or theirs[2]}
            assert set(entry["Amino_acids"].split("/")) == both
            compared += 1
    assert compared > 700
