"""Accounts, their aliases and outbox; live events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sub", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False, server_default=sa.text("'free'")),
        sa.Column("stripe_customer_id", sa.Text, unique=True),
        sa.Column("stripe_subscription_id", sa.Text, unique=True),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("event_seq", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        _time("created_at", server_default=sa.func.now()),
    )
    op.create_table(
        "account_aliases",
        sa.Column("identity", sa.Text, primary_key=True),
        _account(index=True),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _time("created_at", server_default=sa.func.now()),
    )
    op.create_table(
        "events",
        _account(primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        _time("at", index=True),
    )
    op.create_table(
        "job_versions",
        sa.Column("job_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        _time("at", index=True),
    )


def _time(name: str, **options: Any) -> sa.Column[datetime]:  # noqa: ANN401 - a column's own
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, **options)


def _account(**options: Any) -> sa.Column[str]:  # noqa: ANN401 - a column's own
    account = sa.ForeignKey("accounts.id", ondelete="CASCADE")
    return sa.Column("account_id", sa.Text, account, nullable=False, **options)


def downgrade() -> None:
    for table in ("job_versions", "events", "outbox", "account_aliases", "accounts"):
        op.drop_table(table)
