"""Errors in the language in use; what the service itself says stays as it said it.

`desktop.errors` and `desktop.auth.errors` know no Qt, so their texts are marked here; a test sees
to it that none is missing.
"""

from __future__ import annotations

from desktop.errors import DesktopError, QuotaReachedError
from desktop.ui.language import later, tr
from desktop.ui.wording import limit_text

WORDS = (
    later("Something went wrong"),
    later("Please try again."),
    later("Offline"),
    later("The service cannot be reached. Check the network; the app keeps trying."),
    later("Signed out"),
    later("Your sign-in has ended. Sign in again to go on."),
    later("You have signed out everywhere. Sign in again to go on."),
    later("Keyring locked"),
    later("Your sign-in is kept in the keyring, which is locked. Unlock it to go on."),
    later("Not possible"),
    later("The service does not allow that."),
    later("File too large for your plan"),
    later("File changed"),
    later("Download damaged"),
    later("Not available"),
    later("The query cannot be read"),
    later("The service has a problem"),
    later("The service could not do that just now. Try again in a minute."),
    later("Too many requests"),
    later("The service was asked too often. Wait a minute, then try again."),
    later("Not signed in"),
    later("The sign-in did not succeed. Try again."),
    later("The sign-in was cancelled."),
    later("The browser did not answer within five minutes. Try again."),
    later("The sign-in was refused in the browser. Try again and agree to it."),
)


def error_words(error: DesktopError) -> tuple[str, str]:
    """Return title and sentence of *error*."""
    return tr(error.title), tr(error.sentence)


def limit_words(error: QuotaReachedError) -> str:
    """Return what the plan takes instead of the file that *error* is about."""
    if error.limit is None:
        return tr(error.sentence)
    return tr("Your plan takes files of up to {size}.").format(size=limit_text(error.limit))
