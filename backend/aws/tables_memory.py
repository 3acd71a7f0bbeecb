"""What was found in tables, for who asks again: a bounded number of things."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Remembered(Generic[_T]):
    """Things by the key of their table and by what they are; several threads may use it at once.

    Args:
        most: things; what was used longest ago is forgotten first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[tuple[str, Hashable], _T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, what: Hashable, make: Callable[[], _T]) -> _T:
        """Return what is remembered, or what *make* makes of it."""
        with self._lock:
            if (key, what) in self._known:
                self._known.move_to_end((key, what))
                return self._known[key, what]
        made = make()
        with self._lock:
            self._known[key, what] = made
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return made

    def forget(self, key: str) -> None:
        """Forget everything of one table."""
        with self._lock:
            for each in [each for each in self._known if each[0] == key]:
                del self._known[each]
