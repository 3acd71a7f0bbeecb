"""What was found in tables, for who asks again: a bounded number of things."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
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
        self._making: dict[tuple[str, Hashable], Future[_T]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, what: Hashable, make: Callable[[], _T]) -> _T:
        """Return what is remembered, or what *make* makes of it.

        Who asks while it is made waits, and gets the same; the error too, if there is one.
        """
        place = (key, what)
        with self._lock:
            if place in self._known:
                self._known.move_to_end(place)
                return self._known[place]
            is_first = place not in self._making
            making = self._making.setdefault(place, Future())
        if is_first:
            self._make(place, make)
        try:
            return making.result()
        finally:
            # An error would hold on to itself, and to all that was read before it.
            del making

    def _make(self, place: tuple[str, Hashable], make: Callable[[], _T]) -> None:
        try:
            made = make()
        except BaseException as error:  # noqa: BLE001 - it is raised by who waits, which we do too
            with self._lock:
                self._making.pop(place).set_exception(error)
            return
        with self._lock:
            self._known[place] = made
            while len(self._known) > self._most:
                self._known.popitem(last=False)
            self._making.pop(place).set_result(made)

    def forget(self, key: str) -> None:
        """Forget everything of one table."""
        with self._lock:
            for each in [each for each in self._known if each[0] == key]:
                del self._known[each]
