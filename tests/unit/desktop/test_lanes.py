"""How many parts of a file move at once, and in which threads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from desktop.transfer.lanes import QUICK_BYTES_A_SECOND, Lanes
from desktop.transfer.workers import Worker, in_thread

PART = 16 * 1024**2
FOREVER = 3600.0


async def wanted(lanes: Lanes, count: int) -> list[int]:
    """Let *count* lanes ask whether they are wanted, and return those that are by now."""
    tasks = [asyncio.create_task(lanes.until_wanted(lane)) for lane in range(count)]
    # The lanes have asked, and what they were told has reached them.
    for _ in range(5):
        await asyncio.sleep(0)
    found = [lane for lane, task in enumerate(tasks) if task.done()]
    lanes.open()
    await asyncio.gather(*tasks)
    return found


def test_two_lanes_begin() -> None:
    async def begin() -> list[int]:
        return await wanted(Lanes(patience=FOREVER), 4)

    assert asyncio.run(begin()) == [0, 1]


def test_a_fast_network_needs_no_more_lanes() -> None:
    async def send() -> list[int]:
        lanes = Lanes(patience=FOREVER)
        lanes.took(PART, PART / QUICK_BYTES_A_SECOND)
        return await wanted(lanes, 4)

    assert asyncio.run(send()) == [0, 1]


def test_a_slow_part_opens_every_lane() -> None:
    async def send() -> list[int]:
        lanes = Lanes(patience=FOREVER)
        lanes.took(PART, PART / QUICK_BYTES_A_SECOND * 1.01)
        return await wanted(lanes, 4)

    assert asyncio.run(send()) == [0, 1, 2, 3]


def test_a_network_that_takes_no_part_for_a_while_is_slow() -> None:
    async def wait() -> None:
        await asyncio.wait_for(Lanes(patience=0.0).until_wanted(3), timeout=30)

    asyncio.run(wait())


def test_lanes_wait_on_while_parts_get_through() -> None:
    async def wait() -> bool:
        lanes = Lanes(patience=0.0)
        waiting = asyncio.create_task(lanes.until_wanted(2))
        for _ in range(50):
            lanes.took(PART, 0.001)
            await asyncio.sleep(0)
        still = not waiting.done()
        lanes.open()
        await waiting
        return still

    assert asyncio.run(wait())


def test_a_worker_calls_in_one_thread_and_in_order() -> None:
    async def call() -> list[int]:
        with Worker() as worker:
            never = threading.Event()
            return [await worker.call(threading.get_ident, stop=never) for _ in range(3)]

    found = asyncio.run(call())
    assert len(set(found)) == 1
    assert found[0] != threading.get_ident()


def test_a_worker_goes_on_after_an_error() -> None:
    def fail() -> None:
        raise ValueError("no")

    async def call() -> int:
        with Worker() as worker:
            with pytest.raises(ValueError, match="no"):
                await worker.call(fail, stop=threading.Event())
            return await worker.call(int, "7", stop=threading.Event())

    assert asyncio.run(call()) == 7


def test_the_thread_ends_after_its_last_call() -> None:
    async def call() -> threading.Thread:
        return await in_thread(threading.current_thread, stop=threading.Event())

    thread = asyncio.run(call())
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_cancelled_call_is_told_to_stop_and_waited_for() -> None:
    stop, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        stop.wait()
        ended.set()

    async def cancel() -> None:
        task = asyncio.create_task(in_thread(work, stop=stop))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert ended.is_set()
