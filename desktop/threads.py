"""Threads for calls that block: the end of the app waits for them a moment, and no longer.

The threads of a pool are joined when its loop or Python ends, also one that waits for a keyring
which asks a person, or for a name server: closing the window would take as long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures import wait as wait_for
from typing import Any, ParamSpec, TypeVar

from typing_extensions import override

GRACE_SECONDS = 0.25
"""How long the end waits for calls that are under way, such as a write of a small file."""

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class LooseThreads(Executor):
    """Runs each call in a thread of its own, which dies with the process.

    As a loop's default executor it does what `asyncio.to_thread` and the loop's look-ups of
    names ask for.
    """

    def __init__(self) -> None:
        self._running: set[Future[Any]] = set()

    @override
    def submit(
        self,
        fn: Callable[_Parameters, _Result],
        /,
        *args: _Parameters.args,
        **kwargs: _Parameters.kwargs,
    ) -> Future[_Result]:
        """Begin the call, and return what will hold its result."""
        future: Future[_Result] = Future()

        def work() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - whoever awaits it decides
                future.set_exception(error)

        future.set_running_or_notify_cancel()
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        threading.Thread(target=work, name="call", daemon=True).start()
        return future

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what runs, a quarter of a second at most; the rest is left to itself."""
        if wait:
            wait_for(list(self._running), GRACE_SECONDS)
