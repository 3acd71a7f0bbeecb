"""Accounts in Postgres."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.db.account_rows import account_of, announce, outbox_row
from backend.db.engine import transaction
from backend.db.models import AccountRow, AliasRow
from backend.domain.accounts import Account, Change, Identity
from backend.domain.errors import NotFoundError
from backend.domain.plans import Plan
from backend.services.ports import NewId


class PostgresAccounts:
    """The port `Accounts`: each change is committed with what is to be sent on of it.

    Args:
        engine: made by `engine.connect`.
        new_id: makes the ids of accounts.
    """

    def __init__(self, engine: Engine, new_id: NewId) -> None:
        self._engine = engine
        self._new_id = new_id

    def sign_in(self, identity: Identity) -> Account:
        """Return the identity's account, made on the free plan the first time.

        Any linked identity finds the account.  Nothing is written when nothing changed, nor to an
        account that is being deleted.
        """
        with transaction(self._engine) as session:
            row = _found(session, identity)
            if row is None:
                _lock(session, identity.identities)
                row = _found(session, identity) or self._create(session, identity)
            if row.deleting_at is None:
                _add_aliases(session, row, identity)
                _update_profile(session, row, identity)
            return account_of(row)

    def _create(self, session: Session, identity: Identity) -> AccountRow:
        row = AccountRow(
            id=self._new_id(),
            sub=identity.sub,
            name=identity.name,
            email=identity.email,
            organization=identity.organization,
            plan=Plan.FREE.value,
            version=1,
        )
        session.add(row)
        session.flush()
        session.add(outbox_row(row, Change.PROFILE))
        return row

    def get(self, account_id: str) -> Account:
        """Return the account; raise NotFoundError if there is none."""
        with transaction(self._engine) as session:
            row = session.get(AccountRow, account_id)
        if row is None:
            raise NotFoundError("There is no such account.")
        return account_of(row)


def _found(session: Session, identity: Identity) -> AccountRow | None:
    """Return the account of any of the identities, that of the primary one before others."""
    query = (
        select(AccountRow)
        .join(AliasRow, AliasRow.account_id == AccountRow.id)
        .where(AliasRow.identity.in_(_all(identity)))
        .order_by((AliasRow.identity == identity.sub).desc(), AccountRow.created_at, AccountRow.id)
        .limit(1)
    )
    return session.scalars(query).first()


def _all(identity: Identity) -> set[str]:
    return {identity.sub, *identity.identities}


def _lock(session: Session, identities: Iterable[str]) -> None:
    """Wait for others who sign in with one of these for the first time, until commit."""
    for identity in sorted(identities):
        key = func.hashtextextended(identity, 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def _add_aliases(session: Session, row: AccountRow, identity: Identity) -> None:
    known = select(AliasRow.identity).where(AliasRow.identity.in_(_all(identity)))
    missing = _all(identity) - set(session.scalars(known))
    if missing:
        values = [{"identity": alias, "account_id": row.id} for alias in sorted(missing)]
        session.execute(insert(AliasRow).values(values).on_conflict_do_nothing())


def _update_profile(session: Session, row: AccountRow, identity: Identity) -> None:
    if _profile(row) == _profile(identity):
        return
    session.refresh(row, with_for_update=True)
    if row.deleting_at is not None or _profile(row) == _profile(identity):
        return
    row.name, row.email, row.organization = _profile(identity)
    announce(session, row, Change.PROFILE)


def _profile(of: AccountRow | Identity) -> tuple[str, str, str]:
    return (of.name, of.email, of.organization)
