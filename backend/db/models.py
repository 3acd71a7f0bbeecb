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
    }


class AccountRow(Base):
    """A person's account.

    Attributes:
        id: 32 hexadecimal digits, ours.
        sub: the primary identity at the first sign-in.
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
