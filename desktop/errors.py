"""What can go wrong for somebody at the window, each with a title and a sentence that helps.

* DesktopError
  + OfflineError         the service cannot be reached: try again by itself
  + SignedOutError       nobody is signed in, or no longer: sign in
    - SignedOutEverywhereError  the person ended all sign-ins elsewhere: forget this one
  + KeyringLockedError   the tokens are there but cannot be read: unlock, then go on
  + ForbiddenError       the request was refused and will be refused again
    - QuotaReachedError  the plan does not allow so large a file: upgrade
    - FileChangedError   the file is not what it was when it was chosen
    - DamagedError       what came is not what the service says it sent
    - ConflictError      the job's state does not allow it (yet, or any more)
    - QueryError         a query cannot be read: the position says where
  + ServerFaultError     the service failed: try again later
    - TooManyError       it was asked too often: wait a little

Anything else is a bug: it rises and is reported once, at the door of the process.
"""

from __future__ import annotations

from typing import ClassVar


class DesktopError(Exception):
    """Base of every error that the app shows to people.

    Attributes:
        title: what happened, in a few words.
        sentence: what happened to what, and what would help.
    """

    title: ClassVar[str] = "Something went wrong"
    remedy: ClassVar[str] = "Please try again."

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or self.remedy
        super().__init__(self.sentence)


class OfflineError(DesktopError):
    """The service cannot be reached; the app keeps trying."""

    title = "Offline"
    remedy = "The service cannot be reached. Check the network; the app keeps trying."


class SignedOutError(DesktopError):
    """Nobody is signed in, or the sign-in has ended."""

    title = "Signed out"
    remedy = "Your sign-in has ended. Sign in again to go on."


class SignedOutEverywhereError(SignedOutError):
    """The person has signed out everywhere: this sign-in must not be renewed."""

    remedy = "You have signed out everywhere. Sign in again to go on."


class KeyringLockedError(DesktopError):
    """The keyring holds the sign-in but is locked: this is not a sign-out."""

    title = "Keyring locked"
    remedy = "Your sign-in is kept in the keyring, which is locked. Unlock it to go on."


class ForbiddenError(DesktopError):
    """The service refused the request, and would refuse it again."""

    title = "Not possible"
    remedy = "The service does not allow that."


class QuotaReachedError(ForbiddenError):
    """The plan does not allow so large a file.

    Attributes:
        limit: the largest input the plan allows, in bytes; None where the service did not say.
        upgrade_url: where the plan can be changed; None where it cannot.
    """

    title = "File too large for your plan"

    def __init__(self, sentence: str, *, limit: int | None, upgrade_url: str | None) -> None:
        super().__init__(sentence)
        self.limit = limit
        self.upgrade_url = upgrade_url


class FileChangedError(ForbiddenError):
    """The file changed between being chosen and being sent."""

    title = "File changed"


class DamagedError(ForbiddenError):
    """A download does not have the promised checksum; nothing was saved."""

    title = "Download damaged"


class ConflictError(ForbiddenError):
    """The state that a job is in does not allow what was asked for."""

    title = "Not available"


class QueryError(ForbiddenError):
    """A query cannot be read.

    Attributes:
        position: of the character where it ends to make sense, from 1.
    """

    title = "The query cannot be read"

    def __init__(self, sentence: str, *, position: int) -> None:
        super().__init__(sentence)
        self.position = position


class ServerFaultError(DesktopError):
    """The service failed; it is not the person's fault and may pass."""

    title = "The service has a problem"
    remedy = "The service could not do that just now. Try again in a minute."


class TooManyError(ServerFaultError):
    """The service was asked more often than it allows."""

    title = "Too many requests"
    remedy = "The service was asked too often. Wait a minute, then try again."
