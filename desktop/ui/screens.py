"""Every screen of the window, filled with synthetic jobs, as pictures and tests show them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.errors import (
    DesktopError,
    ForbiddenError,
    OfflineError,
    QuotaReachedError,
    UntrustedError,
)
from desktop.store.book import JobBook
from desktop.ui.actions.offers import limit_sentence
from desktop.ui.actions.outage import Outage
from desktop.ui.error_words import in_words
from desktop.ui.language import lowered, tr
from desktop.ui.models.jobs import JobsModel
from desktop.ui.release_sample import show_release, show_update_settings
from desktop.ui.sample import ME, NOW, PREMIUM, sample_jobs
from desktop.ui.shell_sample import bug, bundle, crash, show_activity, show_settings
from desktop.ui.sign_in_screens import SIGN_IN_SCREENS, connection, connection_refused
from desktop.ui.theme.theme import Theme
from desktop.ui.transfer_sample import show_sample
from desktop.ui.viewer.screens import VIEWER_SCREENS
from desktop.ui.views.banner import Notice
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.views.upload_strip import TransferView

_MB = 1000**2

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


def empty(theme: Theme) -> MainWindow:
    """No jobs yet, and a sign-in that is not kept."""
    window = sample_window(theme, filled=False)
    sentence = tr(
        "This machine has no keyring that can be used, so you stay signed in only until "
        "you close the app."
    )
    window.banners.put(Notice("memory", sentence, icon="lock", closable=True))
    return window


def loading(theme: Theme) -> MainWindow:
    """The first list is on its way."""
    window = sample_window(theme, filled=False)
    window.annotations.set_loading(True)
    return window


def offline(theme: Theme, error: DesktopError | None = None) -> MainWindow:
    """The service cannot be reached, or does not help, and nothing is remembered."""
    window = loading(theme)
    Outage(window).show(error or OfflineError(), 8.0)
    return window


def dashboard(theme: Theme) -> MainWindow:
    """The dashboard, with a job's details and an upload under way."""
    window = sample_window(theme)
    window.annotations.open_details(sample_jobs()[2].id)
    transfer = TransferView(
        "sample_genome.vcf.gz",
        lowered(tr("Uploading")),
        412 * _MB,
        1100 * _MB,
        rate=38 * _MB,
        waiting=2,
    )
    window.annotations.strip.show_transfer(transfer)
    return window


def failed(theme: Theme) -> MainWindow:
    """A job that failed, with its log; and an event."""
    window = sample_window(theme)
    window.annotations.open_details(sample_jobs()[6].id)
    window.annotations.details.show_log("records read      11\nline 12           7 columns\n")
    title = tr("Saved {file}").format(file="sample_panel_a.annotated.vcf.gz")
    window.toasts.say(title, tr("{size}, in {folder}.").format(size="61 KB", folder="Downloads"))
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
    fault = in_words("Line 12 has 7 columns; VCF needs at least 8.")
    window.annotations.strip.show_attention(1, f"sample_broken.vcf. {fault}")
    return window


def account(theme: Theme) -> MainWindow:
    """The account."""
    window = sample_window(theme)
    window.open_page(Page.ACCOUNT)
    return window


def account_loading(theme: Theme) -> MainWindow:
    """The account while the service is asked for it."""
    window = account(theme)
    window.account.forget()
    return window


def account_offline(theme: Theme) -> MainWindow:
    """The account while the service cannot be reached."""
    window = offline(theme)
    window.account.forget()
    window.open_page(Page.ACCOUNT)
    return window


def no_activity(theme: Theme) -> MainWindow:
    """A log in which there is nothing yet."""
    window = sample_window(theme)
    window.open_page(Page.ACTIVITY)
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
        title=tr(QuotaReachedError.title),
        sentence=limit_sentence(["sample_genome.vcf.gz"], ME.limits.max_input_bytes),
        go=tr("Upgrade to Premium"),
        back=tr("Not now"),
    )


def delete() -> QWidget:
    """The question before something is lost."""
    return Decision(
        None,
        title=tr("Delete {file}?").format(file="sample_panel_a.vcf"),
        sentence=tr("The input, the result and the log are deleted for good."),
        go=tr("Delete"),
        danger=True,
    )


def of_window(fill: Callable[[MainWindow], MainWindow], theme: Theme) -> MainWindow:
    """The screen that *fill* makes of the sample person's window."""
    return fill(sample_window(theme))


SCREENS: dict[str, Screen] = {
    **{name: partial(of_window, fill) for name, fill in SIGN_IN_SCREENS.items()},
    "connection": lambda _theme: connection(),
    "connection_refused": lambda _theme: connection_refused(),
    "empty": empty,
    "loading": loading,
    "offline": offline,
    "refused": partial(offline, error=ForbiddenError()),
    "untrusted": partial(offline, error=UntrustedError()),
    "dashboard": dashboard,
    "failed": failed,
    "dropping": dropping,
    "nothing_found": nothing_found,
    "transfers": transfers,
    "no_transfers": no_transfers,
    "attention": attention,
    "account": account,
    "account_loading": account_loading,
    "account_offline": account_offline,
    "premium": premium,
    "restoring": restoring,
    "archived": archived,
    "settings": lambda theme: shown(theme, show_settings),
    "updates": lambda theme: shown(theme, show_update_settings),
    "release": lambda theme: shown(theme, show_release),
    "activity": lambda theme: shown(theme, show_activity),
    "no_activity": no_activity,
    "bug": lambda _theme: bug(),
    "crash": lambda _theme: crash(),
    "bundle": lambda _theme: bundle(),
    "too_large": lambda _theme: too_large(),
    "delete": lambda _theme: delete(),
    **{name: partial(of_window, fill) for name, fill in VIEWER_SCREENS.items()},
}
