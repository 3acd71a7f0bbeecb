"""Accounts, their outbox and their projection, in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from backend.domain.accounts import Account, AccountChange, Change, Contact, Identity
from backend.domain.errors import ConflictError, NotFoundError, UnavailableError
from backend.domain.plans import Plan


class FakeContacts:
    """The port `Contacts`."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact] = {}
        self._removed: set[str] = set()
        # The version, and until when it is claimed; None when the mail is sent.
        self._mails: dict[tuple[str, str], tuple[int, datetime | None]] = {}

    def get(self, account_id: str) -> Contact:
        if account_id in self._removed:
            raise NotFoundError(f"Account {account_id} is deleted.")
        if account_id not in self._contacts:
            raise UnavailableError(f"Account {account_id} is not projected yet.")
        return self._contacts[account_id]

    def put(self, contact: Contact) -> None:
        stored = self._contacts.get(contact.account_id)
        if contact.account_id in self._removed:
            return
        if stored is None or stored.version < contact.version:
            self._contacts[contact.account_id] = contact

    def claim(
        self, account_id: str, mail: str, version: int, *, now: datetime, until: datetime
    ) -> bool:
        latest, end = self._mails.get((account_id, mail), (0, None))
        if account_id not in self._contacts or latest > version:
            return False
        if latest == version:
            if end is None:
                return False
            if now < end:
                raise ConflictError(f"Somebody else is sending the mail to account {account_id}.")
        self._mails[account_id, mail] = (version, until)
        return True

    def sent(self, account_id: str, mail: str, version: int) -> None:
        latest, _ = self._mails.get((account_id, mail), (0, None))
        if latest == version:
            self._mails[account_id, mail] = (version, None)

    def remove(self, account_id: str) -> None:
        self._removed.add(account_id)
        self._contacts.pop(account_id, None)
        self._mails = {key: mail for key, mail in self._mails.items() if key[0] != account_id}


class FakeOutbox:
    """The port `Outbox`."""

    def __init__(self) -> None:
        self.waiting: list[AccountChange] = []

    def send_on(self, send: Callable[[AccountChange], None], *, limit: int) -> int:
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
    """The port `Accounts`; changes go to *outbox*.

    Attributes:
        lock: whoever changes an account holds it.
    """

    def __init__(self, outbox: FakeOutbox | None = None) -> None:
        self.outbox = outbox or FakeOutbox()
        self.lock = threading.RLock()
        self._stored: dict[str, _Stored] = {}
        self._aliases: dict[str, str] = {}
        self._made = 0

    def sign_in(self, identity: Identity) -> Account:
        with self.lock:
            known = self._known(identity)
            before = self.get(known) if known else self._new(identity)
            if before.deleting_at is not None:
                return before
            for alias in identity.identities:
                self._aliases.setdefault(alias, before.id)
            after = replace(
                before,
                name=identity.name,
                email=identity.email,
                organization=identity.organization,
            )
            if known is None or after != before:
                self.announce(after, Change.PROFILE)
            return after

    def _known(self, identity: Identity) -> str | None:
        known = (self._aliases.get(alias) for alias in (identity.sub, *identity.identities))
        return next((found for found in known if found), None)

    def _new(self, identity: Identity) -> Account:
        self._made += 1
        return Account(f"{self._made:032x}", identity.sub, "", "", "")

    def get(self, account_id: str) -> Account:
        if account_id not in self._stored:
            raise NotFoundError("There is no such account.")
        return self._stored[account_id].account

    def all(self) -> list[Account]:
        """Return every account, oldest first."""
        return [stored.account for stored in self._stored.values()]

    def put(self, account: Account) -> None:
        """Store what workers do not have to learn."""
        self._stored[account.id].account = account

    def announce(self, account: Account, kind: Change) -> None:
        """Store a new version of the account, and have it sent on."""
        stored = self._stored.get(account.id)
        version = 1 if stored is None else stored.version + 1
        self._stored[account.id] = _Stored(account, version)
        contact = Contact(account.id, account.plan, account.name, account.email, version)
        self.outbox.waiting.append(AccountChange(kind, contact))

    def remove(self, account_id: str) -> None:
        """Forget the account, and by whom it was used."""
        self._stored.pop(account_id, None)
        self._aliases = {alias: one for alias, one in self._aliases.items() if one != account_id}

    def set_plan(self, account_id: str, plan: Plan) -> None:
        """Change the plan as a payment would."""
        kind = Change.UPGRADED if plan is Plan.PREMIUM else Change.DOWNGRADED
        with self.lock:
            self.announce(replace(self.get(account_id), plan=plan), kind)
