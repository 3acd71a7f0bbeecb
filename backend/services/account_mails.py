"""Mail people what became of their plan."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.accounts import Contact
from backend.domain.errors import NotFoundError
from backend.domain.job import AWAY
from backend.domain.plans import Plan
from backend.services.mails import MailTemplates, restored_mail, upgraded_mail
from backend.services.ports import Contacts, Jobs, Mail, Mailer

_PAGE = 25


@dataclass(frozen=True, slots=True)
class AccountMails:
    """Sends the mails about a plan; each is claimed first, so that one goes out.

    A claim is for a version of the account: what is said of that is said once.
    """

    jobs: Jobs
    contacts: Contacts
    mailer: Mailer
    templates: MailTemplates
    web_url: str

    def upgraded(self, contact: Contact, version: int) -> None:
        """Confirm the premium plan, which the account has had since its *version*.

        Raises:
            UnavailableError: the mail service is down.
        """
        mail = upgraded_mail(contact, self.templates, self.web_url)
        self._send("upgraded", contact.account_id, version, mail)

    def restored(self, account_id: str) -> None:
        """Say that all archived results are back, if they are and the owner is premium.

        Raises:
            UnavailableError: the mail service is down.
        """
        contact = self.contacts.get(account_id)
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
        if not self.contacts.claim(account_id, name, version):
            return
        try:
            self.mailer.send(mail)
        except BaseException:
            self.contacts.unclaim(account_id, name, version)
            raise
