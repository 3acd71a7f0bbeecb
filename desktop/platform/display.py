"""Whether there is a display that answers: where none does, Qt would abort the process."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Mapping
from pathlib import Path

_XCB = "libxcb.so.1"
_USUAL = "wayland;xcb"
_BY_NAME = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be opened.

    Args:
        environ: where displays are named; Qt reads the same.
        platform: as `sys.platform` has it; only Linux and its like can be without.
    """
    if platform in {"win32", "darwin"}:
        return True
    # Qt tries one after the other, each perhaps with options, as in "wayland;xcb:scale=2".
    wanted = (environ.get("QT_QPA_PLATFORM") or _USUAL).split(";")
    return any(_can_show(name.partition(":")[0], environ) for name in wanted)


def _can_show(plugin: str, environ: Mapping[str, str]) -> bool:
    """Whether Qt's *plugin* has a display; those that draw into memory or files need none."""
    kind = plugin.partition("-")[0]
    if kind not in _BY_NAME:
        return True
    named = environ.get(_BY_NAME[kind])
    if not named:
        return False
    return x_answers(named) if kind == "xcb" else wayland_answers(named, environ)


def x_answers(name: str) -> bool:
    """Whether the X server of the display *name* lets us in; True where nobody can be asked."""
    try:
        xcb = ctypes.CDLL(_XCB)
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(os.fsencode(name), None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def wayland_answers(name: str, environ: Mapping[str, str]) -> bool:
    """Whether a compositor listens as *name*, which is a path or is in the runtime folder."""
    place = Path(environ.get("XDG_RUNTIME_DIR", ""), name)
    if not place.is_absolute():
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(place))
        except OSError:
            return False
    return True
