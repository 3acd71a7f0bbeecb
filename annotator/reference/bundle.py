"""A reference bundle: an immutable folder, named by the hash of what is in it.

``bundle.json`` lists every file with its SHA-256, where it came from, under which licence, and
which versions of builder and engine made it. The hash of that list is the bundle's own, so two
bundles with the same hash annotate alike.
"""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.fields import Field
from annotator.genetic_code import GeneticCode
from annotator.reference.vepyr_tables import ENGINE_VERSION
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "bundle.json"
SOURCES = "sources"
KNOWN = "known"
FORMAT = 1
_ROOT = Path(__file__).parents[2]
_DEMO_PLACES = (_ROOT / "resources" / "demo", _ROOT / "backend" / "resources" / "demo")


@dataclass(frozen=True, slots=True)
class Contig:
    """A sequence of the bundle.

    Attributes:
        length: of the real contig, in bases, also where the bundle holds only a part of it.
        aliases: other names it goes by in files.
        covered: what the bundle can annotate: 1-based inclusive ranges, ascending.
        code: how its proteins are translated.
        pseudoautosomal: of X and Y, where the two have the same sequence: 1-based inclusive
            ranges, ascending.
    """

    name: str
    length: int
    aliases: tuple[str, ...]
    covered: tuple[tuple[int, int], ...]
    code: GeneticCode
    pseudoautosomal: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Something that the bundle was made from."""

    name: str
    release: str
    licence: str
    file: str
    sha256: str


class Kind(enum.StrEnum):
    """By what a source's entries are found."""

    ALLELES = "alleles"
    INTERVALS = "intervals"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A source that adds keys to INFO.

    Attributes:
        name: its keys begin with it and an underscore.
        fields: its keys, in the order in which they are written.
    """

    name: str
    kind: Kind
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose manifest has been read and whose files are there with their sizes.

    Attributes:
        sources: every file that it was made from.
        files: SHA-256 of each file by its name in the bundle.
        annotations: the sources that add keys to INFO, in the order in which these are written.
    """

    path: Path
    hash: str
    name: str
    assembly: str
    engine: str
    builder: str
    contigs: tuple[Contig, ...]
    sources: tuple[Source, ...]
    files: dict[str, str]
    annotations: tuple[Annotation, ...] = ()

    @property
    def fasta(self) -> Path:
        """The sequences, indexed; plain, or compressed by bgzip where size counts."""
        name = "reference.fa" if "reference.fa" in self.files else "reference.fa.gz"
        return self.path / name

    @property
    def genes(self) -> Path:
        """The gene models as GFF3, gzip-compressed."""
        return self.path / "genes.gff3.gz"

    @property
    def tables(self) -> Path:
        """The gene models as the engine reads them."""
        return self.path / "vepyr"

    @property
    def known(self) -> Path | None:
        """The store of known alleles, a file a contig; None if the bundle has none."""
        has_known = any(name.startswith(f"{KNOWN}/") for name in self.files)
        return self.path / KNOWN if has_known else None

    def entries(self, annotation: Annotation, contig: str) -> Path:
        """What an annotation has on a contig (by the bundle's name): a file that may be absent."""
        return self.path / SOURCES / annotation.name / f"{contig}.parquet"

    def names(self) -> dict[str, Contig]:
        """Every name and alias with its contig."""
        found = {alias: contig for contig in self.contigs for alias in contig.aliases}
        return found | {contig.name: contig for contig in self.contigs}

    def describe(self) -> str:
        """The bundle in a few words for people: name, assembly and contigs."""
        return f"{self.name} ({self.assembly}: {', '.join(each.name for each in self.contigs)})"


def load(path: Path) -> Bundle:
    """The bundle in the folder *path*; quick, as contents are not read (see ``verify``).

    Raises:
        RejectedError: it is damaged, or made for another version of the engine.
    """
    manifest = _manifest(path)
    try:
        bundle = _parse(path, manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise RejectedError(
            f"The manifest of bundle {path.name} is damaged ({error}); build or install it again."
        ) from error
    if content_hash(manifest) != bundle.hash:
        raise RejectedError(
            f"The manifest of bundle {path.name} was changed after it was built; "
            "build or install it again."
        )
    if bundle.engine != f"vepyr {ENGINE_VERSION}":
        raise RejectedError(
            f"Bundle {bundle.name} was built for {bundle.engine}, but this service runs "
            f"vepyr {ENGINE_VERSION}; build it again."
        )
    _require_files(bundle, manifest)
    return bundle


def installed(folder: Path | None) -> tuple[Bundle, ...]:
    """Every bundle in *folder* by name, then the demo bundle, which is always there.

    Raises:
        RejectedError: one of them is damaged.
    """
    found = []
    if folder is not None and folder.is_dir():
        found = [load(each.parent) for each in sorted(folder.glob(f"*/{MANIFEST}"))]
    demo = demo_bundle()
    return (*(each for each in found if each.hash != demo.hash), demo)


def demo_bundle() -> Bundle:
    """The small real bundle that comes with the project."""
    return load(demo_folder() / "bundle")


def demo_folder() -> Path:
    """Where the demo's files are: in the checkout, or inside the installed package."""
    for place in _DEMO_PLACES:
        if (place / "bundle" / MANIFEST).is_file():
            return place
    raise RejectedError(
        "The demo bundle is missing from this installation; install the package again, "
        "or make the bundle with resources/demo/build.py."
    )


def verify(bundle: Bundle) -> None:
    """Read every file and compare it with the manifest.

    Raises:
        RejectedError: a file was changed, is missing or is not listed; the message names it.
    """
    for name, expected in bundle.files.items():
        if sha256_of(bundle.path / name) != expected:
            raise RejectedError(
                f"{name} of bundle {bundle.name} is not what was built (its SHA-256 differs); "
                "build or install the bundle again."
            )
    strangers = set(_files_below(bundle.path)) - set(bundle.files)
    if strangers:
        raise RejectedError(
            f"Bundle {bundle.name} has files that it was not built with: "
            f"{', '.join(sorted(strangers))}; remove them."
        )


def content_hash(manifest: dict[str, Any]) -> str:
    """The hash that names a bundle: SHA-256 of its manifest without the hash itself."""
    rest = {key: value for key, value in manifest.items() if key != "hash"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file in hexadecimal, read in pieces."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def list_files(folder: Path) -> dict[str, dict[str, object]]:
    """What the manifest says of each file in a new bundle's *folder*."""
    return {
        name: {"sha256": sha256_of(folder / name), "bytes": (folder / name).stat().st_size}
        for name in sorted(_files_below(folder))
    }


def _files_below(folder: Path) -> Iterator[str]:
    """Names of the files in a bundle but for its manifest, relative and with slashes."""
    for file in folder.rglob("*"):
        if file.is_file() and file != folder / MANIFEST:
            yield file.relative_to(folder).as_posix()


def _manifest(path: Path) -> dict[str, Any]:
    """The manifest as JSON."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RejectedError(
            f"{path} is not a reference bundle: its {MANIFEST} cannot be read; "
            "build or install the bundle again."
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise RejectedError(
            f"{path} is not a reference bundle of format {FORMAT}; "
            "build it again with this version."
        )
    return manifest


def _parse(path: Path, manifest: dict[str, Any]) -> Bundle:
    """The bundle that a manifest describes."""
    return Bundle(
        path=path,
        hash=str(manifest["hash"]),
        name=str(manifest["name"]),
        assembly=str(manifest["assembly"]),
        engine=str(manifest["engine"]),
        builder=str(manifest["builder"]),
        contigs=tuple(_contig(each) for each in manifest["contigs"]),
        sources=tuple(Source(**each) for each in manifest["sources"]),
        files={name: str(each["sha256"]) for name, each in manifest["files"].items()},
        annotations=tuple(_annotation(each) for each in manifest.get("annotations", ())),
    )


def _annotation(entry: dict[str, Any]) -> Annotation:
    """A source of keys from its entry in the manifest."""
    fields = tuple(Field(**each) for each in entry["fields"])
    return Annotation(str(entry["name"]), Kind(entry["kind"]), fields)


def _contig(entry: dict[str, Any]) -> Contig:
    """A contig from its entry in the manifest."""
    return Contig(
        name=str(entry["name"]),
        length=int(entry["length"]),
        aliases=tuple(entry["aliases"]),
        covered=tuple((int(start), int(end)) for start, end in entry["covered"]),
        code=GeneticCode(entry["genetic_code"]),
        pseudoautosomal=tuple(
            (int(start), int(end)) for start, end in entry.get("pseudoautosomal", ())
        ),
    )


def _require_files(bundle: Bundle, manifest: dict[str, Any]) -> None:
    """Refuse a bundle with a file that is missing or has another size."""
    for name, entry in manifest["files"].items():
        file = bundle.path / name
        if not file.is_file() or file.stat().st_size != entry["bytes"]:
            raise RejectedError(
                f"{name} of bundle {bundle.name} is missing or cut short; "
                "build or install the bundle again."
            )
