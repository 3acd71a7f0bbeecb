"""Accounts, their outbox and their projection, in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from backend.domain.accounts import Account, Contact, Identity
from backend.domain.errors import NotFoundError, UnavailableError
from backend.domain.plans import Plan


class FakeContacts:
    """The port `Contacts`."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact] = {}

    def get(self, account_id: str) -> Contact:
        if account_id not in self._contacts:
            raise UnavailableError(f"Account {account_id} is not projected yet.")
        return self._contacts[account_id]

    def put(self, contact: Contact) -> None:
        stored = self._contacts.get(contact.account_id)
        if stored is None or stored.version < contact.version:
            self._contacts[contact.account_id] = contact


class FakeOutbox:
    """The port `Outbox`."""

    def __init__(self) -> None:
        self.waiting: list[Contact] = []

    def send_on(self, send: Callable[[Contact], None], *, limit: int) -> int:
        sent = 0
        while self.waiting and sent < limit:
            send(self.waiting[0])
            del self.waiting[0]
            sent += 1
        return sent


@dataclass
class _Stored:
    account: Account
    version: int


class FakeAccounts:
    """The port `Accounts`; changes go to *outbox*."""

    def __init__(self, outbox: FakeOutbox | None = None) -> None:
        self.outbox = outbox or FakeOutbox()
        self._stored: dict[str, _Stored] = {}
        self._aliases: dict[str, str] = {}
        self._lock = threading.Lock()

    def sign_in(self, identity: Identity) -> Account:
        with self._lock:
            account_id = self._find(identity)
            for alias in identity.identities:
                self._aliases.setdefault(alias, account_id)
            stored = self._stored.get(account_id)
            known = Account(account_id, identity.sub, "", "", "") if stored is None else None
            before = known or self.get(account_id)
            after = replace(
                before,
                name=identity.name,
                email=identity.email,
                organization=identity.organization,
            )
            if stored is None or after != before:
                self._store(after)
            return after

    def _find(self, identity: Identity) -> str:
        known = (self._aliases.get(alias) for alias in (identity.sub, *identity.identities))
        return next((found for found in known if found), f"{len(self._stored) + 1:032x}")

    def _store(self, account: Account) -> None:
        version = self._stored[account.id].version + 1 if account.id in self._stored else 1
        self._stored[account.id] = _Stored(account, version)
        contact = Contact(account.id, account.plan, account.name, account.email, version)
        self.outbox.waiting.append(contact)

    def get(self, account_id: str) -> Account:
        if account_id not in self._stored:
            raise NotFoundError("There is no such account.")
        return self._stored[account_id].account

    def set_plan(self, account_id: str, plan: Plan) -> None:
        """Change the plan as a payment would."""
        with self._lock:
            self._store(replace(self.get(account_id), plan=plan))
