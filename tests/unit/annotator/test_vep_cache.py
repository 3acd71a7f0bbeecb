"""Gene models from a cache of Ensembl VEP."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from annotator.reference.build import build
from annotator.reference.bundle import Bundle, installed, verify
from annotator.reference.vep_cache import CacheModels
from backend.cli import main
from backend.domain.errors import RejectedError
from tests.unit.annotator.lab import lab_bundle, lab_files


def tables(bundle: Bundle, folder: Path) -> Path:
    """A bundle's tables as a cache that vepyr converted."""
    return Path(shutil.copytree(bundle.tables, folder))


def cached(folder: Path, models: CacheModels, assembly: str = "lab1") -> Bundle:
    """A bundle of the lab's sequence with gene models from a cache."""
    fasta, _ = lab_files(folder)
    return build(name="cached", assembly=assembly, fasta=fasta, genes=models, out=folder / "out")


def test_a_converted_vep_cache_serves_as_gene_models(tmp_path: Path) -> None:
    own = lab_bundle(tmp_path)
    cache = tables(own, tmp_path / "cache")
    fasta, _ = lab_files(tmp_path)
    status = main(
        [
            *("reference", "build", "--name", "cached", "--assembly", "lab1"),
            *("--fasta", str(fasta), "--vep-cache", str(cache), "--out", str(tmp_path / "out")),
        ]
    )
    assert status == 0
    bundle = installed(tmp_path / "out")[0]
    verify(bundle)
    same = [name for name in own.files if name.startswith("vepyr/")]
    assert {name: bundle.files[name] for name in same} == {name: own.files[name] for name in same}
    assert [each.name for each in bundle.sources] == ["lab.fa", "VEP cache cache"]
    assert genes(bundle) == genes(own).replace(
        "transcript_id=T1", "tag=gencode_basic;transcript_id=T1"
    )


def genes(bundle: Bundle) -> str:
    return gzip.decompress(bundle.genes.read_bytes()).decode()


def test_a_raw_vep_cache_is_converted_first(tmp_path: Path) -> None:
    own = lab_bundle(tmp_path)
    raw = tmp_path / "homo_sapiens" / "115_lab1"
    raw.mkdir(parents=True)
    (raw / "info.txt").write_text("species\thomo_sapiens\n")
    asked = []

    def convert(cache: Path, release: str, assembly: str, scratch: Path) -> Path:
        asked.append((cache, release, assembly))
        return tables(own, scratch / "converted")

    bundle = cached(tmp_path, CacheModels(raw, convert))
    assert asked == [(raw, "115", "lab1")]
    assert (bundle.tables / "transcript" / "chr1.parquet").is_file()
    assert not list(bundle.path.rglob("converted"))


def test_vepyr_says_what_is_wrong_with_a_raw_cache(tmp_path: Path) -> None:
    raw = tmp_path / "homo_sapiens_merged" / "116_lab1"
    raw.mkdir(parents=True)
    (raw / "info.txt").write_text("species\thomo_sapiens\nvar_type\ttabix\n")
    with pytest.raises(RejectedError, match=r"VEP cache .*116_lab1 cannot be converted"):
        cached(tmp_path, CacheModels(raw))
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("name", "has_info", "reason"),
    [
        ("115_GRCh38", False, "is no VEP cache: it has neither info.txt"),
        ("cache", True, "is no VEP cache: it has neither info.txt"),
        ("110_GRCh38", True, "is a VEP cache of release 110; give one of release 115 or 116"),
    ],
)
def test_a_folder_that_is_no_vep_cache_is_refused(
    tmp_path: Path, *, name: str, has_info: bool, reason: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    if has_info:
        (folder / "info.txt").touch()
    with pytest.raises(RejectedError, match=reason):
        CacheModels(folder)


def test_a_cache_of_another_assembly_is_refused(tmp_path: Path) -> None:
    cache = tables(lab_bundle(tmp_path), tmp_path / "cache")
    with pytest.raises(RejectedError, match="cache is of lab1, but the bundle of lab2"):
        cached(tmp_path, CacheModels(cache), "lab2")


def test_a_cache_without_the_sequences_contigs_is_refused(tmp_path: Path) -> None:
    cache = tables(lab_bundle(tmp_path), tmp_path / "cache")
    (cache / "transcript" / "chrom_manifest.json").write_text("[]")
    with pytest.raises(RejectedError, match="No transcript of the gene models lies on"):
        cached(tmp_path, CacheModels(cache))
