"""Row 26: what is installed is what was locked, to the byte, and it fetches nothing more."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
_REQUIREMENT = re.compile(
    r"^([A-Za-z0-9._-]+(?:\[[\w,-]+\])?)==(\S+)((?: ; [^\\\n]*)?)", re.MULTILINE
)


def _requirements() -> list[str]:
    """Return the requirements, each with the lines that belong to it."""
    return re.sub(r"\\\n\s*", " ", LOCK).strip().splitlines()


def test_row_26_every_package_is_locked_to_a_version_and_to_its_bytes() -> None:
    requirements = _requirements()
    assert len(requirements) > 100
    for requirement in requirements:
        assert _REQUIREMENT.match(requirement), requirement
        hashes = re.findall(r"--hash=(\S+)", requirement)
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


def test_row_26_no_package_comes_from_elsewhere_than_the_registry() -> None:
    for word in (
        "://",
        "git+",
        "-e ",
        "--find-links",
        "--extra-index-url",
        "--trusted-host",
        " @ ",
    ):
        assert word not in LOCK


def test_row_26_what_is_not_as_locked_is_not_installed() -> None:
    tasks = (ROOT / "noxfile.py").read_text("utf-8")
    installs = [line for line in tasks.splitlines() if '"-r", LOCK' in line]
    assert installs
    assert all('"--require-hashes"' in line for line in installs)


def test_row_26_nothing_is_fetched_when_the_project_is_installed() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'build-backend = "hatchling.build"' in project
    # A build hook could run code of ours or of others.
    assert "[tool.hatch.build.hooks" not in project
    assert "[tool.hatch.build.targets.wheel.hooks" not in project
