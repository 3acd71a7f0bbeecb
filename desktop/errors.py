"""What can go wrong for somebody at the window, each with a title and a sentence that helps.

* DesktopError
  + OfflineError         the service cannot be reached: try again by itself
    - UntrustedError     whose certificate is not trusted, so it may be somebody else
    - ProxyError         the proxy does not let the app through
  + SignedOutError       nobody is signed in, or no longer: sign in
    - SignedOutEverywhereError  the person ended all sign-ins elsewhere: forget this one
      . AccountDeletedError       by deleting the account
  + KeyringLockedError   the tokens are there but cannot be read: unlock, then go on
    - KeyringRefusedError  it takes no changes: go on without it
  + FileAwayError        a file cannot be read, which may pass: try again by itself, for a while
  + ForbiddenError       the request was refused and will be refused again
    - QuotaReachedError  the plan does not allow so large a file: upgrade
    - FileChangedError   the file is not what it was when it was chosen
    - DamagedError       what came is not what the service says it sent
    - ConflictError      the job's state does not allow it (yet, or any more)
    - NotFoundError      the service knows nothing of it (any more)
    - QueryError         a query cannot be read: the position says where
  + ServerFaultError     the service failed: try again later
    - TooManyError       it was asked too often: wait a little

Anything else is a bug: it rises and is reported once, at the door of the process.
"""

from __future__ import annotations

from typing import ClassVar

from desktop.sentences import Sentence, later


class DesktopError(Exception):
    """Base of every error that the app shows to people.

    Attributes:
        title: what happened, in a few words.
        remedy: what is said where nothing else is.
        words: what happened to what, and what would help.
        status: of the answer that said so, as HTTP has it; None where there was none.
    """

    title: ClassVar[str] = later("Something went wrong")
    remedy: ClassVar[str] = later("Please try again.")

    def __init__(self, words: Sentence | None = None) -> None:
        self.words = words or Sentence(self.remedy)
        self.status: int | None = None
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Return what is said in English, for logs and for whoever helps."""
        return str(self.words)


class OfflineError(DesktopError):
    """The service cannot be reached."""

    title = later("Offline")
    remedy = later("The service cannot be reached. Try again when you are online.")


class UntrustedError(OfflineError):
    """What answers has a certificate of an authority that is not trusted here."""

    title = later("Certificate not trusted")
    remedy = later(
        "The certificate of the server is not trusted on this machine. If your network has an "
        "authority of its own, choose its file as “Further authorities”, under “Connection…” on "
        "the sign-in page or in Settings → Network."
    )


class ProxyError(OfflineError):
    """The proxy cannot be used, or wants to know who asks."""

    title = later("The proxy does not let the app through")
    remedy = later(
        "The proxy did not let the app through to the server. Check its address, and the name "
        "and password in it, under “Connection…” on the sign-in page or in Settings → Network."
    )


class SignedOutError(DesktopError):
    """Nobody is signed in, or the sign-in has ended."""

    title = later("Signed out")
    remedy = later("Your sign-in has ended. Sign in again to go on.")


class SignedOutEverywhereError(SignedOutError):
    """The person has signed out everywhere: this sign-in must not be renewed."""

    remedy = later("You have signed out everywhere. Sign in again to go on.")


class AccountDeletedError(SignedOutEverywhereError):
    """The person has deleted the account: this sign-in must not make another."""

    title = later("Account deleted")
    remedy = later("This account was deleted. Signing in makes a new one.")


class KeyringLockedError(DesktopError):
    """The keyring holds the sign-in but is locked: this is not a sign-out."""

    title = later("Keyring locked")
    remedy = later("Your sign-in is kept in the keyring, which is locked. Unlock it to go on.")


class KeyringRefusedError(KeyringLockedError):
    """The keyring can be read, but takes or gives up nothing."""

    title = later("Sign-in not kept")
    remedy = later(
        "The keyring refuses to keep your sign-in: it may be full, or closed to changes. Make room "
        "in it and try again, or sign in for this session only."
    )


class FileAwayError(DesktopError):
    """A file cannot be read for a reason that may pass, as on a network drive that is away."""

    title = later("The file cannot be read")


class ForbiddenError(DesktopError):
    """The service refused the request, and would refuse it again."""

    title = later("Not possible")
    remedy = later("The service does not allow that.")


class QuotaReachedError(ForbiddenError):
    """The plan does not allow so large a file.

    Attributes:
        limit: the largest input the plan allows, in bytes; None where the service did not say.
        upgrade_url: where the plan can be changed; None where it cannot.
    """

    title = later("File too large for your plan")

    def __init__(
        self, words: Sentence | None, *, limit: int | None, upgrade_url: str | None
    ) -> None:
        super().__init__(words)
        self.limit = limit
        self.upgrade_url = upgrade_url


class FileChangedError(ForbiddenError):
    """The file changed between being chosen and being sent."""

    title = later("File changed")


class DamagedError(ForbiddenError):
    """A download does not have the promised checksum; nothing was saved."""

    title = later("Download damaged")


class ConflictError(ForbiddenError):
    """The state that a job is in does not allow what was asked for."""

    title = later("Not available")


class NotFoundError(ForbiddenError):
    """The service knows nothing of what was asked for, or no longer."""

    title = later("Not there any more")


class QueryError(ForbiddenError):
    """A query cannot be read.

    Attributes:
        position: of the character where it ends to make sense, from 1.
    """

    title = later("The query cannot be read")

    def __init__(self, words: Sentence, *, position: int) -> None:
        super().__init__(words)
        self.position = position


class ServerFaultError(DesktopError):
    """The service failed; it is not the person's fault and may pass.

    Attributes:
        retry_after: in how many seconds it wants to be asked again; None where it did not say.
    """

    title = later("The service has a problem")
    remedy = later("The service could not do that just now. Try again in a minute.")

    def __init__(self, words: Sentence | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class TooManyError(ServerFaultError):
    """The service was asked more often than it allows."""

    title = later("Too many requests")
    remedy = later("The service was asked too often. Wait a minute, then try again.")


_DEEPEST = 4

LONGEST_WANTED = 3600.0
"""A service that wants to be left alone for longer, in seconds, is asked again all the same."""


def wanted_wait(error: DesktopError) -> float:
    """Return how many seconds to wait at least before asking again, as the service wants it."""
    wanted = error.retry_after if isinstance(error, ServerFaultError) else None
    return min(LONGEST_WANTED, wanted or 0.0)


def gist(error: BaseException) -> str:
    """Return what *error* is and what it came from, for logs: "ServerFaultError 503".

    Its message is left out, for it may name a file or quote what is nobody else's.
    """
    kinds: list[str] = []
    found: BaseException | None = error
    while found is not None and len(kinds) < _DEEPEST:
        status = getattr(found, "status", None)
        kinds.append(type(found).__name__ if status is None else f"{type(found).__name__} {status}")
        found = found.__cause__
    return " < ".join(kinds)
