"""What Alembic runs: the steps, in the transaction that `backend.db.migrate` opened."""

from __future__ import annotations

from alembic import context

from backend.db.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
