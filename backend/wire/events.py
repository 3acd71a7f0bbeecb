"""Live events: what an app is told while it is connected."""

from __future__ import annotations

from backend.wire.accounts import Me
from backend.wire.base import Out
from backend.wire.jobs import JobView


class JobEvent(Out):
    """What `/v1/events` sends as `event: job`: the job as it was when the event happened.

    The stream also knows `event: reset`, without content: events after the number that was asked
    for are not kept any more, so the jobs have to be read anew.
    """

    job: JobView


class AccountEvent(Out):
    """What `/v1/events` sends as `event: account`: the account as it was then.

    What can be downloaded, and for how long, follows from the plan: the jobs are to be read anew.
    """

    me: Me


class LiveEvent(Out):
    """An event as `/v1/events/poll` answers it: what the stream would have sent.

    Attributes:
        seq: 1 for the account's first event, one more for each that follows.
        type: "job" or "account"; a client passes over those that it does not know.
    """

    seq: int
    type: str
    data: JobEvent | AccountEvent


class LiveEvents(Out):
    """Events after the number that was asked for, in order.

    Attributes:
        cursor: ask for what is after this next.
        reset: events after the number asked for are not kept any more: read the jobs anew.
    """

    events: list[LiveEvent]
    cursor: int
    reset: bool
