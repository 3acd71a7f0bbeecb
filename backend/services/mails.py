"""What the mails say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from string import Template

from backend.domain.accounts import Contact
from backend.domain.job import Job, Status
from backend.services.ports import Mail


@dataclass(frozen=True, slots=True)
class Words:
    """One mail, as plain text and as HTML."""

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class MailTemplates:
    """The words of the mails, as `string.Template` texts.

    Attributes:
        completed: the result is there.
        failed: the file could not be annotated.
        upgraded: the account is on the premium plan.
        restored: the account's archived results are back.
    """

    completed: Words
    failed: Words
    upgraded: Words
    restored: Words


def job_mail(job: Job, contact: Contact, templates: MailTemplates, web_url: str) -> Mail:
    """Return the mail that tells *contact* how *job* ended."""
    failed = job.status is Status.FAILED
    fields = {
        "name": contact.name,
        "job_id": job.id,
        "file": job.input.name,
        "when": _when(job.finished_at),
        "failure": job.failure or "",
        "records": f"{job.result.counts.variants_out:,}" if job.result else "0",
        "details": f"{web_url}/jobs/{job.id}",
        "log": f"{web_url}/jobs/{job.id}/log",
        "download": f"{web_url}/jobs/{job.id}/result",
    }
    words = templates.failed if failed else templates.completed
    subject = f"{'Annotation failed' if failed else 'Results available'} for job {job.id}"
    return _mail(contact, subject, words, fields)


def upgraded_mail(contact: Contact, templates: MailTemplates, web_url: str) -> Mail:
    """Return the mail that confirms the premium plan."""
    fields = {"name": contact.name, "jobs": f"{web_url}/jobs", "plan": f"{web_url}/account"}
    return _mail(contact, "You are on the Premium plan", templates.upgraded, fields)


def restored_mail(contact: Contact, templates: MailTemplates, web_url: str) -> Mail:
    """Return the mail that says that all archived results are back."""
    fields = {"name": contact.name, "jobs": f"{web_url}/jobs"}
    return _mail(contact, "Your archived results are back", templates.restored, fields)


def _mail(contact: Contact, subject: str, words: Words, fields: dict[str, str]) -> Mail:
    escaped = {key: escape(value) for key, value in fields.items()}
    return Mail(
        to=contact.email,
        subject=subject,
        text=Template(words.text).substitute(fields),
        html=Template(words.html).substitute(escaped),
    )


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
