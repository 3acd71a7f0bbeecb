"""Mail an owner how their job ended, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.errors import NotFoundError
from backend.domain.events import Mailed, MailStarted
from backend.domain.job import FINISHED, Status
from backend.domain.messages import JobMessage
from backend.services.lifecycle import transition
from backend.services.mails import MailTemplates, job_mail
from backend.services.ports import Clock, Contacts, Jobs, Mailer

# Longer than the function that sends may run, so that no two send at once.
MAIL_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Notifications:
    """Sends the mail about a job.

    A message that is delivered again finds `mailed_at` and sends nothing.  A process killed between
    the mail service's yes and the note of it is the one case in which the mail goes out twice: no
    mail service offers better, and a mail twice is better than none.
    """

    jobs: Jobs
    contacts: Contacts
    mailer: Mailer
    templates: MailTemplates
    web_url: str
    clock: Clock

    def notify(self, message: JobMessage) -> bool:
        """Mail the owner; return False when there was nothing (more) to say.

        Raises:
            ConflictError: another delivery of the message is at it.
            UnavailableError: the owner's address is not projected yet, or the mail service is down.
        """
        try:
            job = self.jobs.get(message.job_id)
        except NotFoundError:
            return False
        if job.mailed_at is not None or job.status not in FINISHED - {Status.CANCELLED}:
            return False
        try:
            contact = self.contacts.get(job.owner)
        except NotFoundError:
            # The account was deleted meanwhile.
            return False
        job = transition(self.jobs, job, MailStarted(MAIL_LEASE), self.clock)
        if job.mail_lease_until is None:
            return False
        self.mailer.send(job_mail(job, contact, self.templates, self.web_url))
        transition(self.jobs, job, Mailed(), self.clock)
        return True
