"""What is in the frozen app, and what is not."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import contents
import licences
import needs
import pytest

SPECS = ("gas-desktop.spec", "windows/gas-desktop.spec", "macos/gas-desktop.spec")
ABSOLUTE = re.compile(r"""["'](?:/|[A-Za-z]:\\)""")


@pytest.mark.parametrize("name", SPECS)
def test_specs_name_no_place_of_one_machine(scripts: Path, name: str) -> None:
    text = (scripts / name).read_text("utf-8")
    compile(text, name, "exec")
    assert not ABSOLUTE.search(text)


def test_the_folder_hides_no_package(scripts: Path) -> None:
    assert not list(scripts.parent.rglob("__init__.py"))


def test_the_app_has_of_python_what_its_extra_asks_for() -> None:
    needed = needs.needed_distributions()
    assert {
        "pyside6-essentials",
        "httpx2",
        "keyring",
        "pydantic-core",
        "typing-extensions",
    } <= needed
    assert not needed & {"boto3", "moto", "numpy", "pytest", "sqlalchemy", "stripe", "vepyr"}


def test_packages_of_others_are_left_out() -> None:
    others = set(needs.other_packages(needs.needed_distributions()))
    assert {"boto3", "numpy", "pytest", "stripe"} <= others
    assert not others & {"PySide6", "backend", "desktop", "httpx2", "keyring", "pydantic"}


def test_modules_that_are_imported_by_name_are_in_the_app() -> None:
    modules = contents.own_modules()
    assert "desktop.services" in modules
    assert "desktop.ui.screenshots" not in modules


def test_qt_modules_that_nothing_imports_are_left_out() -> None:
    unused = contents.unused_qt()
    assert "PySide6.QtQml" in unused
    assert not {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtSvg", "PySide6.QtWidgets"} & set(
        unused
    )


def test_what_serves_the_tests_of_a_library_is_left_out(scripts: Path) -> None:
    assert find_spec("globus_sdk.testing.registry") is not None
    assert not contents.keeps_module("globus_sdk.testing")
    assert not contents.keeps_module("globus_sdk.testing.registry")
    assert contents.keeps_module("globus_sdk.transport")
    assert all("contents.keeps_module" in (scripts / name).read_text("utf-8") for name in SPECS)


def test_what_the_app_reads_is_there() -> None:
    files = {Path(file).name: folder for file, folder in contents.resources()}
    assert all(Path(file).is_file() for file, _ in contents.resources())
    assert (files["app.svg"], files["demo.vcf"]) == ("resources/icons", "resources/demo")


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        r"PySide6\plugins\platforms\qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "libssl.so.3",
    ],
)
def test_what_the_window_uses_is_kept(name: str) -> None:
    assert contents.keeps(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        r"PySide6\plugins\imageformats\qtiff.dll",
        "PySide6/Qt/translations/qtbase_ja.qm",
        "PySide6/opengl32sw.dll",
        "libstdc++.so.6",
    ],
)
def test_what_it_does_not_use_is_left_out(name: str) -> None:
    assert not contents.keeps(name)


def test_libraries_that_nothing_kept_asks_for_go() -> None:
    asks = {
        "PySide6/QtGui.abi3.so": {"libQt6Gui.so.6", "libc.so.6"},
        "PySide6/Qt/lib/libQt6Gui.so.6": {"libpng16.so.16", "libQt6Gui.so.6"},
        "libpng16.so.16": set(),
        "libgtk-3.so.0": {"libpng16.so.16"},
    }
    kept = contents.asked_for(asks, ["PySide6/QtGui.abi3.so"])
    assert kept == set(asks) - {"libgtk-3.so.0"}


def test_every_part_of_the_app_has_its_licence(tmp_path: Path) -> None:
    entries = licences.texts([], tmp_path)
    folders = {Path(place).parent.name for place, _, _ in entries}
    # Qt's wheels have no texts, so its are ours.
    qt = {"pyside6-essentials", "shiboken6"}
    assert needs.needed_distributions() - qt - {needs.PROJECT} <= folders
    assert all(Path(file).is_file() for _, file, _ in entries)
    names = {Path(place).name for place, _, _ in entries}
    assert {"GPL-3.0.txt", "LGPL-3.0.txt", "LICENSE.txt", "NOTICE.txt", "versions.txt"} <= names


def test_what_is_compiled_into_qt_has_its_notice(scripts: Path) -> None:
    told = (scripts / "texts" / "qt-third-party.txt").read_text("utf-8")
    heads = set(re.findall(r"^(.+)\n-+\n", told, re.MULTILINE))
    assert {"ICU", "PCRE2", "libpng", "HarfBuzz", "MD4C", "zlib", "FreeType"} <= heads
    asked = {line.split(",")[0] for line in re.findall(r"^Licence: (.+)\n\n", told, re.MULTILINE)}
    texts = re.findall(r"^=+\nLicence: (.+)\n=+\n", told, re.MULTILINE)
    wanted = {name for each in asked for name in re.split(" or | and ", each)}
    assert wanted == {*texts, "public domain"}
    assert "qt-third-party.txt" in (scripts / "texts" / "NOTICE.txt").read_text("utf-8")


def test_the_list_of_versions_has_qts(tmp_path: Path) -> None:
    assert re.search(r"^pyside6-essentials 6\.\d+\.\d+$", licences.versions(), re.MULTILINE)
