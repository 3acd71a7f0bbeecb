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
class MailTemplates:
    """The words of the mails about a job, as `string.Template` texts.

    Attributes:
        completed_text, completed_html: the result is there.
        failed_text, failed_html: the file could not be annotated.
    """

    completed_text: str
    completed_html: str
    failed_text: str
    failed_html: str


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
    text, html = (
        (templates.failed_text, templates.failed_html)
        if failed
        else (templates.completed_text, templates.completed_html)
    )
    return Mail(
        to=contact.email,
        subject=f"{'Annotation failed' if failed else 'Results available'} for job {job.id}",
        text=Template(text).substitute(fields),
        html=Template(html).substitute({key: escape(value) for key, value in fields.items()}),
    )


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
