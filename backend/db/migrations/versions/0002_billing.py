"""Subscriptions, Stripe's messages, the record of accesses, deletions of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OF_ACCOUNTS = (
    "deleting_at",
    "check_at",
    "grace_until",
    "cancel_at_period_end",
    "subscription_period_end",
    "subscription_status",
    "stripe_checkout_id",
)


def upgrade() -> None:
    _extend_accounts()
    op.add_column(
        "outbox", sa.Column("kind", sa.Text, nullable=False, server_default=sa.text("'profile'"))
    )
    op.create_table(
        "stripe_events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        _time("created_at"),
        _time("received_at", index=True),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False, index=True),
        sa.Column("job_id", sa.Text, nullable=False, index=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        _time("at"),
    )
    op.create_table(
        "deletions",
        sa.Column("account_id", sa.Text, primary_key=True),
        _time("requested_at"),
        _time("next_at"),
        _time("finished_at", nullable=True),
        sa.Column("jobs", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("files", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("jobs_left", sa.JSON, nullable=False),
    )


def _extend_accounts() -> None:
    no = sa.text("false")
    for column in (
        sa.Column("stripe_checkout_id", sa.Text),
        sa.Column("subscription_status", sa.Text),
        _time("subscription_period_end", nullable=True),
        sa.Column("cancel_at_period_end", sa.Boolean, nullable=False, server_default=no),
        _time("grace_until", nullable=True),
        _time("check_at", nullable=True),
        _time("deleting_at", nullable=True),
    ):
        op.add_column("accounts", column)
    op.create_index("ix_accounts_check_at", "accounts", ["check_at"])


def _time(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[datetime]:  # noqa: ANN401
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def downgrade() -> None:
    for table in ("deletions", "access_log", "stripe_events"):
        op.drop_table(table)
    op.drop_column("outbox", "kind")
    op.drop_index("ix_accounts_check_at", "accounts")
    for column in _OF_ACCOUNTS:
        op.drop_column("accounts", column)
