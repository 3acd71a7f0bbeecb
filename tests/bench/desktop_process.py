"""The process in which the app is measured with many jobs; `desktop_window` runs it.

``python -m tests.bench.desktop_process JOBS CHANGES SECONDS IDLE``, with ``GAS_SERVER`` the address
of a `desktop_service` and `desktop_keyring` in place of the system's, prints JSON.  It is the whole
app, begun as somebody begins it, and imports little else: its memory is measured.
"""

from __future__ import annotations

import sys

from desktop.thrift import use_little_memory


def main() -> int:
    """Measure what the arguments say."""
    use_little_memory()
    from tests.bench.desktop_table import measure

    return measure(*map(int, sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
