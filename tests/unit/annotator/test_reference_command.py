"""`gas reference`, from the command line to the folder of bundles."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotator.reference.build import build
from annotator.reference.bundle import MANIFEST, Bundle, content_hash, installed, load, verify
from annotator.reference.installation import install
from annotator.reference.progress import untold
from annotator.reference.sources import SourceFiles
from annotator.reference.vep_cache import CacheModels
from annotator.reference.workplace import workplace
from backend.cli import main
from backend.domain.errors import RejectedError
from tests.unit.annotator.lab import SEQUENCE, info, known, lab_bundle, lab_files, vcf

ROOT = Path(__file__).parents[3]


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """What `gas reference build` needs, all in a folder of the test's."""
    fasta, genes = lab_files(tmp_path)
    return [
        *("reference", "build", "--name", "lab", "--assembly", "lab1"),
        *("--fasta", str(fasta), "--genes", str(genes), "--out", str(tmp_path / "out")),
    ]


def test_a_bundle_is_built_with_sources_and_known_alleles(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sites = vcf(tmp_path / "s.vcf", "1 3 . G A . . N=x", "1 4 . A * . . .", header=info("N", "1"))
    panel = tmp_path / "p.bed"
    panel.write_text("1\t0\t9\n")
    status = main(
        [
            *options,
            *("--source", f"mine={sites}", "--source", f"panel={panel}"),
            *("--release", "mine=week 3", "--licence", "mine=ours", "--licence", "fasta=CC0"),
            *("--release", "genes=9", "--precompute"),
        ]
    )
    said = capsys.readouterr()
    assert status == 0
    (made,) = (tmp_path / "out").iterdir()
    bundle = load(made)
    verify(bundle)
    assert said.out == f"lab (lab1: 1, MT)\n{bundle.hash}\n{made}\n"
    assert said.err == (
        "mine: 1 of 2 records cannot be used: ALT is *, an allele missing because of a deletion "
        "upstream.\n"
    )
    assert known(bundle, (3, 1, "A")) == ["mine_N=x;panel_OVERLAP"]
    assert [(each.name, each.release, each.licence) for each in bundle.sources] == [
        ("lab.fa", "not stated", "CC0"),
        ("lab.gff3", "9", "not stated"),
        ("mine", "week 3", "ours"),
        ("panel", "not stated", "not stated"),
    ]
    assert bundle.known == made / "known"
    (row,) = pq.read_table(made / "known" / "1.parquet").to_pylist()
    assert row["info"] == b"mine_N=x;panel_OVERLAP"
    assert row["csq"].startswith(b"A|upstream_gene_variant|MODIFIER|ONE|G1|")


def test_rare_alleles_may_be_left_out_of_the_store(options: list[str], tmp_path: Path) -> None:
    sites = vcf(
        tmp_path / "g.vcf",
        "1 3 . G A . . AF=0.2",
        "1 4 . A C . . AF=1e-6",
        header=info("AF", "A", "Float"),
    )
    least = ("--precompute", "--precompute-min-frequency", "0.01")
    assert main([*options, "--source", f"gnomad={sites}", *least]) == 0
    (made,) = (tmp_path / "out").iterdir()
    assert pq.read_metadata(made / "known" / "1.parquet").num_rows == 1


def test_bundles_go_where_the_settings_say(
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demo: Bundle,
) -> None:
    del options[-2:]
    monkeypatch.setenv("GAS_BUNDLES", str(tmp_path / "set"))
    assert main(options) == 0
    monkeypatch.delenv("GAS_BUNDLES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    assert main(options) == 0
    (one,) = (tmp_path / "set").iterdir()
    (same,) = (tmp_path / "home" / "gas" / "bundles").iterdir()
    assert one.name == same.name
    capsys.readouterr()
    assert main(["reference", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        f"{load(same).hash[:12]}  lab1  lab  {same}",
        "    1, MT; no known alleles",
        "    lab.fa: not stated; licence not stated",
        "    lab.gff3: not stated; licence not stated",
    ]
    assert f"{demo.hash[:12]}  GRCh37  demo  {demo.path}" in lines


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (["--source", "mine=absent.vcf"], "There is no file absent.vcf for the source mine."),
        (["--release", "other=3"], "There is no source other to have a release or licence."),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(
    options: list[str], extra: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, *extra]) == 1
    assert capsys.readouterr().err == f"gas: {reason}\n"


def test_a_file_that_is_not_there_is_named(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options[options.index("--fasta") + 1] = "absent.fa"
    assert main(options) == 1
    assert capsys.readouterr().err == "gas: There is no file absent.fa.\n"


def test_verify_names_the_file_that_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = lab_bundle(tmp_path)
    assert main(["reference", "verify", str(bundle.path)]) == 0
    assert capsys.readouterr().out == f"lab is whole: {bundle.hash}\n"
    text = (bundle.path / "reference.fa").read_text()
    (bundle.path / "reference.fa").write_text(text.replace("TTGACC", "TTGACG"))
    assert main(["reference", "verify", str(bundle.path)]) == 1
    assert "reference.fa of bundle lab is not what was built" in capsys.readouterr().err


def packed(bundle: Bundle, file: Path, mode: str = "w", root: str = "lab") -> Path:
    with tarfile.open(file, mode) as archive:  # type: ignore[call-overload]
        archive.add(bundle.path, root)
    return file


def as_tar(bundle: Bundle, folder: Path) -> Path:
    return packed(bundle, folder / "lab.tar")


def as_gzip(bundle: Bundle, folder: Path) -> Path:
    return packed(bundle, folder / "lab.tar.gz", "w:gz", ".")


def as_zstd(bundle: Bundle, folder: Path) -> Path:
    tar = packed(bundle, folder / "lab.tar").read_bytes()
    with pa.CompressedOutputStream(str(folder / "lab.tar.zst"), "zstd") as stream:
        stream.write(tar)
    return folder / "lab.tar.zst"


def as_folder(bundle: Bundle, folder: Path) -> Path:
    return bundle.path


@pytest.mark.parametrize("pack", [as_tar, as_gzip, as_zstd, as_folder])
def test_a_bundle_is_installed_from_archives_and_folders(
    tmp_path: Path, pack: Callable[[Bundle, Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = lab_bundle(tmp_path)
    out = tmp_path / "installed"
    assert main(["reference", "install", str(pack(bundle, tmp_path)), "--out", str(out)]) == 0
    (place,) = out.iterdir()
    assert capsys.readouterr().out.endswith(f"{bundle.hash}\n{place}\n")
    assert place.name == bundle.path.name
    assert installed(out)[0].hash == bundle.hash
    verify(load(place))
    # Once more changes nothing.
    install(pack(bundle, tmp_path), out, untold)
    assert [each.name for each in out.iterdir()] == [place.name]


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname, found.size = kind, target, 3 if kind == tarfile.REGTYPE else 0
    return found


@pytest.mark.parametrize(
    "bad",
    [
        member("../evil"),
        member("lab/../../evil"),
        member("/tmp/evil"),
        member("lab/evil", tarfile.SYMTYPE, "/etc/passwd"),
        member("lab/evil", tarfile.LNKTYPE, "lab/bundle.json"),
        member("lab/evil", tarfile.FIFOTYPE),
    ],
    ids=lambda bad: f"{bad.name}-{bad.type!r}",
)
def test_an_archive_that_leads_elsewhere_is_refused(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    bundle = lab_bundle(tmp_path)
    file = packed(bundle, tmp_path / "lab.tar")
    with tarfile.open(file, "a") as archive:
        archive.addfile(bad, io.BytesIO(b"bad"))
    with pytest.raises(RejectedError, match="which is no plain file inside its folder"):
        install(file, tmp_path / "installed", untold)
    assert not list((tmp_path / "installed").iterdir())
    assert not list(tmp_path.rglob("evil"))


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    bundle = lab_bundle(tmp_path)
    (bundle.path / "vepyr" / "link").symlink_to("/etc/passwd")
    with pytest.raises(RejectedError, match="'vepyr/link', which is no plain file"):
        install(bundle.path, tmp_path / "installed", untold)


def test_a_manifest_that_lists_files_elsewhere_is_refused(tmp_path: Path) -> None:
    bundle = lab_bundle(tmp_path)
    manifest = json.loads((bundle.path / MANIFEST).read_text())
    # Under the folder in which the bundle lies while it is looked at.
    manifest["files"]["../lab/reference.fa"] = manifest["files"]["reference.fa"]
    manifest["hash"] = content_hash(manifest)
    (bundle.path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(RejectedError, match="which is no plain file inside"):
        install(packed(bundle, tmp_path / "lab.tar"), tmp_path / "installed", untold)


def test_a_damaged_bundle_is_not_installed(tmp_path: Path) -> None:
    bundle = lab_bundle(tmp_path)
    text = (bundle.path / "reference.fa").read_text()
    (bundle.path / "reference.fa").write_text(text.replace("TTGACC", "TTGACG"))
    with pytest.raises(RejectedError, match="is not what was built"):
        install(bundle.path, tmp_path / "installed", untold)
    assert not list((tmp_path / "installed").iterdir())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no archive at all", "cannot be unpacked"),
        (b"\x1f\x8b\x08\x00damaged", "cannot be unpacked"),
        (b"\x28\xb5\x2f\xfddamaged", "cannot be unpacked"),
        (b"", "is not one reference bundle|cannot be unpacked"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "lab.tar"
    file.write_bytes(content)
    with pytest.raises(RejectedError, match=reason):
        install(file, tmp_path / "installed", untold)
    assert not list((tmp_path / "installed").iterdir())


def test_an_archive_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    file = as_gzip(lab_bundle(tmp_path), tmp_path)
    file.write_bytes(file.read_bytes()[:-2_000])
    with pytest.raises(RejectedError, match=r"lab\.tar\.gz cannot be unpacked"):
        install(file, tmp_path / "installed", untold)


def test_a_bundles_name_cannot_lead_elsewhere(tmp_path: Path) -> None:
    fasta, genes = lab_files(tmp_path)
    out = tmp_path / "out"
    bundle = build(name="../our lab/ä", assembly="lab1", fasta=fasta, genes=genes, out=out)
    assert bundle.path == out / f"our-lab-{bundle.hash[:12]}"
    assert bundle.name == "../our lab/ä"


def test_a_failure_late_in_the_build_leaves_nothing(tmp_path: Path) -> None:
    fasta, genes = lab_files(tmp_path)

    def fail(bundle: Bundle) -> None:
        assert bundle.fasta.is_file()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(
            name="lab",
            assembly="lab1",
            fasta=fasta,
            genes=genes,
            out=tmp_path / "out",
            precompute=fail,
        )
    assert not list((tmp_path / "out").iterdir())


def test_what_precomputes_gets_a_bundle_that_lacks_its_store_alone(tmp_path: Path) -> None:
    fasta, genes = lab_files(tmp_path)
    sites = vcf(tmp_path / "s.vcf", "1 3 . G A . . .")
    seen: list[Bundle] = []

    def store(bundle: Bundle) -> None:
        seen.append(bundle)
        assert known(bundle, (3, 1, "A")) == ["mine_KNOWN"]
        assert bundle.known is None
        bundle.known_folder.mkdir()
        (bundle.known_folder / "1.parquet").write_bytes(b"store")

    made = [
        build(
            name="lab",
            assembly="lab1",
            fasta=fasta,
            genes=genes,
            out=tmp_path / "out",
            annotations=[SourceFiles("mine", (sites,))],
            precompute=store,
            compress=compress,
        )
        for compress in (False, True)
    ]
    assert [each.known for each in made] == [each.path / "known" for each in made]
    # The second keeps its sequence compressed, but the store was made with the plain one.
    assert [each.fasta.name for each in made] == ["reference.fa", "reference.fa.gz"]
    assert seen[0].hash == seen[1].hash != made[0].hash
    for each in made:
        verify(each)


# Whoever runs the tests in the background may have had SIGINT ignored, which is inherited.
_RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from backend.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def at_work(options: list[str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a build that takes a while and has begun to write."""
    big = tmp_path / "big.fa"
    big.write_text(f">chr1\n{SEQUENCE * 500_000}\n")
    options = [str(big) if each.endswith("lab.fa") else each for each in options]
    with subprocess.Popen([sys.executable, "-c", _RUN, *options], cwd=ROOT) as process:
        while not list(tmp_path.glob("out/.building-*/bundle")):
            assert process.poll() is None
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_called_off_leaves_nothing(
    at_work: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    at_work.send_signal(number)
    assert at_work.wait(20) == (143 if number == signal.SIGTERM else 130)
    assert not list((tmp_path / "out").iterdir())


def test_what_a_killed_build_left_is_removed_by_the_next(
    at_work: subprocess.Popen[bytes], options: list[str], tmp_path: Path
) -> None:
    at_work.send_signal(signal.SIGSTOP)
    (folder,) = (tmp_path / "out").iterdir()
    assert main(options) == 0
    # That of a build at work is left alone.
    assert folder.is_dir()
    at_work.kill()
    at_work.wait(20)
    assert folder.is_dir()
    assert main(options) == 0
    assert [each.name for each in (tmp_path / "out").iterdir()] == [
        installed(tmp_path / "out")[0].path.name
    ]


def test_a_workplace_is_gone_afterwards(tmp_path: Path) -> None:
    with workplace(tmp_path / "out") as folder:
        (folder / "file").touch()
    assert not list((tmp_path / "out").iterdir())


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
