"""That there is a newer version: a line at the foot of the window, which waits for no answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, column, hairline, label, row, surface
from desktop.update.release import Release

_ICON = 18


class ReleaseBar(QWidget):
    """One release; it is there before and after the sign-in, and takes no focus.

    Attributes:
        release: the one that is shown, or was shown last; None before the first.

    Signals:
        download_clicked: somebody wants its page.
        later_clicked: somebody does not want to hear of it now.
        skip_clicked: somebody does not want to hear of it again.
    """

    download_clicked = Signal()
    later_clicked = Signal()
    skip_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.release: Release | None = None
        self.title, self.summary = label(role="strong"), label(role="muted", wrap=True)
        self.download = button(tr("Download…"), "link")
        self.later = button(tr("Later"), "quiet")
        self.skip = button(tr("Skip this version"), "quiet")
        self._icon = QLabel()
        self._build()
        self.download.clicked.connect(self.download_clicked)
        self.later.clicked.connect(self.later_clicked)
        self.skip.clicked.connect(self.skip_clicked)
        theme.changed.connect(self._tint)
        self._tint()
        self.hide()

    def show_release(self, release: Release) -> None:
        """Show *release* until somebody answers."""
        self.release = release
        title = tr("Version {version} is there").format(version=release.version)
        self.title.setText(title)
        self.summary.setText(release.summary)
        self.setAccessibleName(f"{title}. {release.summary}")
        named = tr("{button}, version {version}")
        for each in (self.download, self.later, self.skip):
            each.setAccessibleName(named.format(button=each.text(), version=release.version))
        self.show()

    def _build(self) -> None:
        outside = column(self, spacing=0)
        outside.addWidget(hairline())
        ground = surface("bg")
        outside.addWidget(ground)
        line = row(ground, spacing=3 * SPACE)
        line.setContentsMargins(6 * SPACE, 2 * SPACE, 6 * SPACE, 2 * SPACE)
        line.addWidget(self._icon)
        line.addWidget(self.title)
        line.addWidget(self.summary, 1)
        for each in (self.download, self.later, self.skip):
            line.addWidget(each)

    def _tint(self) -> None:
        colour = self._theme.tokens.accent
        self._icon.setPixmap(pixmap("download", colour, _ICON, self.devicePixelRatio()))
