"""Vaults: made, described, listed and removed; and whom to tell of their jobs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from backend.local.aws.glacier.errors import invalid, missing, not_found
from backend.local.aws.glacier.records import Vault, vault_arn
from backend.local.aws.glacier.store import Store, kept

NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
EVENTS = frozenset({"ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"})
TOPIC = re.compile(r"arn:aws:sns:[^:]+:\d+:[^:]+")


class Vaults:
    """The vaults of the account; *now* returns seconds since 1970."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    def make(self, name: str) -> None:
        """Make a vault; one that there is stays as it is."""
        if NAME.fullmatch(name) is None:
            raise invalid(f"Invalid vault name: {name}")
        if self._store.vault(name) is None:
            self._store.write(kept(Vault(name, self._now())))

    def find(self, name: str) -> Vault:
        """Return the vault of that name."""
        vault = self._store.vault(name)
        if vault is None:
            raise not_found(f"Vault not found for ARN: {vault_arn(name)}")
        return vault

    def remove(self, name: str) -> None:
        """Remove a vault without archives; one that there is not is removed already."""
        if self._store.filled(name)[0]:
            raise invalid(f"Vault not empty or recently written to: {vault_arn(name)}")
        self._store.write(("delete from vault where name = ?", (name,)))

    def tell(self, name: str, topic: str, events: Sequence[str]) -> None:
        """Tell *topic* of the *events* of a vault from now on."""
        if not topic or not events:
            raise missing("SNSTopic and Events")
        check_topic(topic)
        if strange := sorted(set(events) - EVENTS):
            raise invalid(f"Invalid events: {', '.join(strange)}")
        vault = replace(self.find(name), topic=topic, events=",".join(events))
        self._store.write(kept(vault))

    def told(self, name: str) -> Vault:
        """Return a vault that tells a topic of its events."""
        vault = self.find(name)
        if not vault.topic:
            text = f"No notification configuration is set for vault: {vault_arn(name)}"
            raise not_found(text)
        return vault

    def keep_quiet(self, name: str) -> None:
        """Tell no topic of the events of a vault any more."""
        self._store.write(kept(replace(self.find(name), topic="", events="")))


def check_topic(topic: str) -> None:
    """Return if *topic* looks like the ARN of a topic."""
    if TOPIC.fullmatch(topic) is None:
        raise invalid(f"Invalid SNS topic ARN: {topic}")
