"""Bundles that were built elsewhere, installed."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from annotator.reference.build import build
from annotator.reference.bundle import MANIFEST, Bundle, content_hash, installed, load, verify
from annotator.reference.installation import install
from annotator.reference.progress import untold
from backend.cli import main
from backend.domain.errors import RejectedError
from tests.unit.annotator.lab import lab_bundle, lab_files


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
