"""Gene models from a VEP cache of Ensembl, raw or converted by vepyr already.

Only transcripts, exons and proteins are taken. A cache's known variants are not: sources that name
their release and are matched allele by allele take their place (see ``sources``).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from annotator.reference.bundle import Source, sha256_of
from annotator.reference.cached_transcripts import transcripts_in
from annotator.reference.gene_lines import write_genes
from annotator.reference.models import GENES, NOT_STATED, TABLES, require_any
from annotator.reference.vepyr_files import MANIFEST, POLICY, list_in_manifest, write_frame
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annotator.reference.bundle import Contig
    from annotator.reference.gene_models import Transcript
    from annotator.reference.progress import Progress

RELEASES = frozenset({"115", "116"})
"""Releases of Ensembl whose caches vepyr reads."""

_TABLES = ("transcript", "exon", "translation_core")
_ENTITIES = ("transcript", "exon", "translation")
_INFO = "info.txt"
_RAW_NAME = re.compile(r"(?P<release>\d+)_(?P<assembly>\w+)")
_VARIANTS = ("_var.gz", "all_vars.gz", "all_vars.gz.csi", "all_vars.gz.tbi", "_reg.gz")


class CacheModels:
    """Gene models in a VEP cache.

    Args:
        folder: of a raw cache (it has ``info.txt``, and is named as in ``115_GRCh38``), or of one
            that vepyr converted (it has ``transcript/chrom_manifest.json``).
        convert: turns a raw cache, of a release and assembly, into a converted one below a folder.

    Raises:
        RejectedError: it is neither, or of a release that the engine does not read.
    """

    def __init__(
        self, folder: Path, convert: Callable[[Path, str, str, Path], Path] | None = None
    ) -> None:
        self._folder = folder
        self._convert = convert or convert_raw
        self._is_converted = (folder / "transcript" / MANIFEST).is_file()
        if not self._is_converted:
            self._named = _raw_name(folder)

    def sources(self) -> list[Source]:
        """See ``Models``; the hash is that of a list of the files' names and hashes."""
        whole = hashlib.sha256()
        for file in sorted(self._files()):
            name = file.relative_to(self._folder).as_posix()
            whole.update(f"{sha256_of(file)}  {name}\n".encode())
        name = f"VEP cache {self._folder.name}"
        return [Source(name, NOT_STATED, NOT_STATED, self._folder.name, whole.hexdigest())]

    def write(
        self,
        work: Path,
        fasta: Path,
        contigs: tuple[Contig, ...],
        assembly: str,
        progress: Progress,
    ) -> list[Transcript]:
        """See ``Models``."""
        del fasta
        cache = self._folder
        if not self._is_converted:
            progress("converting the VEP cache", 0, None)
            release, named = self._named
            cache = self._convert(cache, release, named, work.parent)
        if (cache / POLICY).is_file():
            (work / TABLES).mkdir()
            shutil.copyfile(cache / POLICY, work / TABLES / POLICY)
        kept: list[Transcript] = []
        for number, contig in enumerate(contigs):
            progress("copying gene models", number, len(contigs))
            files = _files_of(cache, contig)
            _require_fit(cache, files, assembly)
            _copy(files, work / TABLES, contig.name)
            write_frame(work / TABLES, contig.name, _marks(files))
            kept += transcripts_in(files, contig.name)
        require_any(kept)
        write_genes(kept, work / GENES)
        return kept

    def _files(self) -> Iterator[Path]:
        """The files that gene models are taken from."""
        if self._is_converted:
            for table in _TABLES:
                yield from (self._folder / table).glob("*.parquet")
            return
        for file in self._folder.rglob("*"):
            if file.is_file() and not file.name.endswith(_VARIANTS):
                yield file


def convert_raw(raw: Path, release: str, assembly: str, scratch: Path) -> Path:
    """Convert a raw cache by vepyr's own builder; return the new folder below *scratch*.

    Raises:
        RejectedError: vepyr cannot read it.
    """
    import vepyr

    kind = next((each for each in ("merged", "refseq") if raw.parent.name.endswith(each)), None)
    try:
        for entity in _ENTITIES:
            vepyr.build_cache(
                int(release),
                str(scratch / "cache"),
                cache_type=kind or "ensembl",
                entity=entity,
                assembly=assembly,
                local_cache=str(raw),
                show_progress=False,
            )
    except (ValueError, RuntimeError, OSError) as error:
        raise RejectedError(f"The VEP cache {raw} cannot be converted: {error}") from error
    (converted,) = (scratch / "cache").iterdir()
    return converted


def _raw_name(folder: Path) -> tuple[str, str]:
    """Release and assembly of a raw cache."""
    found = _RAW_NAME.fullmatch(folder.resolve().name)
    if not (folder / _INFO).is_file() or not found:
        raise RejectedError(
            f"{folder} is no VEP cache: it has neither info.txt and a name such as 115_GRCh38, as "
            "Ensembl's caches do, nor transcript/chrom_manifest.json, as vepyr's do."
        )
    if found["release"] not in RELEASES:
        raise RejectedError(
            f"{folder} is a VEP cache of release {found['release']}; "
            f"give one of release {' or '.join(sorted(RELEASES))}."
        )
    return found["release"], found["assembly"]


def _files_of(cache: Path, contig: Contig) -> dict[str, Path]:
    """The file of each table for a contig; none where the cache has not the contig."""
    names = {f"chr{name}" for name in (contig.name, *contig.aliases)} | set(contig.aliases)
    found = {}
    for table in _TABLES:
        manifest = cache / table / MANIFEST
        listed: list[dict[str, Any]] = (
            json.loads(manifest.read_text("utf-8")) if manifest.is_file() else []
        )
        for entry in listed:
            if entry["chrom"] in names:
                found[table] = cache / table / str(entry["dataset"])
    return found


def _require_fit(cache: Path, files: dict[str, Path], assembly: str) -> None:
    """Refuse a cache of a release that the engine does not read, or of another assembly."""
    for file in files.values():
        parquet = pq.ParquetFile(file)
        release = (parquet.metadata.metadata or {}).get(b"bio.vep.cache_version", b"").decode()
        if release not in RELEASES:
            raise RejectedError(
                f"{cache} was made of release {release or 'unknown'}; "
                f"give one of release {' or '.join(sorted(RELEASES))}."
            )
        if "assembly" in parquet.schema_arrow.names and parquet.metadata.num_rows:
            batch = next(parquet.iter_batches(1, columns=["assembly"]))
            found = batch.column(0)[0].as_py()
            if found != assembly:
                raise RejectedError(
                    f"{cache} is of {found}, but the bundle of {assembly}; "
                    "give cache and sequence of one assembly."
                )


def _copy(files: dict[str, Path], target: Path, contig: str) -> None:
    """Copy a contig's files as they are, and list them."""
    for table, file in files.items():
        (target / table).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / table / f"chr{contig}.parquet")
        rows = pq.read_metadata(file).num_rows
        list_in_manifest(target / table / MANIFEST, contig, rows)


def _marks(files: dict[str, Path]) -> dict[bytes, bytes]:
    """What vepyr wrote into a cache's files to tell its kind and release."""
    if "transcript" not in files:
        return {}
    metadata: dict[bytes, bytes] = pq.read_metadata(files["transcript"]).metadata or {}
    return {key: value for key, value in metadata.items() if key.startswith(b"bio.vep.")}
