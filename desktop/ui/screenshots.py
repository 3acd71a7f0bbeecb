"""Pictures of every screen, light and dark, with synthetic jobs.

`python -m desktop.ui.screenshots FOLDER [--family FONT] [--scale 2] [--packed]`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from desktop.store.book import JobBook
from desktop.ui.models.jobs import JobsModel
from desktop.ui.sample import ME, NOW, PREMIUM, sample_jobs
from desktop.ui.shell_sample import bug, bundle, show_activity, show_settings
from desktop.ui.theme.theme import Theme, dress
from desktop.ui.theme.tokens import DARK, LIGHT, Tone
from desktop.ui.transfer_sample import show_sample
from desktop.ui.viewer.screens import VIEWER_SCREENS
from desktop.ui.views.banner import Notice
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.views.upload_strip import TransferView

DEFAULT_FAMILY = "DejaVu Sans"
_MB = 1000**2
_TIGHTEST = 0
"""How Qt names the smallest file that PNG can be without a loss."""

Screen = Callable[[Theme], QWidget]


def sample_window(theme: Theme, *, filled: bool = True) -> MainWindow:
    """Return the window of the sample person, with or without jobs."""
    model = JobsModel(JobBook(), lambda: NOW)
    window = MainWindow(model, theme)
    model.setParent(window)
    window.set_me(ME)
    window.show_pages()
    window.annotations.set_loading(False)
    if filled:
        model.put(sample_jobs())
        model.flush()
    return window


def sign_in(theme: Theme) -> MainWindow:
    """The page before anybody is signed in."""
    window = sample_window(theme, filled=False)
    window.show_sign_in()
    return window


def waiting(theme: Theme) -> MainWindow:
    """The page while the browser is open."""
    window = sign_in(theme)
    window.sign_in.show_waiting()
    window.sign_in.allow_copy()
    return window


def empty(theme: Theme) -> MainWindow:
    """No jobs yet, and a sign-in that is not kept."""
    window = sample_window(theme, filled=False)
    sentence = "This machine has no keyring, so you stay signed in only until you close the app."
    window.banners.put(Notice("memory", sentence, icon="lock", closable=True))
    return window


def loading(theme: Theme) -> MainWindow:
    """The first list is on its way."""
    window = sample_window(theme, filled=False)
    window.annotations.set_loading(True)
    return window


def offline(theme: Theme) -> MainWindow:
    """The service cannot be reached, and nothing is remembered."""
    window = loading(theme)
    sentence = "Offline: the service cannot be reached. Next try in 8 s."
    window.banners.put(Notice("offline", sentence, "offline", Tone.WARN, "Try now"))
    window.annotations.set_offline(True)
    return window


def dashboard(theme: Theme) -> MainWindow:
    """The dashboard, with a job's details and an upload under way."""
    window = sample_window(theme)
    window.annotations.open_details(sample_jobs()[2].id)
    transfer = TransferView(
        "sample_genome.vcf.gz", "uploading", 412 * _MB, 1100 * _MB, rate=38 * _MB, waiting=2
    )
    window.annotations.strip.show_transfer(transfer)
    return window


def failed(theme: Theme) -> MainWindow:
    """A job that failed, with its log; and an event."""
    window = sample_window(theme)
    window.annotations.open_details(sample_jobs()[6].id)
    window.annotations.details.show_log("records read      11\nline 12           7 columns\n")
    window.toasts.say("Saved sample_panel_a.annotated.vcf.gz", "In Downloads, 61 KB.")
    return window


def dropping(theme: Theme) -> MainWindow:
    """Files are held over the window."""
    window = sample_window(theme)
    window.overlay.offer([Path(f"sample_{name}.vcf") for name in "abc"])
    return window


def nothing_found(theme: Theme) -> MainWindow:
    """The filter finds nothing."""
    window = sample_window(theme)
    window.annotations.filter.setText("no such file")
    return window


def transfers(theme: Theme) -> MainWindow:
    """A transfer in each state."""
    window = sample_window(theme)
    show_sample(window.transfers)
    window.open_page(Page.TRANSFERS)
    return window


def no_transfers(theme: Theme) -> MainWindow:
    """Nothing is on its way."""
    window = sample_window(theme)
    window.open_page(Page.TRANSFERS)
    return window


def attention(theme: Theme) -> MainWindow:
    """A file was held back, as something is wrong with it."""
    window = sample_window(theme)
    sentence = "sample_broken.vcf. Line 12 has 7 columns; VCF needs at least 8."
    window.annotations.strip.show_attention(1, sentence)
    return window


def account(theme: Theme) -> MainWindow:
    """The account."""
    window = sample_window(theme)
    window.open_page(Page.ACCOUNT)
    return window


def premium(theme: Theme) -> MainWindow:
    """The account of somebody who pays."""
    window = account(theme)
    window.set_me(PREMIUM)
    return window


def restoring(theme: Theme) -> MainWindow:
    """The dashboard after an upgrade, with a result on its way back."""
    window = sample_window(theme)
    window.set_me(PREMIUM)
    window.annotations.open_details(sample_jobs()[5].id)
    return window


def archived(theme: Theme) -> MainWindow:
    """A result that is in the archive."""
    window = sample_window(theme)
    window.annotations.open_details(sample_jobs()[4].id)
    return window


def shown(theme: Theme, show: Callable[[MainWindow], None]) -> MainWindow:
    """The page that *show* brings up."""
    window = sample_window(theme)
    show(window)
    return window


def too_large() -> QWidget:
    """A file that the plan does not allow."""
    return Decision(
        None,
        title="File too large for your plan",
        sentence="sample_genome.vcf.gz has 1.1 GB; the free plan takes files of up to 154 KB. "
        "Premium takes files of any size.",
        go="Upgrade to Premium",
        back="Not now",
    )


def delete() -> QWidget:
    """The question before something is lost."""
    return Decision(
        None,
        title="Delete sample_panel_a.vcf?",
        sentence="The input, the result and the log are deleted for good.",
        go="Delete",
        danger=True,
    )


def viewer(fill: Callable[[MainWindow], MainWindow], theme: Theme) -> MainWindow:
    """One of the viewer's screens."""
    return fill(sample_window(theme))


SCREENS: dict[str, Screen] = {
    "sign_in": sign_in,
    "waiting": waiting,
    "empty": empty,
    "loading": loading,
    "offline": offline,
    "dashboard": dashboard,
    "failed": failed,
    "dropping": dropping,
    "nothing_found": nothing_found,
    "transfers": transfers,
    "no_transfers": no_transfers,
    "attention": attention,
    "account": account,
    "premium": premium,
    "restoring": restoring,
    "archived": archived,
    "settings": lambda theme: shown(theme, show_settings),
    "activity": lambda theme: shown(theme, show_activity),
    "bug": lambda _theme: bug(),
    "bundle": lambda _theme: bundle(),
    "too_large": lambda _theme: too_large(),
    "delete": lambda _theme: delete(),
    **{name: partial(viewer, fill) for name, fill in VIEWER_SCREENS.items()},
}


def take(folder: Path, theme: Theme, *, packed: bool = False) -> list[Path]:
    """Save a picture of every screen in both schemes in *folder*, and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for tokens in (LIGHT, DARK):
        theme.use(tokens)
        for name, screen in SCREENS.items():
            path = folder / f"{name}_{tokens.name}.png"
            _save(screen(theme), path, packed=packed)
            taken.append(path)
    return taken


def _save(window: QWidget, path: Path, *, packed: bool) -> None:
    window.show()
    QApplication.processEvents()
    # Where the keyboard is depends on the system, and pictures should not.
    if (focused := window.focusWidget()) is not None:
        focused.clearFocus()
    picture = window.grab().toImage()
    if packed:
        picture = _packed(picture)
    picture.save(str(path), quality=_TIGHTEST)
    window.close()
    window.deleteLater()


def _packed(picture: QImage) -> QImage:
    """Return *picture* in its 256 most frequent colours, a third of the size on the disk."""
    pixels = memoryview(picture.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
    table = [colour for colour, _ in Counter(pixels).most_common(256)]
    nearest = Qt.ImageConversionFlag.ThresholdDither
    return picture.convertToFormat(QImage.Format.Format_Indexed8, table, nearest)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures, off the screen; return 0."""
    parser = argparse.ArgumentParser(prog="desktop.ui.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", default=DEFAULT_FAMILY, help="the font, so that pictures agree")
    parser.add_argument("--scale", default="1", help="device pixels a pixel")
    parser.add_argument("--packed", action="store_true", help="256 colours, for a small file")
    told = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = told.scale
    app = QApplication(sys.argv[:1])
    for path in take(told.folder, dress(app, told.family), packed=told.packed):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
