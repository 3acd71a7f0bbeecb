"""Why a sign-in did not come about; each is shown to the person.

What can happen to a sign-in later is in `desktop.errors`: SignedOutError, KeyringLockedError,
OfflineError.
"""

from __future__ import annotations

from desktop.errors import DesktopError
from desktop.sentences import later, said

UNTOLD = said(
    "You are signed out on this machine. Globus could not be told, so the sign-in may stay valid "
    "there until it expires."
)
OWED = said(
    "You are signed out in this window. The keyring is locked, so the sign-in that it keeps is "
    "removed when the app next finds it unlocked."
)
REFUSED = said(
    "You are signed out in this window. The keyring refuses to give up the sign-in that it keeps, "
    "so the app tries again at its next start."
)


class SignInError(DesktopError):
    """Nobody was signed in; nothing has changed."""

    title = later("Not signed in")
    remedy = later("The sign-in did not succeed. Try again.")


class SignInCancelledError(SignInError):
    """The person called it off in the app."""

    remedy = later("The sign-in was cancelled.")


class SignInTimedOutError(SignInError):
    """The browser did not come back in time."""

    remedy = later("The browser did not answer within five minutes. Try again.")


class SignInRefusedError(SignInError):
    """The person, or Globus, said no in the browser."""

    remedy = later("The sign-in was refused in the browser. Try again and agree to it.")
