"""The limit on bytes a second holds over any time, for all threads together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.transfer.bandwidth import Bandwidth

KB = 1024


class Time:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False


def test_without_a_limit_nothing_waits() -> None:
    time = Time()
    free = Bandwidth(None, lambda: time.now)
    assert free.piece(1024 * KB) == 1024 * KB
    assert free.take(10**12, time.wait)
    assert time.now == 0


@given(
    st.floats(50 * KB, 10_000 * KB),
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 512 * KB)), min_size=1, max_size=40),
)
def test_never_more_moves_than_the_limit_allows(
    rate: float, steps: list[tuple[float, int]]
) -> None:
    time = Time()
    limited = Bandwidth(rate, lambda: time.now)
    moved: list[tuple[float, int]] = []
    for idle, count in steps:
        time.now += idle
        assert limited.take(count, time.wait)
        moved.append((time.now, count))
    for first in range(len(moved)):
        seconds = moved[-1][0] - moved[first][0]
        total = sum(count for _, count in moved[first + 1 :])
        # A bucket holds a quarter of a second's bytes.
        assert total <= rate * (seconds + 0.25) * 1.000001 + 1


def test_pieces_are_small_under_a_tight_limit() -> None:
    assert Bandwidth(400 * KB).piece(1024 * KB) == 100 * KB
    assert Bandwidth(KB).piece(1024 * KB) == 16 * KB


def test_whoever_is_called_off_does_not_move_anything() -> None:
    time = Time()
    limited = Bandwidth(KB, lambda: time.now)
    assert not limited.take(100 * KB, lambda _seconds: True)


def test_a_limit_can_be_lifted() -> None:
    time = Time()
    limited = Bandwidth(KB, lambda: time.now)
    limited.take(100 * KB, time.wait)
    limited.set_rate(None)
    before = time.now
    limited.take(10**9, time.wait)
    assert time.now == before
