"""Installing a bundle that was built elsewhere: a folder, or an archive of one.

What comes from elsewhere is not trusted: nothing is written outside of a folder beside the
bundle's place, and the bundle is moved there only when every byte of it is what its manifest says.
"""

from __future__ import annotations

import shutil
import tarfile
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

from annotator.reference.bundle import MANIFEST, Bundle, load, named_folder, verify
from annotator.reference.workplace import put_in_place, workplace
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from annotator.reference.progress import Progress

_ZSTD = b"\x28\xb5\x2f\xfd"
_COPY_BYTES = 1 << 20


def install(given: Path, out: Path, progress: Progress) -> Bundle:
    """Put the bundle in *given* into the folder *out* and return it.

    Args:
        given: a bundle's folder, or a tar archive of it, plain or compressed by gzip or zstd.
        out: where bundles are installed.
        progress: is told how far the work is.

    Raises:
        RejectedError: it is no bundle, is damaged, or has files that lead out of its folder;
            nothing is left behind.
    """
    if not given.exists():
        raise RejectedError(f"There is no file or folder {given}.")
    with workplace(out) as scratch:
        unpacked = scratch / "unpacked"
        unpacked.mkdir()
        if given.is_dir():
            _copy(given, unpacked, progress)
        else:
            _unpack(given, unpacked, progress)
        found = _root(unpacked, given)
        bundle = load(found)
        _require_inside(bundle)
        progress("verifying", 0, None)
        verify(bundle)
        place = out / named_folder(bundle.name, bundle.hash)
        put_in_place(found, place, scratch)
    return load(place)


def _copy(folder: Path, target: Path, progress: Progress) -> None:
    """Copy a folder's files."""
    for number, file in enumerate(sorted(folder.rglob("*"))):
        if file.is_symlink():
            raise _unsafe(folder, str(file.relative_to(folder)))
        place = target / file.relative_to(folder)
        if file.is_dir():
            place.mkdir(exist_ok=True)
        elif file.is_file():
            shutil.copyfile(file, place)
        progress("copying", number, None)


def _unpack(archive: Path, target: Path, progress: Progress) -> None:
    """Unpack an archive's files, as a stream."""
    try:
        with _opened(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as members:
            for number, member in enumerate(members):
                _write(members, member, target, archive)
                progress("unpacking", number, None)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise RejectedError(
            f"{archive.name} cannot be unpacked ({error}); "
            "give a bundle's folder, or a .tar, .tar.gz or .tar.zst of it."
        ) from error


def _opened(archive: Path) -> closing[BinaryIO]:
    """The archive without compression, told by its first bytes."""
    with archive.open("rb") as stream:
        start = stream.read(len(_ZSTD))
    compression = "zstd" if start == _ZSTD else "gzip" if start[:2] == b"\x1f\x8b" else None
    stream = pa.input_stream(str(archive), compression=compression)
    return closing(cast("BinaryIO", stream))


def _write(members: tarfile.TarFile, member: tarfile.TarInfo, target: Path, archive: Path) -> None:
    """Write one file of an archive; permissions and owners are not taken over."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise _unsafe(archive, member.name)
    place = target.joinpath(*path.parts)
    if member.isdir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    content = members.extractfile(member)
    if content is None:
        raise _unsafe(archive, member.name)
    with place.open("wb") as stream:
        shutil.copyfileobj(content, stream, _COPY_BYTES)


def _unsafe(given: Path, name: str) -> RejectedError:
    """What is said of a member that is no plain file inside the folder."""
    return RejectedError(
        f"{given.name} has {name!r}, which is no plain file inside its folder; "
        "it is not a bundle, so nothing of it was installed."
    )


def _root(unpacked: Path, given: Path) -> Path:
    """The folder of the bundle: the whole, or the only folder in it."""
    candidates = [unpacked, *(each for each in unpacked.iterdir() if each.is_dir())]
    found = [each for each in candidates if (each / MANIFEST).is_file()]
    if len(found) != 1 or (found[0] != unpacked and len(list(unpacked.iterdir())) > 1):
        raise RejectedError(f"{given.name} is not one reference bundle: it needs one {MANIFEST}.")
    return found[0]


def _require_inside(bundle: Bundle) -> None:
    """Refuse a manifest that lists files elsewhere."""
    for name in bundle.files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise _unsafe(bundle.path, name)
