"""The order of transfers and the life of each; pure, so every rule has its test.

Whoever drives the queue starts what `start_ready` returns and says what became of it. An item is
in one state at a time, a call that does not fit its state changes nothing, and the order is
changed by nobody but `add`, `remove` and `place`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from desktop.errors import DesktopError, OfflineError
from desktop.sentences import Sentence, Words, said
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Hold, Incoming, Item, Outgoing, State, first_state
from desktop.waits import growing

AT_ONCE = 3
"""How many files are on their way at the same time."""

MOST_TRIES = 8
"""How often a fault of the service, or a file that is away, is waited out.

Being offline is waited out for ever.
"""

_PAUSABLE = frozenset({State.WAITING, State.RUNNING, State.RETRYING, State.CHECKING})
_HOLDABLE = frozenset({State.RUNNING, State.CHECKING, State.WAITING, State.HELD})
_REPEATABLE = frozenset({State.FAILED, State.HELD, State.RETRYING})
_LONGEST_OFFLINE, _LONGEST_FAULT = 5.0, 60.0


_OFFLINE = said("The service cannot be reached. Check the network; the app keeps trying.")


def waiting_reason(error: DesktopError) -> Sentence:
    """Return what *error* means for a transfer, which nobody but the app has to try again."""
    plain = error.words.template == OfflineError.remedy
    return _OFFLINE if plain else error.words


def back_off(tries: int, chance: float, *, offline: bool) -> float:
    """Return how many seconds to wait before the next try, the longer the more *tries* there were.

    Args:
        tries: that failed in a row, from 1.
        chance: a random number from 0 to 1, which spreads the tries of many files.
        offline: whether there is no network: asking costs nothing then, so it is done often.
    """
    longest = _LONGEST_OFFLINE if offline else _LONGEST_FAULT
    return growing(tries - 1, longest) * (0.75 + chance / 4)


class TransferQueue:
    """The files that wait, move, or have moved, in the order in which they are to go.

    Args:
        at_once: how many may move at the same time.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._items: dict[str, Item] = {}

    @property
    def items(self) -> list[Item]:
        """All items, in order."""
        return list(self._items.values())

    @property
    def done(self) -> list[str]:
        """The IDs of the items that have arrived, in order."""
        return [item.id for item in self.of(State.DONE)]

    def get(self, item_id: str) -> Item | None:
        """Return an item as it is now, or None if there is none."""
        return self._items.get(item_id)

    def of(self, *states: State) -> list[Item]:
        """Return the items in these states, in order."""
        return [item for item in self._items.values() if item.state in states]

    def add(self, items: Iterable[Item]) -> None:
        """Put *items* at the end; one that is there already stays as it is."""
        for item in items:
            self._items.setdefault(item.id, item)

    def remove(self, item_ids: Iterable[str]) -> None:
        """Take items out."""
        for item_id in item_ids:
            self._items.pop(item_id, None)

    def place(self, item_ids: Iterable[str], before: str | None) -> None:
        """Move items, which keep their order, to before another one, or to the end for None."""
        moved = set(item_ids) & self._items.keys()
        order = [item_id for item_id in self._items if item_id not in moved]
        at = order.index(before) if before in self._items and before not in moved else len(order)
        if before in moved:
            at = self._place_of(before, moved)
        order[at:at] = [item_id for item_id in self._items if item_id in moved]
        self._items = {item_id: self._items[item_id] for item_id in order}

    def shift(self, item_ids: Iterable[str], *, up: bool) -> None:
        """Move items by one place, all together."""
        moved = set(item_ids) & self._items.keys()
        order = list(self._items)
        places = [at for at, item_id in enumerate(order) if item_id in moved]
        if not places:
            return
        if up:
            self.place(moved, order[max(0, places[0] - 1)])
        else:
            after = places[-1] + 2
            self.place(moved, order[after] if after < len(order) else None)

    def start_ready(self, now: float, busy: Iterable[str] = ()) -> list[Item]:
        """Return what is to begin now, as running: the first that wait, as many as may.

        Args:
            now: in seconds.
            busy: items whose last run has not ended yet, and that therefore cannot begin.
        """
        free = self.at_once - len(self.of(State.RUNNING))
        held_up = set(busy)
        ready = [item for item in self._items.values() if _is_due(item, now)]
        chosen = [item for item in ready if item.id not in held_up][: max(0, free)]
        return [self._put(item, state=State.RUNNING, reason="") for item in chosen]

    def next_due(self) -> float | None:
        """Return when the next try is, None if none is waited for."""
        return min((item.due for item in self.of(State.RETRYING)), default=None)

    def checked(self, item_id: str, check: FileCheck) -> Item | None:
        """Note what was seen of a file: it waits, or is held if somebody should look."""
        item = self._in(item_id, State.CHECKING)
        if item is None or not isinstance(item.work, Outgoing):
            return None
        work = replace(item.work, check=check)
        if check.trouble and not work.anyway:
            return self._put(
                item, work=work, state=State.HELD, hold=Hold.FAULT, reason=check.trouble
            )
        return self._put(item, work=work, state=State.WAITING)

    def moved_on(self, item_id: str) -> None:
        """Note that something got through, so that its tries count from the beginning."""
        item = self._in(item_id, State.RUNNING)
        if item is not None and item.tries:
            self._put(item, tries=0)

    def postpone(
        self, item_id: str, reason: Words, wait: float, now: float, *, counted: bool = True
    ) -> Item | None:
        """Have a running item tried again in *wait* seconds; a failure counts as a try."""
        item = self._in(item_id, State.RUNNING)
        if item is None:
            return None
        tries = item.tries + counted
        return self._put(item, state=State.RETRYING, reason=reason, due=now + wait, tries=tries)

    def note(self, item_ids: Iterable[str], reason: Words) -> None:
        """Say why items wait."""
        for item_id in item_ids:
            item = self._in(item_id, State.WAITING)
            if item is not None and item.reason != reason:
                self._put(item, reason=reason)

    def put_back(self, item_id: str) -> None:
        """Have an item wait that was running, as if it had not begun."""
        item = self._in(item_id, State.RUNNING)
        if item is not None:
            self._put(item, state=State.WAITING, reason="")

    def hold(self, item_id: str, hold: Hold, reason: Words) -> None:
        """Keep an item that runs or is about to until somebody decides."""
        item = self._in(item_id, *_HOLDABLE)
        if item is not None:
            self._put(item, state=State.HELD, hold=hold, reason=reason)

    def fail(self, item_id: str, reason: Words) -> None:
        """End an item that runs, or is looked at, without success."""
        item = self._in(item_id, State.RUNNING, State.CHECKING)
        if item is not None:
            self._put(item, state=State.FAILED, reason=reason)

    def finish(self, item_id: str, work: Outgoing | Incoming) -> None:
        """Note that an item has arrived, whatever was asked for meanwhile."""
        item = self._items.get(item_id)
        if item is not None:
            self._put(item, state=State.DONE, work=work, reason="", hold=None)

    def pause(self, item_ids: Iterable[str]) -> list[Item]:
        """Hold items up until they are resumed; return those that were running."""
        running = []
        for item_id in item_ids:
            item = self._in(item_id, *_PAUSABLE)
            if item is None:
                continue
            if item.state is State.RUNNING:
                running.append(item)
            self._put(item, state=State.PAUSED, reason="", due=0.0)
        return running

    def resume(self, item_ids: Iterable[str]) -> None:
        """Have paused items wait again; one that nobody has looked at is looked at first."""
        for item_id in item_ids:
            item = self._in(item_id, State.PAUSED)
            if item is not None:
                self._put(item, state=first_state(item.work))

    def retry(self, item_ids: Iterable[str]) -> None:
        """Have items that failed, were held or wait for a try begin as soon as possible."""
        for item_id in item_ids:
            item = self._in(item_id, *_REPEATABLE)
            if item is None:
                continue
            work = item.work
            if item.hold is Hold.FAULT and isinstance(work, Outgoing):
                work = replace(work, anyway=True)
            self._put(item, work=work, state=State.WAITING, reason="", hold=None, due=0.0, tries=0)

    def _place_of(self, before: str | None, moved: set[str]) -> int:
        """Return where *before*, itself moved, is among those that are not."""
        at = 0
        for item_id in self._items:
            if item_id == before:
                break
            at += item_id not in moved
        return at

    def _in(self, item_id: str, *states: State) -> Item | None:
        item = self._items.get(item_id)
        return item if item is not None and item.state in states else None

    def _put(self, item: Item, **changes: Any) -> Item:  # noqa: ANN401 - fields of an item
        changed = replace(item, **changes)
        self._items[item.id] = changed
        return changed


def _is_due(item: Item, now: float) -> bool:
    if item.state is State.WAITING:
        return True
    return item.state is State.RETRYING and item.due <= now
