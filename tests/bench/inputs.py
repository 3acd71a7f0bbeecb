"""What the programs read: made once below one folder, from the real sequence and gene models."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pysam

from annotator.compression import open_decompressed
from backend.domain.errors import RejectedError
from tests.bench import bcftools, sources, synthetic
from tests.bench.measuring import measure
from tests.bench.synthetic import Draw, Site

CONTIG = "20"
ASSEMBLY = "GRCh37"
SEED = 20
"""Of everything that is made up; each file adds a number of its own."""

KNOWN = 0.97
"""Share of the sample's alleles that are known."""

_FOLDER = "grch37_chr20"
_IN_CLINVAR = 0.03
_OTHERS_IN_CLINVAR = 0.03
_OTHERS_IN_GNOMAD = 2
_LINES_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class RealData:
    """The real files: sequence (gzip), gene models (GFF3, gzip) and variants of one chromosome."""

    fasta: Path
    genes: Path
    variants: tuple[Path, ...]


def find_data(given: Path | None, environ: Mapping[str, str], root: Path) -> RealData:
    """The real files in the folder that is *given*, or where the tests look for them.

    Raises:
        RejectedError: they are not there.
    """
    where = given or Path(environ.get("GAS_TEST_DATA", root.parent / "shared" / "data"))
    # The programs run in another folder.
    folder = (where / _FOLDER).absolute()
    genes = sorted(folder.glob("*.gff3.gz"))
    if not (folder / "20.fa.gz").is_file() or not genes:
        raise RejectedError(
            f"The benchmark needs the real chromosome 20 of GRCh37: {folder} has no 20.fa.gz with "
            "gene models (*.gff3.gz) beside it. Name the folder of the test data with --data or "
            "GAS_TEST_DATA."
        )
    return RealData(folder / "20.fa.gz", genes[0], tuple(sorted(folder.glob("*.vcf.gz"))))


def once(target: Path, make: Callable[[Path], object]) -> Path:
    """*target*, made by *make* unless it is there; what is half made is never taken for it."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as folder:
            made = Path(folder) / target.name
            make(made)
            made.rename(target)
    return target


class Inputs:
    """The files by name; each is made when it is first asked for.

    Args:
        data: the real files.
        folder: where the files are kept; it may hold those of an earlier run.
        records: of the sample.
        say: is told what is being made.
    """

    def __init__(
        self, data: RealData, folder: Path, records: int, say: Callable[[str], None]
    ) -> None:
        self.data = data
        self.folder = folder / f"{records}-{SEED}"
        self.records = records
        self._say = say

    def fasta(self) -> Path:
        """The sequence, plain, with its index."""
        fasta = self._once("20.fa", self._unpack)
        once(
            fasta.with_name("20.fa.fai"),
            lambda made: pysam.faidx(str(fasta), "--fai-idx", str(made)),
        )
        return fasta

    def sample(self) -> Path:
        """The sample's variants as a caller would write them, by bgzip."""
        lines = synthetic.sample_records(CONTIG, self._sites(), SEED + 1)
        return self._vcf("sample.vcf.gz", synthetic.SAMPLE_DECLARATIONS, lines, sample="SYN1")

    def split(self) -> Path:
        """The sample with an allele a record, in normal form, by ``bcftools norm``."""

        def make(made: Path) -> None:
            options = ("-m-both", "-f", str(self.fasta()), "-Oz", "-o", str(made))
            norm = bcftools.command("norm", *options, str(self.sample()))
            measure(norm, made.parent)

        return self._once("split.vcf.gz", make)

    def known_sites(self) -> Path:
        """The known alleles of the sample, as sites."""
        known = sources.some_alleles(self._sites(), KNOWN, Draw(SEED + 2))
        return self._vcf("known.vcf.gz", (), sources.site_records(CONTIG, known))

    def clinvar(self) -> Path:
        """A file like ClinVar's; half of it is in the sample."""
        ours = sources.some_alleles(self._sites(), _IN_CLINVAR, Draw(SEED + 3))
        others = self._others(int(self.records * _OTHERS_IN_CLINVAR), SEED + 4)
        both = sources.merged(ours, others)
        lines = sources.clinvar_records(CONTIG, both, Draw(SEED + 5))
        return self._vcf("clinvar.vcf.gz", sources.CLINVAR_DECLARATIONS, lines)

    def gnomad(self) -> Path:
        """A file like gnomAD's: the known alleles and twice as many others."""
        ours = sources.some_alleles(self._sites(), KNOWN, Draw(SEED + 2))
        others = self._others(self.records * _OTHERS_IN_GNOMAD, SEED + 6)
        both = sources.merged(ours, others)
        lines = sources.gnomad_records(CONTIG, both, Draw(SEED + 7))
        return self._vcf("gnomad.vcf.gz", sources.GNOMAD_DECLARATIONS, lines)

    def panel(self) -> Path:
        """A BED file: the genes of the gene models as a lab's panel."""
        text = "".join(sources.gene_intervals(self.data.genes))
        return self._once("panel.bed", lambda made: made.write_text(text, "utf-8"))

    def _bases(self) -> str:
        with self.fasta().open(encoding="ascii") as lines:
            next(lines)
            return "".join(line.rstrip("\n") for line in lines).upper()

    def _sites(self) -> Iterator[Site]:
        """The sample's sites; drawn when they are first asked for."""
        yield from synthetic.draw_sites(self._bases(), self.records, SEED)

    def _others(self, count: int, seed: int) -> Iterator[Site]:
        """Alleles that the sample has only by chance, a site each."""
        sites = synthetic.draw_sites(self._bases(), count, seed)
        return sources.some_alleles(sites, 1, Draw(seed))

    def _vcf(
        self, name: str, declarations: Iterable[str], records: Iterable[str], sample: str = ""
    ) -> Path:
        def make(made: Path) -> None:
            length = len(self._bases())
            with pysam.BGZFile(str(made), "wb", None) as file:
                file.write(synthetic.header(CONTIG, length, declarations, sample).encode())
                lines = iter(records)
                while some := "".join(islice(lines, _LINES_AT_ONCE)):
                    file.write(some.encode())

        return self._once(name, make)

    def _unpack(self, made: Path) -> None:
        with open_decompressed(self.data.fasta) as source, made.open("wb") as target:
            shutil.copyfileobj(source, target)

    def _once(self, name: str, make: Callable[[Path], object]) -> Path:
        def told(made: Path) -> object:
            self._say(f"Making {name} …")
            return make(made)

        return once(self.folder / name, told)
