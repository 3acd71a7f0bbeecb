"""The annotated VCF as a file: its header, and finished batches put together, indexed by tabix."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pysam

from annotator.compression import BGZIP_END, bgzip
from annotator.consequence import FIELDS
from annotator.guard import EXPLANATIONS
from annotator.keys import EARLIER, Keys
from annotator.reference.bundle import Bundle
from backend import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from annotator.fields import Field
    from annotator.intake import Header

CONSEQUENCES, STATUS, COMPOUND = "CSQ", "GAS_STATUS", "BCSQ"
"""Our keys, where the input has them not."""

CSQ = "csq"
"""The engine that writes bcftools' calls alone."""

_CSQ_FORMAT = "[*]consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change"
_PREFIX = "GAS_"
_SMALL_BYTES = 1 << 24
_POLL_SECONDS = 0.2


class ResultFile:
    """The result while it is written; it gets its name when it is complete."""

    def __init__(self, place: Path, header: Iterable[bytes]) -> None:
        self._place = place
        self._part = place.with_name(place.name + ".part")
        self._file = self._part.open("wb")
        self._file.write(bgzip(b"".join(line + b"\n" for line in header)))

    def __enter__(self) -> Self:
        """The file, open for batches."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the complete file its name; remove an incomplete one."""
        if kind is None:
            self._file.write(BGZIP_END)
        self._file.close()
        if kind is None:
            self._part.rename(self._place)
        else:
            self._part.unlink(missing_ok=True)

    def append(self, batch: Path) -> None:
        """Take the blocks of a finished batch over; its file is gone afterwards."""
        with batch.open("rb") as blocks:
            shutil.copyfileobj(blocks, self._file)
        batch.unlink()


def write_index(result: Path, tick: Callable[[], None]) -> None:
    """Index a sorted result by tabix; *tick* is called at least every 0.2 s and may raise."""
    if result.stat().st_size < _SMALL_BYTES:
        pysam.tabix_index(str(result), preset="vcf", force=True)
        return
    command = [sys.executable, "-c", _INDEXING, str(result)]
    with subprocess.Popen(command) as process:
        try:
            while _is_running(process):
                tick()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RuntimeError(f"tabix ended with code {process.returncode}.")


_INDEXING = "import sys, pysam; pysam.tabix_index(sys.argv[1], preset='vcf', force=True)"


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process is at work still, after a while."""
    try:
        process.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def choose_keys(
    header: Header,
    present: Iterable[str],
    fields: tuple[Field, ...],
    *,
    phased: bool,
    engine: str,
    replace: bool,
) -> Keys:
    """Our INFO keys: the usual ones, or with ``GAS_`` before those that the input has already.

    Args:
        header: of the input.
        present: keys that its records have, whatever its header says.
        fields: what the sources give.
        phased: whether genotypes are.
        engine: ``vepyr`` or ``csq``.
        replace: whether an earlier annotation is taken out, so that its keys are free.
    """
    taken = {_id(line) for line in header.meta if line.startswith(b"##INFO=<")} | set(present)
    if replace:
        taken -= set(earlier_keys(header))
    renamed = tuple((field.key, _free(field.key, taken)) for field in fields if field.key in taken)
    formats = {_id(line) for line in header.meta if line.startswith(b"##FORMAT=<")}
    is_csq = engine == CSQ
    return Keys(
        status=_free(STATUS, taken),
        consequences="" if is_csq else _free(CONSEQUENCES, taken),
        compound=_free(COMPOUND, taken) if phased or is_csq else "",
        fields=fields,
        renamed=renamed,
        masks=_free(COMPOUND, formats) if is_csq and header.samples else "",
    )


def earlier_keys(header: Header) -> tuple[str, ...]:
    """The keys of earlier annotations: usual ones, and those that we say were ours."""
    listed = [key for line in header.meta if line.startswith(b"##GAS=<") for key in _listed(line)]
    return tuple(dict.fromkeys([*EARLIER, *listed]))


def _listed(line: bytes) -> list[str]:
    """The keys that a provenance line of ours names."""
    _, _, rest = line.decode("utf-8", "replace").partition('Keys="')
    return [key for key in rest.partition('"')[0].split(",") if key]


def _id(line: bytes) -> str:
    """The ID of a header line."""
    return line.partition(b"ID=")[2].partition(b",")[0].rstrip(b">").decode("utf-8", "replace")


def _free(key: str, taken: set[str]) -> str:
    """*key*, or the next name for it that is not taken."""
    name, number = key, 1
    while name in taken:
        name = f"{_PREFIX}{key.removeprefix(_PREFIX)}" + (f"_{number}" if number > 1 else "")
        number += 1
    return name


def header_lines(
    header: Header, bundle: Bundle, keys: Keys, *, engine: str, command: str, replace: bool
) -> Iterator[bytes]:
    """The user's header, without an earlier annotation's keys if asked for, and ours behind."""
    dropped = set(earlier_keys(header)) if replace else set()
    for line in header.meta:
        if not (line.startswith(b"##INFO=<") and _id(line) in dropped) and not (
            replace and line.startswith((b"##GAS=<", b"##GAS_source=<"))
        ):
            yield line
    yield from (line.encode() for line in _added(bundle, keys, engine, command))
    yield header.columns


def _added(bundle: Bundle, keys: Keys, engine: str, command: str) -> Iterator[str]:
    """What we add: where the annotation comes from, and a line for each INFO key."""
    yield (
        f'##GAS=<Version="{__version__}",Engine="{_quoted(engine)}",'
        f'Assembly="{_quoted(bundle.assembly)}",Bundle="{_quoted(bundle.name)}",'
        f'BundleHash="{bundle.hash}",Command="{_quoted(command)}",Keys="{",".join(keys.all)}">'
    )
    for source in bundle.sources:
        yield (
            f'##GAS_source=<Name="{_quoted(source.name)}",Release="{_quoted(source.release)}",'
            f'Licence="{_quoted(source.licence)}",SHA256="{source.sha256}">'
        )
    reasons = "; ".join(f"{reason}: {why}" for reason, why in EXPLANATIONS.items())
    yield _info(
        keys.status,
        ".",
        "String",
        f"Why the record, or one of its alleles, is not annotated. {reasons}",
    )
    new = dict(keys.renamed)
    for field in keys.fields:
        number = "0" if field.type == "Flag" else field.number
        yield _info(new.get(field.key, field.key), number, field.type, field.description)
    if keys.consequences:
        text = f"Consequence annotations from {bundle.engine}. Format: {'|'.join(FIELDS)}"
        yield _info(keys.consequences, ".", "String", text)
    if keys.compound:
        what = "" if keys.masks or not keys.consequences else " of phased variants together"
        text = f"Haplotype-aware consequences{what} from bcftools csq. Format: {_CSQ_FORMAT}"
        yield _info(keys.compound, ".", "String", text)
    if keys.masks:
        yield (
            f'##FORMAT=<ID={keys.masks},Number=.,Type=Integer,Description="Bits that say which '
            f"haplotype has which consequence in INFO/{keys.compound}: the first of each pair of "
            'bits is the first haplotype">'
        )


def _info(key: str, number: str, kind: str, description: str) -> str:
    """A line that declares an INFO key."""
    return f'##INFO=<ID={key},Number={number},Type={kind},Description="{_quoted(description)}">'


def _quoted(text: str) -> str:
    """*text* as it may stand between quotation marks."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
