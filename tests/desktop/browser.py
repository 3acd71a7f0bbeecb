"""The system's browser of a test's machine: it opens a page, and there does what Ada would do.

Argument: the address, that of the stand-in's sign-in or of a checkout.  It prints what it did.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote

from backend.local.card import pays
from backend.local.person import signs_in_as

SIGNED_IN, PAID = "signed in", "paid"
USERNAME = "ada@local.test"


def install(folder: Path, log: Path) -> None:
    """Have a PATH that begins with *folder* open addresses in this browser, which adds to *log*."""
    folder.mkdir()
    opener = folder / "xdg-open"
    python, target = quote(sys.executable), quote(str(log))
    opener.write_text(f'#!/bin/sh\nexec {python} -m {__name__} "$1" >>{target} 2>&1\n', "utf-8")
    opener.chmod(0o700)


def browse(url: str) -> str:
    """Sign in or pay; return which of the two."""
    if "/oauth2/authorize" in url:
        signs_in_as(USERNAME)(url)
        return SIGNED_IN
    pays(url)
    return PAID


if __name__ == "__main__":
    sys.stdout.write(f"{browse(sys.argv[1])}\n")
