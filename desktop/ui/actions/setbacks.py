"""What becomes of a transfer that did not get through: another try, a decision, or its end."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from desktop.errors import (
    DesktopError,
    FileAwayError,
    FileChangedError,
    OfflineError,
    QuotaReachedError,
    ServerFaultError,
    TooManyError,
    gist,
    wanted_wait,
)
from desktop.ports import Clock
from desktop.sentences import Sentence, said
from desktop.transfer.items import Hold, Item, Outgoing, State
from desktop.transfer.names import short_id
from desktop.transfer.queue import MOST_TRIES, TransferQueue, back_off, waiting_reason
from desktop.transfer.told import Told
from desktop.ui.error_words import error_words, said_of_limit
from desktop.ui.service_words import recognized

SOON = 10.0
"""A service that wants to be asked again within so many seconds is asked ever more seldom."""

# So many make the waits as long as they get without a network.
_OFFLINE_TRIES = 3
_PASSING = (ServerFaultError, FileAwayError)
_log = logging.getLogger(__name__)
_BUSY = said("The service takes no more requests for now.")


class Setbacks:
    """Decides by the error; the queue notes it.

    Args:
        tell: told the name of an item that does not go on by itself, a title and a sentence.
        ask: told the ID of an item that the plan does not allow, and the error.
        begun: whether an item was given a job since the start of the app.
        now: gives the queue's time, in seconds.
        clock: gives the time of day.
    """

    def __init__(
        self,
        queue: TransferQueue,
        *,
        tell: Callable[[str, str, str], object],
        ask: Callable[[str, QuotaReachedError], object],
        begun: Callable[[str], bool],
        now: Callable[[], float],
        clock: Clock,
    ) -> None:
        self._queue, self._tell, self._ask = queue, tell, ask
        self._begun, self._now, self._clock = begun, now, clock
        self._until: float | None = None
        self._reason: Sentence | None = None
        self._refusals = 0
        self._told = Told()

    @property
    def due(self) -> float | None:
        """When new jobs may be made again, in seconds of the queue's clock; None for now."""
        return self._until

    def settle(self, item: Item, error: DesktopError) -> None:
        """Decide what becomes of a running item that *error* has ended."""
        tries = getattr(self._queue.get(item.id), "tries", 0) + 1
        offline = isinstance(error, OfflineError)
        if isinstance(error, TooManyError) and error.retry_after is not None:
            self._wait_for_turn(item, error, tries)
        elif offline or (isinstance(error, _PASSING) and tries < MOST_TRIES):
            wait = max(_back_off(tries, offline=offline), wanted_wait(error))
            self._log_once(item, error, "transfer %s: %s, next try in %.0f s", wait)
            # An outage of the network uses up no tries of a service that fails after it.
            counted = not offline or tries <= _OFFLINE_TRIES
            self._queue.postpone(item.id, waiting_reason(error), wait, self._now(), counted=counted)
        elif isinstance(error, QuotaReachedError):
            self.hold_too_large(item, error)
        else:
            self._log_end(item, error)
            if isinstance(error, FileChangedError):
                self._queue.hold(item.id, Hold.CHANGED, error.words)
            else:
                self._queue.fail(item.id, error.words)
            title, sentence = error_words(error)
            self._tell(item.name, f"{item.name}: {title}", sentence)

    def has_told(self, item_id: str) -> bool:
        """Whether the log has a setback of an item that has not ended since."""
        return self._told.knows(item_id)

    def forget(self, item_id: str) -> None:
        """Note that an item has ended: what comes after it is another matter."""
        self._told.forget(item_id)

    def arrived(self, item: Item) -> None:
        """Note that an item got through to its end."""
        self.forget(item.id)
        if isinstance(item.work, Outgoing):
            self._refusals = 0

    def hold_too_large(self, item: Item, error: QuotaReachedError) -> None:
        """Keep an item that the plan does not allow until somebody decides."""
        self._log_end(item, error)
        self._queue.hold(item.id, Hold.PLAN, said_of_limit(error))
        self._ask(item.id, error)

    def kept_back(self) -> list[str]:
        """Return the items that must not begin yet, and say of each why, and until when.

        Those that have a job go on: it is new jobs that the service refuses.
        """
        if self._until is not None and self._now() >= self._until:
            self.lift()
        if self._until is None or self._reason is None:
            return []
        waiting = [item.id for item in self._queue.of(State.WAITING) if self._is_new(item)]
        self._queue.note(waiting, self._reason)
        return waiting

    def lift(self) -> None:
        """Let new jobs be made at once, as with another plan."""
        if self._until is not None:
            self._until = self._reason = None
            self._queue.note([item.id for item in self._queue.of(State.WAITING)], "")

    def reset(self) -> None:
        """Know nothing, as for another person."""
        self.lift()
        self._refusals = 0
        self._told.clear()

    def _wait_for_turn(self, item: Item, error: TooManyError, tries: int) -> None:
        """Try again when the service wants to be asked, which is no failure and ends no transfer.

        Where it wants that at once, tries are counted, and the waits grow from one to the next.
        """
        is_new, wait = self._is_new(item), wanted_wait(error)
        soon = wait < SOON
        if soon:
            # Files that were refused at the same time are one refusal.
            self._refusals += is_new and self._until is None
            wait = max(wait, _back_off(self._refusals if is_new else tries, offline=False))
        self._log_once(item, error, "transfer %s: %s, goes on in %.0f s", wait)
        if is_new:
            at = (self._clock() + timedelta(seconds=wait)).astimezone()
            self._queue.put_back(item.id)
            self._until = max(self._until or 0.0, self._now() + wait)
            self._reason = _until_when(error, at)
        else:
            self._queue.postpone(item.id, _BUSY, wait, self._now(), counted=soon)

    def _log_once(self, item: Item, error: DesktopError, words: str, wait: float) -> None:
        """Log a setback unless it is the last one again: an outage may have thousands."""
        if self._told.is_news(item.id, gist(error)):
            _log.warning(words, short_id(item.id), gist(error), wait)

    def _log_end(self, item: Item, error: DesktopError) -> None:
        _log.warning("transfer %s does not go on: %s", short_id(item.id), gist(error))
        self.forget(item.id)

    def _is_new(self, item: Item) -> bool:
        work = item.work
        return isinstance(work, Outgoing) and work.job_id is None and not self._begun(item.id)


def _back_off(tries: int, *, offline: bool) -> float:
    return back_off(tries, random.random(), offline=offline)  # noqa: S311 - it is no secret


def _until_when(error: TooManyError, at: datetime) -> Sentence:
    """Return what the service does not allow before *at*, in the time of day of this machine."""
    time = f"{at:%H:%M}"
    found = recognized(str(error.words))
    most = dict(found.values).get("most") if found else None
    if most is None:
        return said("Goes on at {time}: the service takes no more for now.", time=time)
    return said("Goes on at {time}: your plan takes {most} jobs an hour.", most=most, time=time)
