"""A reference bundle: an immutable folder, named by the hash of what is in it.

``bundle.json`` lists every file with its SHA-256, where it came from, under which licence, and
which versions of builder and engine made it. The hash of that list is the bundle's own, so two
bundles with the same hash annotate alike.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.fields import Field
from annotator.genetic_code import GeneticCode
from annotator.reference.contents import (
    MANIFEST,
    content_hash,
    files_below,
    list_files,
    sha256_of,
)
from annotator.reference.parts import Annotation, Contig, Kind, Source
from annotator.reference.vepyr_tables import ENGINE_VERSION
from backend.domain.errors import RejectedError

__all__ = (
    "FORMAT",
    "KNOWN",
    "MANIFEST",
    "SOURCES",
    "Annotation",
    "Bundle",
    "Contig",
    "Kind",
    "Source",
    "bundle_of",
    "content_hash",
    "demo_bundle",
    "demo_folder",
    "installed",
    "list_files",
    "load",
    "named_folder",
    "sha256_of",
    "verify",
)

SOURCES = "sources"
KNOWN = "known"
FORMAT = 1
_ROOT = Path(__file__).parents[2]
_DEMO_PLACES = (_ROOT / "resources" / "demo", _ROOT / "backend" / "resources" / "demo")


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
    def known_folder(self) -> Path:
        """Where the store of known alleles is, or would be: a file a contig."""
        return self.path / KNOWN

    @property
    def known(self) -> Path | None:
        """The store of known alleles; None if the bundle has none."""
        has_known = any(name.startswith(f"{KNOWN}/") for name in self.files)
        return self.known_folder if has_known else None

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
        bundle = bundle_of(path, manifest)
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


def named_folder(name: str, hash_: str) -> str:
    """What the folder of a bundle is called: something that is safe whatever its *name* is."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")
    return f"{plain or 'bundle'}-{hash_[:12]}"


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
    strangers = set(files_below(bundle.path)) - set(bundle.files)
    if strangers:
        raise RejectedError(
            f"Bundle {bundle.name} has files that it was not built with: "
            f"{', '.join(sorted(strangers))}; remove them."
        )


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


def bundle_of(path: Path, manifest: dict[str, Any]) -> Bundle:
    """The bundle that a manifest describes, whether it is as it should be or not (see ``load``).

    Raises:
        KeyError, TypeError, ValueError: the manifest lacks something.
    """
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
