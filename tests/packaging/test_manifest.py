"""Keys and manifests as packagers make them are those that the app takes."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import manifest
import pytest

from desktop.update.manifest import read_manifest
from desktop.update.source import ReleaseSource, check_key

ADDRESS = "https://gas.example.org/manifest.json"
PAGE = "https://gas.example.org/download"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "release.key"
    manifest.make_key(path)
    return path


def sign(key: Path, *further: str, address: str = ADDRESS, page: str = PAGE) -> int:
    arguments = ["sign", "--key", str(key), "--address", address, "--page", page]
    told = ["--version", "1.2.0", "--summary", "Es ist schöner.", "--released", "2026-11-20"]
    out = key.with_name("manifest.json")
    return manifest.main([*arguments, *told, "--out", str(out), *further])


def test_what_is_signed_is_taken_by_the_app(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert manifest.main(["public-key", str(key)]) == 0
    public = capsys.readouterr().out.strip()
    assert sign(key) == 0
    document = key.with_name("manifest.json").read_bytes()
    release = read_manifest(document, ReleaseSource(ADDRESS, public))
    assert (release.version, release.released, release.page) == ("1.2.0", date(2026, 11, 20), PAGE)
    assert release.summary == "Es ist schöner."


def test_a_new_key_is_its_owner_s_only_and_replaces_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "release.key"
    assert manifest.main(["new-key", str(path)]) == 0
    public = capsys.readouterr().out.strip()
    assert check_key(public) == public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert manifest.main(["new-key", str(path)]) == 1
    assert path.read_bytes() == before


def test_a_page_elsewhere_is_signed_only_if_the_settings_list_its_host(key: Path) -> None:
    page = "https://mirror.example.net/app"
    assert sign(key, page=page) == 1
    assert not key.with_name("manifest.json").exists()
    assert sign(key, "--host", "mirror.example.net", page=page) == 0


@pytest.mark.parametrize(
    ("further", "said"),
    [
        (["--version", "1.2.0rc1"], "no version like"),
        (["--page", "http://gas.example.org/"], "page"),
        (["--summary", "two\nlines"], "summary"),
        (["--address", "http://gas.example.org/manifest.json"], "https://"),
        (["--key", "/nowhere/release.key"], "cannot be read as a private key"),
    ],
)
def test_what_no_app_would_take_is_not_written(
    key: Path, capsys: pytest.CaptureFixture[str], further: list[str], said: str
) -> None:
    assert sign(key, *further) == 1
    assert said in capsys.readouterr().err
    assert not key.with_name("manifest.json").exists()


def test_a_file_that_is_no_key_is_named(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key.write_text("letters", "utf-8")
    assert sign(key) == 1
    assert f"{key} cannot be read as a private key" in capsys.readouterr().err
