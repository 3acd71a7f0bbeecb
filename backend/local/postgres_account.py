"""Whose process the PostgreSQL server is: it refuses to be root's.

Started by root, it runs as ``postgres`` or ``nobody``, or as whoever owns the data already. Root's
folders are often closed to these (``/root``, a fresh temporary folder). Nothing is opened up for
them; instead the server keeps one capability of root's, to pass through folders, by ``setpriv``.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterable

if sys.platform != "win32":
    import pwd

_CANDIDATES = ("postgres", "nobody")

_PASSING_CAPABILITIES = {"dac_read_search": 1 << 2, "dac_override": 1 << 1}
"""What lets a process pass through any folder, least power first; bits of capabilities(7)."""


@dataclass(frozen=True)
class Account:
    """The user and group, by name and number, that the server runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def for_data(cls, data: Path) -> Account:
        """Return the owner of *data*; where there is none yet, whoever is to own it.

        Raises:
            RejectedError: the data is somebody else's, or there is nobody to run as.
        """
        me = os.geteuid()
        owner = data.stat().st_uid if data.exists() else None
        if me != 0 and owner not in {None, me}:
            raise RejectedError(
                f"{data} belongs to {user_name(owner or 0)}; "
                "start as that user, or choose another folder."
            )
        return cls._of(me if me != 0 else owner or _unprivileged())

    @classmethod
    def _of(cls, uid: int) -> Account:
        entry = pwd.getpwuid(uid)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def is_other(self) -> bool:
        """Whether the server runs as another user than this process."""
        return self.uid != os.geteuid()

    def own(self, folder: Path) -> None:
        """Make *folder* and give it to this user alone.

        Raises:
            RejectedError: it is there and somebody else's.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A link in a folder open to all might lead anywhere.
        owner = folder.lstat().st_uid
        if folder.is_symlink() or owner not in {os.geteuid(), self.uid}:
            raise RejectedError(f"{folder} belongs to {user_name(owner)}; remove it.")
        folder.chmod(0o700)
        if self.is_other:
            os.chown(folder, self.uid, self.gid)

    def run(self, *command: str, needs: Iterable[Path]) -> subprocess.CompletedProcess[str]:
        """Run *command* as this user, who shall get at the folders and files in *needs*.

        Raises:
            RejectedError: they are closed to this user.
            subprocess.CalledProcessError: the command failed; its output is in the error.
        """
        if not self.is_other:
            return _run(command)
        closed = [path for path in needs if not self._reaches(path)]
        if not closed:
            return subprocess.run(
                command,
                check=True,
                capture_output=True,
                text=True,
                cwd="/",
                stdin=subprocess.DEVNULL,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
            )
        return _run([*self._passing(closed[0]), *command])

    def _reaches(self, path: Path) -> bool:
        """Tell whether this user may pass through all folders above *path*, and read it."""
        return self._may(path, stat.S_IROTH) and all(
            self._may(folder, stat.S_IXOTH) for folder in path.parents
        )

    def _may(self, path: Path, right: int) -> bool:
        status = path.stat()
        if status.st_uid == self.uid:
            right <<= 6
        elif status.st_gid == self.gid:
            right <<= 3
        return bool(status.st_mode & right)

    def _passing(self, closed: Path) -> list[str]:
        capability = _held_capability()
        if capability is None:
            raise RejectedError(
                f"PostgreSQL runs as {self.name}, who cannot get at {closed}. "
                "Start as an ordinary user, or use a folder that is open to all, such as /var/lib."
            )
        return [
            "setpriv",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--inh-caps=+{capability}",
            f"--ambient-caps=+{capability}",
            "--",
        ]


def _run(command: Iterable[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(command),
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
    )


def _unprivileged() -> int:
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    for name in _CANDIDATES:
        if name in known:
            return known[name]
    raise RejectedError(
        "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as. "
        "Start as an ordinary user."
    )


def user_name(uid: int) -> str:
    """Return a user's name, or the number of one who has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _held_capability() -> str | None:
    """Return a capability of this process that lets pass through closed folders, if it has one."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:  # not Linux
        return None
    sets = dict(line.split(":\t", 1) for line in status.splitlines() if line.startswith("Cap"))
    held = int(sets["CapPrm"], 16) & int(sets["CapBnd"], 16)
    return next((name for name, bit in _PASSING_CAPABILITIES.items() if held & bit), None)
