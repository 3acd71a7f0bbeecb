"""When somebody signed out everywhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("signed_out_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("accounts", "signed_out_at")
