"""Sign-ins on the web pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    account = sa.ForeignKey("accounts.id", ondelete="CASCADE")
    time = sa.DateTime(timezone=True)
    op.create_table(
        "web_sessions",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, account, nullable=False, index=True),
        sa.Column("created_at", time, nullable=False),
        sa.Column("expires_at", time, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("web_sessions")
