"""What is to be transferred, and how it is with it: one item a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from desktop.ports import FileKind
from desktop.sentences import Words
from desktop.transfer.check import FileCheck


class State(StrEnum):
    """How it is with an item.

    `HELD` needs somebody's decision, `RETRYING` waits for its next try, `FAILED` for somebody's
    word that it should be tried again.
    """

    CHECKING = "checking"
    HELD = "held"
    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"


UNDER_WAY = frozenset({State.CHECKING, State.WAITING, State.RUNNING, State.RETRYING})
"""States that are left without anybody's doing."""

OPEN = frozenset(State) - {State.DONE}
"""States of items that are taken up again at the next start."""


class Hold(StrEnum):
    """Why an item is held."""

    FAULT = "fault"
    PLAN = "plan"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file that is to be sent.

    Attributes:
        check: what was seen of it; None while nobody has looked.
        anyway: whether somebody wants it sent whatever the check says.
        job_id: the job it became, once it is sent; of one that is taken up, the job that has begun.
    """

    path: Path
    check: FileCheck | None = None
    anyway: bool = False
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file of a job that is to be saved.

    Attributes:
        folder: where to.
        name: what somebody chose to call it, which takes the place of a file of that name; None
            for the name that it comes with, which replaces nothing.
        saved: where it is, once it is saved.
    """

    job_id: str
    kind: FileKind
    folder: Path
    name: str | None = None
    saved: Path | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file in the queue.

    Attributes:
        name: as people know the file.
        reason: why it is held, waits for its next try, or failed; for people.
        tries: how often it was tried since anything got through.
        due: when the next try is, in seconds of the queue's clock; 0 for as soon as possible.
    """

    id: str
    name: str
    work: Outgoing | Incoming
    state: State = State.WAITING
    reason: Words = ""
    hold: Hold | None = None
    tries: int = 0
    due: float = 0.0


def taken_up(item: Item) -> Item:
    """Return an item of the last time as it begins this time."""
    if item.state not in UNDER_WAY:
        return item
    return replace(item, state=first_state(item.work), reason="", tries=0, due=0.0)


def first_state(work: Outgoing | Incoming) -> State:
    """Return how it is with an item that begins: a file that nobody has looked at is looked at."""
    unseen = isinstance(work, Outgoing) and work.check is None and not work.anyway
    return State.CHECKING if unseen else State.WAITING


class QueueMemory(Protocol):
    """What is remembered of the queue between starts, a person at a time."""

    async def load(self, owner: str) -> Sequence[Item]:
        """Return *owner*'s open items in order; those of others wait for them, for 30 days."""
        ...

    async def save(self, owner: str, items: Sequence[Item], done: Sequence[str] = ()) -> None:
        """Remember *items*, in this order, as all that *owner* has.

        Whatever the ledger has of the IDs in *done* is forgotten in the same step.
        """
        ...

    async def got_through(self, item_ids: Sequence[str]) -> bool:
        """Whether something of these items, as far as they are open, is there already."""
        ...
