"""What painted widgets are to a screen reader; Qt itself knows that of its own kinds only."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

ROLES = {
    "LyingBars": QAccessible.Role.Chart,
    "StandingBars": QAccessible.Role.Chart,
    "Timeline": QAccessible.Role.StaticText,
    "Skeleton": QAccessible.Role.StaticText,
    "Bar": QAccessible.Role.ProgressBar,
    "UploadStrip": QAccessible.Role.Grouping,
    "DropOverlay": QAccessible.Role.AlertMessage,
    "Banner": QAccessible.Role.Grouping,
    "Avatar": QAccessible.Role.Graphic,
}
"""By the names of the classes, so that no view is imported before it is needed."""


@cache
def install_roles() -> None:
    """Tell screen readers the roles of painted widgets from now on; once is enough."""
    QAccessible.installFactory(_interface)


def _interface(kind: str, widget: QObject) -> QAccessibleInterface | None:
    """Return what speaks for *widget*, None where Qt knows better."""
    role = ROLES.get(kind)
    if role is None or not isinstance(widget, QWidget):
        return None
    return QAccessibleWidget(widget, role)
