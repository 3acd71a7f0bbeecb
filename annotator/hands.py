"""Hands that take shards of large files from the queue, for as long as there are any.

A shard that a hand cannot do goes back to the queue.  What was cut short is done again by another.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from annotator.heartbeat import Heartbeat, StoppedError
from annotator.parcels import UnsuitedError, pack_error, unpack_recipe
from annotator.scratch import scratch
from annotator.shards import ShardHold, Workshop, annotate_shard
from annotator.work import Work
from backend import logs
from backend.domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from backend.domain.messages import ShardMessage
from backend.services.ports import Delivery

LOGGER = logging.getLogger(__name__)
# After a fault that may pass, and where another machine has what this one has not.
RETRY_AFTER = timedelta(seconds=20)
_AT_ONCE = timedelta(0)
_POLL = timedelta(seconds=1)
_LOOK_SECONDS = 0.2


class Hand:
    """Works on one shard at a time and keeps its engine for the next; use it as a context manager.

    Args:
        workshop: what to work with.
        stop: set when what is in hand has to be given back.
    """

    def __init__(self, workshop: Workshop, stop: threading.Event) -> None:
        self._workshop = workshop
        self._shards = workshop.shards
        self._stop = stop
        self._scratch = scratch(workshop.folder)
        self._folder = Path(self._scratch.name)
        self._opened = ExitStack()
        self._held: tuple[str, Work] | None = None

    def __enter__(self) -> Self:
        """The hand itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine, and leave no file."""
        self._close(error)
        self._scratch.cleanup()

    def handle(self, delivery: Delivery) -> None:
        """Deal with one message: afterwards it is deleted, or will come again."""
        try:
            shard = ShardMessage.from_json(delivery.body)
        except RejectedError as error:
            logs.event(LOGGER, "message refused", reason=str(error), tries=delivery.tries)
            return
        with logs.bound(job_id=shard.job_id, shard=shard.shard, tries=delivery.tries):
            if self._is_settled(shard, delivery):
                self._shards.queue.delete(delivery)

    def _is_settled(self, shard: ShardMessage, delivery: Delivery) -> bool:
        """Work on the shard; return whether nobody needs its message any more."""
        try:
            self._do(shard, delivery)
        except StoppedError as error:
            self._close(error)
            self._shards.queue.hide(delivery, _AT_ONCE)
            return False
        except (ConflictError, NotFoundError) as error:
            self._close(error)
            logs.event(LOGGER, "shard dropped")
        except UnsuitedError as error:
            logs.event(LOGGER, "shard not for this machine", reason=str(error))
            self._try_later(shard, delivery)
            return False
        except Exception as error:  # noqa: BLE001 - a fault in one shard must not end the worker
            self._close(error)
            logs.failure(LOGGER, "shard failed", error)
            self._try_later(shard, delivery)
            return False
        return True

    def _do(self, shard: ShardMessage, delivery: Delivery) -> None:
        if not self._shards.is_wanted(shard):
            return
        hold = ShardHold(self._shards, shard, delivery)
        with Heartbeat(hold, lease=self._shards.lease, stop=self._stop) as heartbeat:
            work = self._work(shard)
            annotate_shard(self._shards, shard, work, self._folder, heartbeat.check)
        logs.event(LOGGER, "shard done")

    def _work(self, shard: ShardMessage) -> Work:
        """The work by the shard's plan, ready to go on."""
        if self._held is not None and self._held[0] == shard.plan:
            return self._held[1]
        self._close()
        recipe, workshop = self._folder / "recipe.json", self._workshop
        self._shards.fetch_recipe(shard, recipe)
        engine, task = unpack_recipe(
            recipe.read_text("utf-8"), workshop.bundles, workshop.sequences.of, self._folder
        )
        work = self._opened.enter_context(workshop.make(engine, task))
        self._held = (shard.plan, work)
        return work

    def _close(self, error: BaseException | None = None) -> None:
        """End the engine; at once after an *error*."""
        self._held = None
        opened, self._opened = self._opened, ExitStack()
        opened.__exit__(type(error) if error else None, error, None)

    def _try_later(self, shard: ShardMessage, delivery: Delivery) -> None:
        """Leave the message for another try; after the last one, to the planner.

        The message itself is left alone then, so that the queue moves it to the dead letters.
        """
        if delivery.tries < self._shards.max_tries:
            self._shards.queue.hide(delivery, RETRY_AFTER)
            return
        with contextlib.suppress(ConflictError):
            self._shards.give_up(shard, pack_error(None, self._folder / "error.json"))


class Hands:
    """Several hands at work, each in a thread; use it as a context manager.

    When the block ends, what is in hand is given back.

    Args:
        workshop: what to work with.
        is_patient: whether to wait for more shards when there are none.
        clock: seconds that never go back.
        pause: waits for so many seconds, or less if the end comes.
    """

    def __init__(
        self,
        workshop: Workshop,
        *,
        is_patient: bool,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._workshop = workshop
        self._is_patient = is_patient
        self._clock = clock
        self._ending, self._stop = threading.Event(), threading.Event()
        self._pause = pause or self._ending.wait
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """The hands themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give back what is in hand."""
        self._stop.set()
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def start(self, deliveries: Sequence[Delivery] = ()) -> None:
        """Start working, first on *deliveries*, of which there are no more than hands."""
        first = [*deliveries, *[None] * (self._workshop.hands - len(deliveries))]
        for number, delivery in enumerate(first):
            thread = threading.Thread(
                target=self._run, args=(delivery,), name=f"hand {number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def finish(self, tick: Callable[[], None], *, within: float = 0.0) -> None:
        """Return when all have ended what is in hand; take more for *within* seconds at most.

        *tick* is called at least every 0.2 s and may raise to stop.
        """
        end = self._clock() + within
        for thread in self._threads:
            while thread.is_alive():
                if self._clock() >= end:
                    self._ending.set()
                thread.join(_LOOK_SECONDS)
                tick()

    def _run(self, delivery: Delivery | None) -> None:
        with Hand(self._workshop, self._stop) as hand:
            while not self._ending.is_set():
                try:
                    if delivery is None:
                        delivery = self._next()
                        if delivery is None and not self._is_patient:
                            return
                    else:
                        given, delivery = delivery, None
                        hand.handle(given)
                except UnavailableError as error:
                    logs.event(LOGGER, "queue unavailable", reason=str(error))
                    self._pause(RETRY_AFTER.total_seconds())
        if delivery is not None:
            # The end came while it was on its way.
            with contextlib.suppress(UnavailableError):
                self._workshop.shards.queue.hide(delivery, _AT_ONCE)

    def _next(self) -> Delivery | None:
        """The next message, if one comes within a moment."""
        found = self._workshop.shards.receive(limit=1, wait=_POLL)
        return found[0] if found else None
