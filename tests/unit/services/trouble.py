"""Ports that fail, and ports during whose calls something else happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """The process ends here."""


class Meanwhile:
    """A port before (or after) whose *method*, the first time it is called, *happens* is called.

    What *happens* raises rises from the call.
    """

    def __init__(
        self, port: Any, method: str, happens: Callable[[], object], *, after: bool = False
    ) -> None:
        self._port = port
        self._method = method
        self._happens: Callable[[], object] | None = happens
        self._after = after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name != self._method or self._happens is None:
            return method
        happens, self._happens = self._happens, None

        def call(*arguments: Any, **named: Any) -> Any:
            if not self._after:
                happens()
            answer = method(*arguments, **named)
            if self._after:
                happens()
            return answer

        return call


class Broken:
    """A port whose *method* always raises *error*."""

    def __init__(self, port: Any, method: str, error: BaseException) -> None:
        self._port = port
        self._method = method
        self._error = error

    def __getattr__(self, name: str) -> Any:
        if name != self._method:
            return getattr(self._port, name)

        def call(*arguments: Any, **named: Any) -> Any:
            raise self._error

        return call


def dies() -> None:
    """End the process."""
    raise Killed
