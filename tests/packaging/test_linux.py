"""What a Linux desktop is told of the app."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import contents
import pytest
import yaml

from backend import __version__
from backend.assets import asset

LOOK = """
import sys
from PySide6.QtCore import QMimeDatabase
types = QMimeDatabase()
print(*(types.mimeTypeForFile(name).name() for name in sys.argv[1:]))
"""
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def linux(scripts: Path) -> Path:
    return scripts / "linux"


def entry(linux: Path) -> dict[str, str]:
    """Return what the desktop file says."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(linux / "gas-desktop.desktop")
    return dict(parser["Desktop Entry"])


def tree(path: Path) -> ET.Element:
    """Return what an XML file of ours says."""
    return ET.parse(path).getroot()  # noqa: S314 - nobody else wrote it


def declared_types(linux: Path) -> set[str]:
    """Return the MIME types that are declared."""
    root = tree(linux / "gas-desktop.xml")
    return {found.attrib["type"] for found in root.iter(f"{MIME}mime-type")}


def check(tool: str, *arguments: str | Path) -> None:
    """Run a tool that validates, or skip where it is not installed."""
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool} on this machine")
    ended = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_desktop_file_is_valid(linux: Path) -> None:
    check("desktop-file-validate", linux / "gas-desktop.desktop")


def test_the_metainfo_is_valid(linux: Path) -> None:
    check("appstreamcli", "validate", "--no-net", linux / "gas-desktop.metainfo.xml")


def test_the_metainfo_tells_this_version_first(linux: Path) -> None:
    root = tree(linux / "gas-desktop.metainfo.xml")
    assert next(root.iter("release")).attrib["version"] == __version__


def test_the_app_opens_the_types_that_it_declares(linux: Path) -> None:
    offered = set(entry(linux)["MimeType"].strip(";").split(";"))
    root = tree(linux / "gas-desktop.metainfo.xml")
    told = {found.text for found in root.iter("mediatype")}
    assert offered == told == declared_types(linux)


def test_files_are_handed_to_the_app_as_arguments(linux: Path) -> None:
    assert entry(linux)["Exec"] == "gas-desktop %F"


def test_address_books_stay_address_books(linux: Path, tmp_path: Path) -> None:
    packages = tmp_path / "share" / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(linux / "gas-desktop.xml", packages)
    calls, book, packed = tmp_path / "a.vcf", tmp_path / "b.vcf", tmp_path / "a.vcf.gz"
    shutil.copy(asset("demo/demo.vcf"), calls)
    book.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n")
    packed.write_bytes(b"\x1f\x8b")
    # Without a cache Qt reads the declarations, and its own where the system's are not found.
    places = {"XDG_DATA_DIRS": str(tmp_path / "share"), "XDG_DATA_HOME": str(tmp_path / "none")}
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, calls, book, packed],
        env={**os.environ, **places, "QT_NO_MIME_CACHE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    ours, theirs, compressed = ended.stdout.split()
    assert (ours, compressed) == ("text/x-vcf", "application/x-vcf-gzip")
    assert theirs in {"text/vcard", "text/x-vcard"}


def test_the_packages_have_only_files_that_there_are(linux: Path) -> None:
    told = yaml.safe_load((linux / "nfpm.yaml").read_text("utf-8"))
    sources = [content["src"] for content in told["contents"]]
    ours = [Path(name).name for name in sources if name.startswith("${GAS_LINUX}")]
    assert ours
    assert all((linux / name).is_file() for name in ours)
    # What is not made at build time lies in the app, wherever that is put.
    others = [name for name in sources if not name.startswith("${GAS_")]
    assert others == ["/opt/gas-desktop/gas-desktop"]


def test_the_packages_ask_for_what_the_system_is_to_have(linux: Path) -> None:
    told = yaml.safe_load((linux / "nfpm.yaml").read_text("utf-8"))["overrides"]
    asked = set(told["rpm"]["depends"])
    assert {f"{library}()(64bit)" for library in contents.OF_SYSTEM} <= asked
    assert len(told["deb"]["depends"]) >= len(asked)
    # Without the system's certificates the app trusts no server.
    assert all("ca-certificates" in told[kind]["depends"] for kind in ("deb", "rpm"))


def test_every_value_of_the_packages_is_set(scripts: Path, linux: Path) -> None:
    wanted = set(re.findall(r"\$\{(GAS_\w+)\}", (linux / "nfpm.yaml").read_text("utf-8")))
    given = set(re.findall(r'"(GAS_\w+)":', (scripts / "linux_packages.py").read_text("utf-8")))
    assert wanted == given
