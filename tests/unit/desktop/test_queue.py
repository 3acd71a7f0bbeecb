"""The queue: its order is what people made it, and an item is never in two states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from desktop.errors import OfflineError, ProxyError
from desktop.ports import FileKind
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Hold, Incoming, Item, Outgoing, State, taken_up
from desktop.transfer.queue import TransferQueue, back_off, waiting_reason
from desktop.transfer.speed import Speedometer, seconds_left

GOOD, BAD = FileCheck(1), FileCheck(1, fault="Line 3 is empty; remove it.")


def item(name: str, state: State = State.WAITING) -> Item:
    return Item(name, name, Outgoing(Path(f"/{name}"), GOOD), state)


def queue(*items: Item) -> TransferQueue:
    made = TransferQueue()
    made.add(items)
    return made


def names(items: Sequence[Item]) -> str:
    return "".join(each.id for each in items)


def letters(text: str) -> TransferQueue:
    return queue(*map(item, text))


def test_the_first_go_first_and_only_so_many_at_once() -> None:
    made = letters("abcde")
    assert names(made.start_ready(0)) == "abc"
    assert made.start_ready(0) == []
    made.finish("b", Outgoing(Path("/b")))
    assert names(made.start_ready(0)) == "d"


def test_an_item_whose_last_run_has_not_ended_does_not_begin() -> None:
    made = letters("abcd")
    assert names(made.start_ready(0, busy=["b"])) == "acd"


def test_moving_items_keeps_their_order() -> None:
    made = letters("abcdef")
    made.place(["e", "b"], "a")
    assert names(made.items) == "beacdf"
    made.place(["b", "c"], None)
    assert names(made.items) == "eadfbc"
    made.place(["a", "d"], "d")
    assert names(made.items) == "eadfbc"


@pytest.mark.parametrize(
    ("moved", "up", "order"),
    [
        ("c", True, "acbd"),
        ("a", True, "abcd"),
        ("bd", True, "bdac"),
        ("b", False, "acbd"),
        ("d", False, "abcd"),
        ("ac", False, "bdac"),
        ("x", True, "abcd"),
    ],
)
def test_items_are_moved_by_one_place_together(moved: str, up: bool, order: str) -> None:  # noqa: FBT001 - a table
    made = letters("abcd")
    made.shift(moved, up=up)
    assert names(made.items) == order


@given(st.permutations("abcdefg"), st.sets(st.sampled_from("abcdefg")), st.sampled_from("abcdefg"))
def test_an_order_is_made_of_the_same_items(order: list[str], moved: set[str], at: str) -> None:
    made = letters("".join(order))
    made.place(moved, at)
    assert sorted(names(made.items)) == sorted(order)
    kept = [name for name in order if name not in moved]
    assert [each.id for each in made.items if each.id not in moved] == kept
    group = [each.id for each in made.items if each.id in moved]
    assert group == [name for name in order if name in moved]
    assert "".join(group) in names(made.items)
    if at not in moved and group:
        assert names(made.items).index(at) == names(made.items).index(group[-1]) + 1


def test_a_faulty_file_is_held_until_somebody_wants_it_all_the_same() -> None:
    made = queue(Item("a", "a", Outgoing(Path("/a")), State.CHECKING))
    assert made.start_ready(0) == []
    made.checked("a", BAD)
    held = made.get("a")
    assert held is not None
    assert (held.state, held.hold, held.reason) == (State.HELD, Hold.FAULT, BAD.fault)
    assert made.start_ready(0) == []
    made.retry("a")
    assert names(made.start_ready(0)) == "a"


def test_what_failed_for_a_while_is_tried_later_and_later() -> None:
    made = letters("a")
    now = 0.0
    for tries in range(1, 4):
        assert names(made.start_ready(now)) == "a"
        made.postpone("a", "Offline.", 2.0, now)
        waiting = made.get("a")
        assert waiting is not None
        assert (waiting.state, waiting.tries) == (State.RETRYING, tries)
        assert made.start_ready(now + 1.9) == []
        assert made.next_due() == now + 2.0
        now += 2.0
    made.start_ready(now)
    made.moved_on("a")
    again = made.get("a")
    assert again is not None
    assert again.tries == 0


@given(st.integers(1, 99), st.floats(0, 1), st.booleans())
def test_a_wait_is_bounded_and_short_while_there_is_no_network(
    tries: int,
    chance: float,
    offline: bool,  # noqa: FBT001 - a table
) -> None:
    wait = back_off(tries, chance, offline=offline)
    assert 0.75 <= wait <= (5 if offline else 60)
    assert wait <= back_off(tries + 1, 1, offline=offline)


def test_a_pause_tells_whom_to_stop_and_a_late_end_counts_all_the_same() -> None:
    made = letters("ab")
    made.start_ready(0)
    made.add([item("c")])
    assert names(made.pause("abc")) == "ab"
    assert made.start_ready(0) == []
    made.fail("a", "It was cut off.")
    made.finish("b", Outgoing(Path("/b"), job_id="1"))
    assert [each.state for each in made.items] == [State.PAUSED, State.DONE, State.PAUSED]
    made.resume("abc")
    assert names(made.start_ready(0)) == "ac"


def test_a_look_at_a_file_that_went_wrong_ends_it() -> None:
    made = queue(Item("a", "a", Outgoing(Path("/a")), State.CHECKING))
    made.fail("a", "Something went wrong")
    assert made.of(State.CHECKING) == []
    made.retry("a")
    assert names(made.start_ready(0)) == "a"


def test_at_the_next_start_everything_goes_on_that_was_under_way() -> None:
    download = Incoming("1", FileKind.RESULT, Path("/"))
    unseen = Item("u", "u", Outgoing(Path("/u")), State.RUNNING)
    was = [replace(item("a", state), reason="r", due=9, tries=3) for state in State]
    states = [taken_up(each).state for each in [*was, unseen, Item("d", "d", download)]]
    assert states == [
        State.WAITING,
        State.HELD,
        State.WAITING,
        State.WAITING,
        State.WAITING,
        State.PAUSED,
        State.FAILED,
        State.DONE,
        State.CHECKING,
        State.WAITING,
    ]
    assert taken_up(was[4]).due == 0


class QueueLife(RuleBasedStateMachine):
    """Whatever is done to a queue in whatever order, beside a plain list of its order."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.queue = TransferQueue(at_once=2)
        self.order: list[str] = []
        self.now = 0.0

    @rule(target=ids, count=st.integers(1, 3), state=st.sampled_from([*State]))
    def add(self, count: int, state: State) -> object:
        new = [str(len(self.order) + 1000 * round(self.now) + at) for at in range(count)]
        new = [name for name in new if name not in self.order]
        born = State.WAITING if state is State.RUNNING else state
        self.queue.add(item(name, born) for name in new)
        self.order += new
        return multiple(*new)

    @rule(item_id=ids, seconds=st.floats(0, 9))
    def start_and_wait(self, item_id: str, seconds: float) -> None:
        waiting = names(self.queue.of(State.WAITING))
        begun = self.queue.start_ready(self.now)
        assert all(each.state is State.RUNNING for each in begun)
        assert not waiting or begun or len(self.queue.of(State.RUNNING)) == 2
        self.now += 1
        self.queue.postpone(item_id, "Offline.", seconds, self.now)

    @rule(item_id=ids, what=st.sampled_from(["fail", "hold", "put_back", "finish", "checked"]))
    def end(self, item_id: str, what: str) -> None:
        arguments: dict[str, tuple[object, ...]] = {
            "fail": ("reason",),
            "hold": (Hold.PLAN, "reason"),
            "finish": (Outgoing(Path("/")),),
            "checked": (BAD,),
        }
        getattr(self.queue, what)(item_id, *arguments.get(what, ()))

    @rule(item_id=ids, what=st.sampled_from(["pause", "resume", "retry"]))
    def ask(self, item_id: str, what: str) -> None:
        before = self.queue.get(item_id)
        getattr(self.queue, what)([item_id])
        after = self.queue.get(item_id)
        if what == "pause" and before and before.state in {State.WAITING, State.RUNNING}:
            assert after
            assert after.state is State.PAUSED

    @rule(item_id=ids, up=st.booleans())
    def shift(self, item_id: str, up: bool) -> None:  # noqa: FBT001 - chosen by hypothesis
        self.queue.shift([item_id], up=up)
        if item_id in self.order:
            at = self.order.index(item_id)
            self.order.remove(item_id)
            self.order.insert(max(0, at - 1) if up else at + 1, item_id)

    @rule(item_id=ids)
    def remove(self, item_id: str) -> None:
        self.queue.remove([item_id])
        if item_id in self.order:
            self.order.remove(item_id)

    @invariant()
    def the_order_is_that_of_the_list(self) -> None:
        assert [each.id for each in self.queue.items] == self.order

    @invariant()
    def no_more_run_than_may(self) -> None:
        assert len(self.queue.of(State.RUNNING)) <= 2

    @invariant()
    def who_waits_for_nothing_has_no_reason(self) -> None:
        for each in self.queue.of(State.WAITING, State.RUNNING):
            assert (each.reason, each.hold) == ("", None)


TestQueueLife = QueueLife.TestCase
TestQueueLife.settings = settings(max_examples=60, stateful_step_count=30)


def test_speed_is_smooth_and_none_when_stalled() -> None:
    now = [0.0]
    speed = Speedometer(lambda: now[0])
    assert speed.rate(0) is None
    now[0] = 1.0
    assert speed.rate(1000) == 1000
    now[0] = 2.0
    assert speed.rate(3000) == 1500
    now[0] = 5.5
    assert speed.rate(3000) is None
    now[0] = 6.0
    assert speed.rate(100) is None
    now[0] = 7.0
    assert speed.rate(300) == 200


def test_nobody_knows_how_long_what_does_not_move_will_take() -> None:
    assert seconds_left(20, 100, 8) == 10
    assert seconds_left(20, 100, None) is None
    assert seconds_left(20, 0, 8) is None


def test_only_of_transfers_it_is_said_that_the_app_keeps_trying() -> None:
    assert "the app keeps trying" in str(waiting_reason(OfflineError()))
    assert OfflineError().sentence.endswith("Try again when you are online.")
    assert waiting_reason(ProxyError()) == ProxyError().words
