"""The scheme in use, and the app dressed in it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from desktop.choices import Scheme
from desktop.ui.roles import install_roles
from desktop.ui.theme.icons import icon
from desktop.ui.theme.sheet import style_sheet
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens

TEXT_PIXELS = 13
MONO_PIXELS = 12
_MONO_FAMILIES = ["JetBrains Mono", "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "monospace"]


class Theme(QObject):
    """The colours in use; every widget that paints asks it each time.

    Attributes:
        tokens: the scheme in use.

    Signals:
        changed: the scheme is another one, or the scale of the screen; what was tinted must be
            tinted anew.
    """

    changed = Signal()

    def __init__(self, tokens: Tokens = LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self._followed: Scheme | None = None

    def use(self, tokens: Tokens) -> None:
        """Dress the app in *tokens*."""
        self.tokens = tokens
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(tokens))
            app.setStyleSheet(style_sheet(tokens))
        self.changed.emit()

    def follow(self, scheme: Scheme) -> None:
        """Use *scheme*; the system's now and whenever it changes.

        What is followed already is not dressed in again, which holds up a full window for long.
        """
        if scheme is self._followed:
            return
        hints = QGuiApplication.styleHints()
        if self._followed is Scheme.SYSTEM:
            hints.colorSchemeChanged.disconnect(self._use_system)
        self._followed = scheme
        if scheme is Scheme.SYSTEM:
            hints.colorSchemeChanged.connect(self._use_system)
            self._use_system(hints.colorScheme())
        else:
            self.use(DARK if scheme is Scheme.DARK else LIGHT)

    def _use_system(self, scheme: Qt.ColorScheme) -> None:
        self.use(DARK if scheme == Qt.ColorScheme.Dark else LIGHT)

    def icon(self, name: str, colour: str | None = None) -> QIcon:
        """Return an icon in *colour*, or in that of second-rank text."""
        return icon(name, colour or self.tokens.muted)


def dress(app: QApplication, family: str | None = None) -> Theme:
    """Give the app its style and its type, in *family* or the system's own, and return its theme.

    The scheme is not set yet: call `follow` or `use`.
    """
    app.setStyle("Fusion")
    install_roles()
    font = QFont(app.font())
    if family:
        font.setFamily(family)
    font.setPixelSize(TEXT_PIXELS)
    # Figures of one width keep columns and countdowns from shaking.
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)
    return Theme(parent=app)


def mono_font() -> QFont:
    """Return the font of IDs, positions, alleles and logs."""
    font = QFont(_MONO_FAMILIES)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(MONO_PIXELS)
    return font


def palette(tokens: Tokens) -> QPalette:
    """Return Qt's palette in the colours of *tokens*."""
    role = QPalette.ColorRole
    result = QPalette()
    for which, colour in {
        role.Window: tokens.bg,
        role.WindowText: tokens.text,
        role.Base: tokens.panel,
        role.AlternateBase: tokens.bg,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.panel,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.ToolTipBase: tokens.panel,
        role.ToolTipText: tokens.text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.panel,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.faint,
    }.items():
        result.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.muted))
    return result
