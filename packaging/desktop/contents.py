"""What the frozen app is made of; the specs of all three systems ask here.

Of Python it has what the extra `desktop` asks for and nothing else that the environment holds, of
Qt what the window uses, of the project's resources what the app reads.  The name of a file is its
place below the app's folder.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from needs import needed_distributions, other_packages

ROOT = Path(__file__).resolve().parents[2]
NAME = "gas-desktop"
TITLE = "Genomics Annotation Service"
IDENTIFIER = "local.genomics-annotation-service.gas-desktop"
"""By which macOS and Windows know the app; it must never change."""

OF_SYSTEM = frozenset(
    {
        "libX11-xcb.so.1",
        "libX11.so.6",
        "libdbus-1.so.3",
        "libfontconfig.so.1",
        "libfreetype.so.6",
        "libgcc_s.so.1",
        "libstdc++.so.6",
    }
)
"""What every Linux desktop has, and the packages ask for.

Its graphics drivers may need newer ones than the machine that builds has, and its own fit its
fonts, its bus and its screen.
"""

# What Python itself brings and the app has no use for.
_OF_PYTHON = (
    *("tkinter", "unittest", "doctest", "pdb", "pydoc", "pydoc_data", "lib2to3", "distutils"),
    *("test", "curses", "readline", "xmlrpc", "idlelib", "turtle", "ensurepip", "venv"),
)
# PyInstaller's hook takes all of the package, also the pretended answers for tests.
_FOR_TESTS = re.compile(r"globus_sdk\.testing(\.|$)")
# Of the folder of resources.
_READ = ("demo/demo.vcf", "i18n/*.qm", "icons/*.svg")
# They serve those who build the app: pictures of its screens, and what is to be seen in them.
_FOR_BUILDERS = re.compile(r"\.(\w+_)?(sample|screens|screenshots)$")

# As Windows calls them; elsewhere "lib" comes before.
_PLUGINS = frozenset(
    {
        "iconengines/qsvgicon",
        "imageformats/qsvg",
        "platforminputcontexts/composeplatforminputcontextplugin",
        "platforminputcontexts/ibusplatforminputcontextplugin",
        "platforms/qcocoa",
        "platforms/qoffscreen",
        "platforms/qwayland",
        "platforms/qwindows",
        "platforms/qxcb",
        "platformthemes/qxdgdesktopportal",
        "wayland-decoration-client/adwaita",
        "wayland-decoration-client/bradient",
        "wayland-shell-integration/xdg-shell",
    }
)
# What Qt's own dialogs say, in the languages of the app.
_TRANSLATIONS = ("qtbase_de",)
# They draw OpenGL and Direct3D without a graphics card on Windows; widgets use neither.
_UNUSED = frozenset({"opengl32sw.dll", "d3dcompiler_47.dll"})
_NEEDED = re.compile(r"^  NEEDED +(\S+)$", re.MULTILINE)
_QT_IMPORT = re.compile(r"\bPySide6\.(Qt\w+)")


def analysis_options() -> dict[str, Any]:
    """Return the arguments of PyInstaller's `Analysis`."""
    others = other_packages(needed_distributions())
    return {
        "scripts": [str(ROOT / "desktop" / "__main__.py")],
        "pathex": [str(ROOT)],
        "hiddenimports": own_modules(),
        "excludes": [*others, *unused_qt(), *_OF_PYTHON, *builders_modules()],
        "datas": resources(),
        # Without assertions, but with docstrings: a library may read its own.
        "optimize": 1,
    }


def own_modules() -> list[str]:
    """Return all modules of the app: some are imported by name only, after the first paint."""
    return sorted(_modules() - set(builders_modules()))


def builders_modules() -> list[str]:
    """Return the modules that lie in the app's folder and are not part of it."""
    return sorted(filter(_FOR_BUILDERS.search, _modules()))


def unused_qt() -> list[str]:
    """Return those modules of PySide6 that no module of the app imports."""
    used = {name for path in _sources() for name in _QT_IMPORT.findall(path.read_text("utf-8"))}
    spec = find_spec("PySide6")
    folders = spec.submodule_search_locations if spec else None
    files = (file for folder in folders or () for file in Path(folder).glob("Qt*"))
    present = {file.name.split(".")[0] for file in files if file.suffix in {".so", ".pyd"}}
    return [f"PySide6.{name}" for name in sorted(present - used)]


def resources() -> list[tuple[str, str]]:
    """Return the files that the app reads, each with its folder in the app."""
    files = (path for pattern in _READ for path in sorted((ROOT / "resources").glob(pattern)))
    return [(str(path), path.parent.relative_to(ROOT).as_posix()) for path in files]


def keeps(name: str) -> bool:
    """Whether a file that PyInstaller has collected is part of the app."""
    path = PureWindowsPath(name)
    if path.parts[0] == "PySide6" and "plugins" in path.parts:
        return f"{path.parent.name}/{path.stem.removeprefix('lib')}" in _PLUGINS
    if path.parts[0] == "PySide6" and "translations" in path.parts:
        return path.name.startswith(_TRANSLATIONS)
    return path.name not in OF_SYSTEM | _UNUSED


def keeps_module(name: str) -> bool:
    """Whether a module that PyInstaller has collected is part of the app."""
    return not _FOR_TESTS.match(name)


def linked_with(file: str) -> set[str]:
    """Return the bare names of the libraries that a Linux program or library is linked with.

    Not those that these are linked with in turn, which `ldd` and PyInstaller would add.
    """
    command = ("objdump", "--private-headers", file)
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(_NEEDED.findall(shown.stdout))


def asked_for(asks: Mapping[str, Iterable[str]], roots: Iterable[str]) -> set[str]:
    """Return the files that *roots* need, directly or through others, and the roots themselves.

    What a plugin that was left out would have needed is not among them: GTK alone is 20 MB.

    Args:
        asks: for each file the libraries that it is linked with, by their bare names.
        roots: the program's own parts: extension modules and plugins.
    """
    by_bare_name = {PurePath(name).name: name for name in asks}
    kept: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += [by_bare_name[bare] for bare in asks[name] if bare in by_bare_name]
    return kept


def _modules() -> set[str]:
    files = (path.relative_to(ROOT).with_suffix("") for path in _sources())
    return {".".join(path.parts) for path in files if not path.name.startswith("_")}


def _sources() -> list[Path]:
    return sorted((ROOT / "desktop").rglob("*.py"))
