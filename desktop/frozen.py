"""What the frozen app must not hand on to the programs that it opens, such as the browser."""

from __future__ import annotations

from collections.abc import MutableMapping

_LIBRARIES = "LD_LIBRARY_PATH"
_BEFORE = "LD_LIBRARY_PATH_ORIG"
_QT = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def clean_environment(environ: MutableMapping[str, str]) -> None:
    """Take back what PyInstaller has set: another program would load our libraries and plugins.

    This process has read what it needs of it by then: the libraries at its start, and the
    plugins' folder is also known from where Qt lies.
    """
    if _BEFORE in environ:
        environ[_LIBRARIES] = environ.pop(_BEFORE)
    else:
        environ.pop(_LIBRARIES, None)
    for name in _QT:
        environ.pop(name, None)
