"""Bars on a terminal for work that takes long; elsewhere nothing but sentences."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


class Bars:
    """A bar for each step of a piece of work, on standard error; use it as a context manager."""

    def __init__(self) -> None:
        self._step = ""
        self._bar: Any = None

    def __enter__(self) -> Self:
        """The bars themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the last bar."""
        self._close()

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Show how much of *step* is *done*."""
        from tqdm import tqdm

        if step != self._step:
            self._close()
            # None shows it on a terminal alone.
            self._bar = tqdm(
                desc=step, total=total, disable=None, file=sys.stderr, leave=False, unit_scale=True
            )
            self._step = step
        self._bar.update(done - self._bar.n)

    def say(self, line: str) -> None:
        """Write a sentence above the bar."""
        self._close()
        sys.stderr.write(f"{line}\n")

    def _close(self) -> None:
        """Remove the bar, if there is one."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._step = None, ""
