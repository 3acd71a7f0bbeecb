"""The project's tasks: `nox -l` lists them.

They share one environment, .venv: the locked versions and the project itself, made once and made
again when the lock changes.  uv does it where it is installed, pip otherwise.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "imports", "tests"]

ROOT = Path(__file__).parent
LOCK = ROOT / "requirements.lock"
HOME = ROOT / ".venv"
PROGRAMS = HOME / ("Scripts" if os.name == "nt" else "bin")

# Exactly what Qt asks of a Debian 12 system: the first line to draw at all, the second for a window
# on a (virtual) screen.  On Debian 13 libglib2.0-0 is called libglib2.0-0t64.
QT_PACKAGES = (
    *("libegl1", "libgl1", "libglib2.0-0", "libdbus-1-3", "libfontconfig1", "libxkbcommon0"),
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxcb-xkb1"),
    *("libxkbcommon-x11-0", "xvfb", "xauth"),
)
# A keyring and a bus of its own, for the test that keeps a sign-in in one.
KEYRING_PACKAGES = ("dbus-daemon", "gnome-keyring")


def install(session: nox.Session) -> None:
    """Make .venv with the locked versions and the project, unless it has them already."""
    stamp = HOME / "installed.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return
    session.log("Installing the locked versions into .venv; without uv this takes some minutes.")
    python = str(PROGRAMS / "python")
    if shutil.which("uv"):
        session.run("uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, HOME)
        pip = ("uv", "pip", "install", "--compile-bytecode", "--python", python)
    else:
        # It comes with nox; the system's own venv may lack pip.
        session.run(sys.executable, "-m", "virtualenv", "--quiet", HOME)
        pip = (python, "-m", "pip", "install", "--disable-pip-version-check")
    session.run(*pip, "--require-hashes", "-r", LOCK)
    session.run(*pip, "--no-deps", "--editable", ROOT)
    stamp.write_text(wanted, "ascii")


def run(session: nox.Session, program: str, *arguments: str, **environ: str) -> None:
    """Run a *program* of .venv."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    session.run(str(PROGRAMS / program), *arguments, env={"PATH": path, **environ}, external=True)


@nox.session
def dev(session: nox.Session) -> None:
    """Make .venv with everything, the project editable, and .venv/bin/gas."""
    install(session)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the main job on the local stack: sign in, upload, annotate, mail, download."""
    install(session)
    run(session, "gas", "demo", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; without arguments, first see that the domain is covered to its last branch."""
    install(session)
    install_system(session, *QT_PACKAGES, *KEYRING_PACKAGES)
    if not session.posargs:
        run(
            session,
            *("python", "-m", "pytest", "--quiet", "tests/unit/domain", "tests/unit/services"),
            *("--cov=backend.domain", "--cov-branch", "--cov-fail-under=100"),
            "--cov-report=term-missing:skip-covered",
        )
    run(session, "python", "-m", "pytest", "-ra", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    install(session)
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types."""
    install(session)
    run(session, "mypy")


@nox.session
def imports(session: nox.Session) -> None:
    """Check who may import whom."""
    install(session)
    run(session, "lint-imports", "--no-cache")


@nox.session
def faults(session: nox.Session) -> None:
    """Kill processes at random and see that nothing is lost."""
    install(session)
    run(
        session,
        *("python", "-m", "pytest", "tests/faults", "tests/interleaving", "-m", "faults"),
        # It walks all stacks after two minutes, and those of greenlets cannot be walked.
        *("-o", "faulthandler_timeout=0", *session.posargs),
    )


@nox.session
def bench(session: nox.Session) -> None:
    """Measure: `nox -s bench -- annotate --records 100000`."""
    install(session)
    run(session, "gas", "bench", *(session.posargs or ("annotate",)))


@nox.session
def fuzz(session: nox.Session) -> None:
    """Annotate broken files for ten minutes: no crash, no hang, no record lost."""
    install(session)
    run(session, "python", "-m", "tests.fuzz.run", *(session.posargs or ("--minutes", "10")))


@nox.session
def package(session: nox.Session) -> None:
    """Build the desktop app, try it and pack it, into dist/."""
    install(session)
    install_system(session, *QT_PACKAGES)
    run(session, "python", "packaging/desktop/build.py", *session.posargs)


@nox.session(venv_backend="uv|virtualenv")
def audit(session: nox.Session) -> None:
    """Look every locked version up in the advisories; needs the network."""
    session.install("pip-audit>=2.10")
    # Strict: what the advisories do not answer for would else count as sound.
    command = ("pip-audit", "--strict", "--require-hashes", "--disable-pip")
    session.run(*command, "--requirement", str(LOCK))


@nox.session
def screenshots(session: nox.Session) -> None:
    """Draw every screen, light and dark, at 100 and 200 %, into screenshots/."""
    install(session)
    install_system(session, *QT_PACKAGES)
    run(
        session,
        *("python", "-m", "desktop.ui.screenshots"),
        *(session.posargs or ("screenshots",)),
        QT_QPA_PLATFORM="offscreen",
    )


@nox.session
def lock(session: nox.Session) -> None:
    """Choose versions anew and write requirements.lock: names, versions, markers and hashes."""
    session.run(
        *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--all-extras", "--group", "dev", "--generate-hashes"),
        *("--no-emit-index-url", "--no-annotate", "--no-header"),
        *("pyproject.toml", "--output-file", str(LOCK), *session.posargs),
    )


def install_system(session: nox.Session, *packages: str) -> None:
    """Install *packages* on a Debian system, or say how in one line that can be pasted."""
    if platform.system() != "Linux" or shutil.which("dpkg-query") is None:
        return
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    prefix = _root_prefix()
    if prefix is None:
        session.log(f"More is needed of the system: sudo {' '.join(command)}")
        return
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    session.run(*prefix, "apt-get", "update", external=True, env=environment)
    session.run(*prefix, *command, external=True, env=environment)


def _installed(package: str) -> bool:
    query = ("dpkg-query", "--show", "--showformat=${db:Status-Status}", package)
    shown = subprocess.run(query, capture_output=True, text=True, check=False)
    return shown.stdout == "installed"


def _root_prefix() -> tuple[str, ...] | None:
    """Return what makes a command run as root without a question; None if nothing does."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        return None
    quiet = ("sudo", "--non-interactive", "true")
    allowed = subprocess.run(quiet, capture_output=True, check=False)
    return ("sudo", "--non-interactive") if allowed.returncode == 0 else None
