"""Plays on the stage: scripts, and one handler that sleeps while all others work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from backend.domain.archive import Tier
from backend.domain.plans import Plan
from tests.fakes.archive import DELAYS
from tests.interleaving.stage import Actor, Stage

ACTIONS = ("start", "step", "step", "step", "step", "kill", "wait", "upgrade", "downgrade", "tier")
# The plan at first, and how it changed before somebody falls asleep.
LIVES = {
    "free": (Plan.FREE,),
    "premium": (Plan.PREMIUM,),
    "upgraded": (Plan.FREE, Plan.PREMIUM),
    "downgraded": (Plan.FREE, Plan.PREMIUM, Plan.FREE),
}
# Who can fall asleep at the end of which.
SLEEPERS = (
    ("free", "work"),
    ("free", "settle"),
    ("premium", "settle"),
    ("upgraded", "project"),
    ("upgraded", "follow"),
    ("upgraded", "restore"),
    ("downgraded", "project"),
    ("downgraded", "follow"),
    ("downgraded", "settle"),
)
MEANWHILE = ("", *Plan)
# Killed, and its message comes again, or never; or it goes on, within its time, maybe with nobody
# else to do the same, or long after its time.
ENDINGS = ("dies", "is lost", "wakes", "wakes alone", "wakes late")
_ONCE = ("is lost", "wakes alone")
# Whose messages may be lost: a sweep does their work then.
REPLACEABLE = ("work", "settle", "restore")
PLAYS = tuple(
    (life, name, meanwhile, ending)
    for life, name in SLEEPERS
    for meanwhile in MEANWHILE
    for ending in ENDINGS
    if ending != "is lost" or name in REPLACEABLE
)
_LONG = timedelta(hours=5)
# More than any handler takes.
MOST_STEPS = 120


def play(script: Sequence[tuple[str, int]]) -> None:
    """Do what the script says, then let all come to an end and judge it."""
    stage = Stage(jobs=2)
    for action, index in script:
        stage.deliver()
        if action == "start" and stage.inbox:
            stage.start(index)
        elif action in {"step", "kill"} and stage.actors:
            stage.step(index, kill=action == "kill")
        elif action == "wait":
            stage.world.clock.advance(timedelta(seconds=7 * 2**index))
        elif action == "upgrade":
            stage.change_plan(Plan.PREMIUM)
        elif action == "downgrade":
            stage.change_plan(Plan.FREE)
        elif action == "tier":
            stage.world.archive.capacity = not stage.world.archive.capacity
        stage.check()
    stage.settle_down()
    stage.check_end()


def sleep(life: str, name: str, meanwhile: str, ending: str, *, every: int = 1) -> None:
    """Have one handler stop after so many steps, others work, and see how it ends.

    Args:
        life: what came before, one of `LIVES`.
        name: who falls asleep.
        meanwhile: the plan that the owner changes to while they sleep; "" for no change.
        ending: one of `ENDINGS`.
        every: which of all the moments in which they can stop are tried.
    """
    for steps in range(0, MOST_STEPS, every):
        stage = Stage(
            plan=LIVES[life][0],
            heedless=ending == "wakes late",
            deliveries=1 if ending in _ONCE else 2,
        )
        _lead_to(stage, name, LIVES[life][1:])
        sleeper = _put_to_sleep(stage, name, steps)
        if sleeper is None:
            return
        if meanwhile:
            stage.change_plan(Plan(meanwhile))
        if ending in {"wakes", "wakes alone"}:
            stage.work_off()
        else:
            stage.settle_down()
        stage.actors.append(sleeper)
        stage.step(-1, kill=ending in {"dies", "is lost"}, lose=ending == "is lost")
        stage.settle_down()
        if ending == "wakes late":
            # It had no right to be there: it may leave files behind, but no copy in the archive.
            assert stage.orphans() == 0
        else:
            stage.check_end()
    raise AssertionError("the handler never ends")


def _lead_to(stage: Stage, name: str, life: tuple[Plan, ...]) -> None:
    """Let a life go by, then wait for a message called *name*."""

    def waits() -> bool:
        return any(message.name == name for message in stage.inbox)

    for plan in life:
        stage.settle_down()
        stage.change_plan(plan)
    for _ in range(150):
        stage.work_off(waits)
        if waits():
            return
        stage.world.clock.advance(_until_something_happens(stage))
    raise AssertionError(f"there never is a message to {name}")


def _until_something_happens(stage: Stage) -> timedelta:
    """Return how long nothing happens, so that no sweep finds anything overdue afterwards."""
    world = stage.world
    if world.archive.announcements:
        return DELAYS[Tier.EXPEDITED]
    now = world.clock()
    return min((due - now for _, due in world.retention.started if due > now), default=_LONG)


def _put_to_sleep(stage: Stage, name: str, steps: int) -> Actor | None:
    """Have a handler work for so many steps and then stop; None if it comes to its end before."""
    stage.start([message.name for message in stage.inbox].index(name))
    others, stage.actors = stage.actors[:-1], stage.actors[-1:]
    for _ in range(steps):
        if stage.actors:
            stage.step(0)
    sleeper = stage.actors.pop() if stage.actors else None
    stage.actors = others
    return sleeper
