"""What follows for an account's results when its plan has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend import logs
from backend.domain.errors import ConflictError, DamagedError, NotFoundError
from backend.domain.job import Status
from backend.domain.messages import AccountMessage
from backend.domain.plans import Plan
from backend.services.account_mails import AccountMails
from backend.services.archival import Archivals
from backend.services.ports import Contacts, Jobs
from backend.services.thaw import Thaws

LOGGER = logging.getLogger(__name__)
_PAGE = 100

# Asks for one job's result; returns why that has to be done once more.
Ask = Callable[[str], ConflictError | None]
Each = Callable[[Ask, Iterable[str]], Iterable[ConflictError | None]]


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """Has archived results asked back for who is premium, and gives others' results an end.

    An upgrade is confirmed by mail here: whatever is wrong with a mail, or with the mail service,
    holds up this account only.

    Attributes:
        mails: confirms an upgrade.
        each: calls a function with each id, several at once, and yields what it returns.
    """

    jobs: Jobs
    contacts: Contacts
    thaws: Thaws
    archivals: Archivals
    mails: AccountMails
    each: Each

    def follow(self, message: AccountMessage, alive: Callable[[], None]) -> None:
        """Bring the account's results in line with its plan as it is now.

        What is done is not done again, so a call that was cut short is taken up by the next.  For
        an account that was deleted there is nothing to do.

        Args:
            message: which account.
            alive: called after each page of jobs; may raise to give up.

        Raises:
            ConflictError: a result is on its way into the archive, or somebody else is mailing:
                call again.
            UnavailableError: something is down or busy, the mail service maybe: call again.
        """
        try:
            contact = self.contacts.get(message.account_id)
        except NotFoundError:
            # The account is deleted, and its results with it.
            return
        if contact.plan is not Plan.PREMIUM:
            self._limit_all(message.account_id, alive)
            return
        moving = self._thaw_all(message.account_id, alive)
        if message.upgrade is not None:
            self.mails.upgraded(contact, message.upgrade)
        if moving is not None:
            raise moving

    def _thaw_all(self, owner: str, alive: Callable[[], None]) -> ConflictError | None:
        """Return why some result has to be asked for once more, None if none has to."""
        after: str | None = None
        moving: ConflictError | None = None
        while True:
            page = self.jobs.archived_by(owner, limit=_PAGE, after=after)
            moving = _first(self.each(self._thaw, page.ids)) or moving
            alive()
            if page.after is None:
                return moving
            after = page.after

    def _thaw(self, job_id: str) -> ConflictError | None:
        """Return why the result has to be asked for once more."""
        try:
            self.thaws.start(self.jobs.get(job_id))
        except NotFoundError:
            return None
        except ConflictError as error:
            return error
        except DamagedError as error:
            # Asking again does not help; the others are asked for all the same.
            logs.event(LOGGER, "result lost", job_id=job_id, reason=str(error))
        return None

    def _limit_all(self, owner: str, alive: Callable[[], None]) -> None:
        after: str | None = None
        while True:
            page = self.jobs.by_owner(owner, limit=_PAGE, after=after)
            for job in page.jobs:
                # The index may be behind, so each job that may have a result is looked at itself.
                if job.status not in {Status.FAILED, Status.CANCELLED}:
                    self._limit(job.id)
            alive()
            if page.after is None:
                return
            after = page.after

    def _limit(self, job_id: str) -> None:
        try:
            self.archivals.limit(self.jobs.get(job_id), extends=True)
        except NotFoundError:
            return


def _first(found: Iterable[ConflictError | None]) -> ConflictError | None:
    return next((error for error in list(found) if error is not None), None)
