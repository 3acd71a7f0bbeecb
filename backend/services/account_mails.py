"""Mail people what became of their plan.

As with the mail about a job, a mail twice is better than none: that happens when a process is cut
off between the mail service's yes and the note of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.accounts import Contact
from backend.domain.errors import NotFoundError
from backend.domain.job import AWAY
from backend.domain.plans import Plan
from backend.services.mails import MailTemplates, restored_mail, upgraded_mail
from backend.services.ports import Clock, Contacts, Jobs, Mail, Mailer

# Longer than the mail service takes to answer; then somebody else may send the mail.
MAIL_LEASE = timedelta(seconds=60)
_PAGE = 25


@dataclass(frozen=True, slots=True)
class AccountMails:
    """Sends the mails about a plan; each is claimed first, so that no two send it at once.

    A claim is for a version of the account: what is said of that is said once.
    """

    jobs: Jobs
    contacts: Contacts
    mailer: Mailer
    templates: MailTemplates
    web_url: str
    clock: Clock

    def upgraded(self, contact: Contact, version: int) -> None:
        """Confirm the premium plan, which the account has had since its *version*.

        Raises:
            ConflictError: somebody else is at it, or was when it could not be sent.
            UnavailableError: the mail service is down.
        """
        mail = upgraded_mail(contact, self.templates, self.web_url)
        self._send("upgraded", contact.account_id, version, mail)

    def restored(self, account_id: str) -> None:
        """Say that all archived results are back, if they are and the owner is premium.

        Nobody is told of an account that is deleted.

        Raises:
            ConflictError: somebody else is at it, or was when it could not be sent.
            UnavailableError: the mail service is down.
        """
        try:
            contact = self.contacts.get(account_id)
        except NotFoundError:
            return
        if contact.plan is Plan.PREMIUM and not self._is_any_away(account_id):
            mail = restored_mail(contact, self.templates, self.web_url)
            self._send("restored", account_id, contact.version, mail)

    def _is_any_away(self, account_id: str) -> bool:
        """The index may be behind, so each job that it names is looked at as it is now."""
        after: str | None = None
        while True:
            page = self.jobs.archived_by(account_id, limit=_PAGE, after=after)
            if any(self._is_away(job_id) for job_id in page.ids):
                return True
            if page.after is None:
                return False
            after = page.after

    def _is_away(self, job_id: str) -> bool:
        try:
            return self.jobs.get(job_id).status in AWAY
        except NotFoundError:
            return False

    def _send(self, name: str, account_id: str, version: int, mail: Mail) -> None:
        now = self.clock()
        if self.contacts.claim(account_id, name, version, now=now, until=now + MAIL_LEASE):
            self.mailer.send(mail)
            self.contacts.sent(account_id, name, version)
