"""The end of an account: closed at once, then all of it deleted, however often that is cut off.

What stays is a trace that names nobody: the account's id, when it was asked for and done, how many
jobs there were, and how many files that belonged to none of them; the mark at the workers that the
account is gone; and the record of accesses, which knows ids only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from backend import logs
from backend.domain.accounts import Account
from backend.domain.deletions import Deletion
from backend.domain.errors import ConflictError, NotFoundError
from backend.domain.files import input_prefix, output_prefix, work_prefix
from backend.domain.job import Status
from backend.services.billing_ports import Payments
from backend.services.ports import Accounts, Clock, Contacts, Files, Jobs
from backend.services.results import Results

LOGGER = logging.getLogger(__name__)
# Requests that were let in before the account was closed have come to an end by then.
PATIENCE = timedelta(seconds=60)
# Longer than one page of jobs takes; each page asks for as much again.
LEASE = timedelta(minutes=10)
# The index of jobs may be a moment behind, and who holds a job lets go of it.
_LATER = timedelta(seconds=15)
_PAGE = 100
_MOST_AT_ONCE = 10


class Deletions(Protocol):
    """Accounts that are being deleted, and the trace of those that were."""

    def request(self, account_id: str, now: datetime) -> bool:
        """Close the account: it is on the free plan, and nobody can use it any more.

        That is announced by the outbox and by a live event in the same transaction.  False if it
        was closed already.

        Raises:
            NotFoundError: there is no such account.
        """

    def take(self, now: datetime, lease: timedelta) -> Deletion | None:
        """Return a deletion that waits to be gone on with; None if none does.

        Until *lease* has passed nobody else gets it; `save` sets when it is next.
        """

    def save(self, deletion: Deletion, next_at: datetime) -> Deletion:
        """Store how far a deletion is, and that nobody else gets it before *next_at*; return it so.

        Raises:
            ConflictError: somebody else has taken it since, so its `next_at` is another by now.
        """

    def silence(self, account_id: str) -> None:
        """Forget the changes of the account that are not sent on yet; none is sent afterwards."""

    def finish(self, deletion: Deletion) -> None:
        """Delete the account with all that names it, and keep *deletion* as the trace.

        Raises:
            ConflictError: somebody else has taken it since, and nothing happens.
        """


@dataclass(frozen=True, slots=True)
class AccountDeletion:
    """Closes accounts and deletes what is theirs.

    Attributes:
        patience: how long after the request the account's jobs are deleted.
    """

    deletions: Deletions
    accounts: Accounts
    payments: Payments
    jobs: Jobs
    results: Results
    inputs: Files
    outputs: Files
    contacts: Contacts
    clock: Clock
    patience: timedelta = PATIENCE

    def request(self, account: Account) -> None:
        """Close the account for good; `work` deletes it.  Asking again changes nothing."""
        if self.deletions.request(account.id, self.clock()):
            logs.event(LOGGER, "account closed", account_id=account.id)

    def work(self) -> int:
        """Go on with the deletions that wait; return how many came to their end.

        Raises:
            UnavailableError: something is down; the deletion is gone on with later.
        """
        finished = 0
        for _ in range(_MOST_AT_ONCE):
            deletion = self.deletions.take(self.clock(), LEASE)
            if deletion is None:
                break
            try:
                finished += self._go_on(deletion)
            except ConflictError:
                # This was too slow, and whoever took it has read what is noted.
                logs.event(LOGGER, "deletion taken over", account_id=deletion.account_id)
        return finished

    def _go_on(self, deletion: Deletion) -> bool:
        self._stop_payments(deletion.account_id)
        begin = deletion.requested_at + self.patience
        if self.clock() < begin:
            self.deletions.save(deletion, begin)
            return False
        deletion, done = self._delete_jobs(deletion)
        if not done:
            self.deletions.save(deletion, self.clock() + _LATER)
            return False
        self._finish(replace(deletion, files=deletion.files + self._delete_files(deletion)))
        return True

    def _stop_payments(self, account_id: str) -> None:
        """Do this first: nobody pays for what is being deleted."""
        try:
            customer_id = self.accounts.get(account_id).customer_id
        except NotFoundError:
            # The account went last, so its payments were stopped before.
            return
        if customer_id is not None:
            self.payments.forget(customer_id)

    def _delete_jobs(self, deletion: Deletion) -> tuple[Deletion, bool]:
        """Delete what can be deleted now; whether that was all."""
        deletion = self._delete_noted(deletion)
        after: str | None = None
        while True:
            page = self.jobs.by_owner(deletion.account_id, limit=_PAGE, after=after)
            deletion = self._delete_page(deletion, [job.id for job in page.jobs])
            if page.after is None:
                break
            after = page.after
        # The index may show jobs for a moment that are gone, and not yet those that are new.
        none = not self.jobs.by_owner(deletion.account_id, limit=1).jobs
        return deletion, none and not deletion.jobs_left

    def _delete_page(self, deletion: Deletion, ids: Sequence[str]) -> Deletion:
        """Delete jobs, noted before: what is being deleted is in no list of its owner's."""
        if not ids:
            return deletion
        noted = replace(deletion, jobs_left=tuple(dict.fromkeys((*deletion.jobs_left, *ids))))
        return self._delete_noted(self.deletions.save(noted, self.clock() + LEASE))

    def _delete_noted(self, deletion: Deletion) -> Deletion:
        left = tuple(job_id for job_id in deletion.jobs_left if not self._delete_job(job_id))
        gone = len(deletion.jobs_left) - len(left)
        return replace(deletion, jobs=deletion.jobs + gone, jobs_left=left)

    def _delete_job(self, job_id: str) -> bool:
        """Return whether the job is gone; one that somebody holds is not yet."""
        try:
            job = self.jobs.get(job_id)
            if job.status is not Status.DELETING:
                self.results.discard(job)
            self.results.erase(job_id)
        except NotFoundError:
            return True
        except ConflictError:
            return False
        return True

    def _delete_files(self, deletion: Deletion) -> int:
        """Delete what belongs to no job any more; return how many files there were."""
        owner = deletion.account_id
        found = _delete_all(self.inputs, input_prefix(owner))
        found += _delete_all(self.outputs, output_prefix(owner))
        return found + _delete_all(self.outputs, work_prefix(owner))

    def _finish(self, deletion: Deletion) -> None:
        """The projection goes when nobody can write it any more, the account last."""
        self.deletions.silence(deletion.account_id)
        self.contacts.remove(deletion.account_id)
        self.deletions.finish(replace(deletion, finished_at=self.clock()))
        logs.event(
            LOGGER,
            "account deleted",
            account_id=deletion.account_id,
            jobs=deletion.jobs,
            files=deletion.files,
        )


def _delete_all(files: Files, prefix: str) -> int:
    keys: Sequence[str] = files.keys(prefix)
    files.delete(keys)
    return len(keys)
