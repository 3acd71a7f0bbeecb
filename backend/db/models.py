"""The tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Identity, Text, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What all tables share: text without a length, times with a zone."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


class AccountRow(Base):
    """A person's account.

    Attributes:
        id: 32 hexadecimal digits, ours.
        sub: the primary identity at the first sign-in.
        subscription_*, cancel_at_period_end, grace_until: the latest subscription as it was last
            looked at.
        check_at: when somebody should look at it again; null while there is no customer.
        deleting_at: since when the account is closed and being deleted.
        signed_out_at: tokens that were issued up to then are refused.
        version: grows with each change that workers have to learn.
        event_seq: the number of the latest live event.  Whoever raises it holds the row's lock
            until commit, so the numbers have no gaps and are in the order of the commits.
    """

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    organization: Mapped[str]
    plan: Mapped[str] = mapped_column(server_default=text("'free'"))
    stripe_customer_id: Mapped[str | None] = mapped_column(unique=True)
    stripe_subscription_id: Mapped[str | None] = mapped_column(unique=True)
    stripe_checkout_id: Mapped[str | None]
    subscription_status: Mapped[str | None]
    subscription_period_end: Mapped[datetime | None]
    cancel_at_period_end: Mapped[bool] = mapped_column(server_default=text("false"))
    grace_until: Mapped[datetime | None]
    check_at: Mapped[datetime | None] = mapped_column(index=True)
    deleting_at: Mapped[datetime | None]
    signed_out_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    event_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AliasRow(Base):
    """An identity that a person may sign in with: they can link several, and change the first."""

    __tablename__ = "account_aliases"

    identity: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )


class OutboxRow(Base):
    """A change of an account that is to be sent on: the account as it was then."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default=text("'profile'"))
    plan: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EventRow(Base):
    """A live event.

    The payload is JSON as text: JSONB refuses the NUL that a reason may quote from a broken file.
    """

    __tablename__ = "events"

    account_id: Mapped[str] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


class JobVersionRow(Base):
    """The latest version of a job that became a live event; messages come more than once."""

    __tablename__ = "job_versions"

    job_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)


class StripeEventRow(Base):
    """A message of Stripe that was dealt with; Stripe sends some of them more than once."""

    __tablename__ = "stripe_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(index=True)


class AccessRow(Base):
    """An access to a file of a job.

    It outlives the account and so refers to none: it holds ids of ours, and nothing that names
    somebody.
    """

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[str] = mapped_column(index=True)
    job_id: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    via: Mapped[str]
    request_id: Mapped[str]
    at: Mapped[datetime]


class DeletionRow(Base):
    """The deletion of an account: what is left to do, afterwards the trace of it."""

    __tablename__ = "deletions"

    account_id: Mapped[str] = mapped_column(primary_key=True)
    requested_at: Mapped[datetime]
    next_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    jobs: Mapped[int] = mapped_column(server_default=text("0"))
    files: Mapped[int] = mapped_column(server_default=text("0"))
    jobs_left: Mapped[list[str]]


class WebSessionRow(Base):
    """A browser that is signed in on the web pages.

    Attributes:
        digest: SHA-256 of the secret that the browser holds.
    """

    __tablename__ = "web_sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
