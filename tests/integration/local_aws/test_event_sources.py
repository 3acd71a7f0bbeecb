"""Event source mappings and the runtime, without a server around them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.local.aws.durability.journal import Journal
from backend.local.aws.event_sources import QueuePoller, StreamPoller
from backend.local.aws.functions import EventSource, Function
from backend.local.aws.lambda_runtime import Invocation, Runtime
from tests.integration.local_aws.conftest import HANDLERS

STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/jobs/stream/now"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:results"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path)
    yield opened
    opened.close()


def written(journal: Journal, *names: str, at: float = 4e9) -> None:
    for name in names:
        record = json.dumps({"eventName": name, "dynamodb": {}})
        row = ("insert into stream(tab, at, record) values('jobs', ?, ?)", (at, record))
        journal.change(("stream", name), lambda row=row: [row])  # type: ignore[misc]


class Script:
    """A function that answers as it was told to, and stops the poller at the end."""

    def __init__(self, *answers: Callable[[list[Any]], Any]) -> None:
        self.stopping = threading.Event()
        self.calls: list[list[str]] = []
        self._answers = list(answers)

    def __call__(self, payload: bytes) -> Invocation:
        records = json.loads(payload)["Records"]
        self.calls.append([each.get("eventName") or each["body"] for each in records])
        answer = self._answers.pop(0)
        if not self._answers:
            self.stopping.set()
        outcome = answer(records)
        return Invocation(outcome == "error", json.dumps(outcome).encode())


def fine(_records: list[Any]) -> Any:
    return None


def error(_records: list[Any]) -> Any:
    return "error"


def failed(position: int) -> Callable[[list[Any]], Any]:
    def answer(records: list[Any]) -> Any:
        record = records[position]
        name = record.get("messageId") or record["dynamodb"]["SequenceNumber"]
        return {"batchItemFailures": [{"itemIdentifier": name}]}

    return answer


def stranger(_records: list[Any]) -> Any:
    return {"batchItemFailures": [{"itemIdentifier": "nobody"}]}


def read(journal: Journal, script: Script, **more: Any) -> None:
    source = EventSource("relay", STREAM, batch_size=3, partial=True, **more)
    StreamPoller(source, journal, script, alone=True).run(script.stopping)


def test_a_stream_is_read_in_batches_and_then_forgotten(journal: Journal) -> None:
    written(journal, "a", "b", "c", "d")
    script = Script(fine, fine)
    read(journal, script)
    assert script.calls == [["a", "b", "c"], ["d"]]
    assert journal.rows("select * from stream") == []
    written(journal, "e")
    again = Script(fine)
    read(journal, again)
    assert again.calls == [["e"]]


@pytest.mark.parametrize(
    ("answer", "second"),
    [(failed(1), ["b", "c"]), (error, ["a", "b", "c"]), (stranger, ["a", "b", "c"])],
    ids=["one failed", "all failed", "an unknown one failed"],
)
def test_a_stream_goes_on_from_the_first_that_failed(
    journal: Journal, answer: Callable[[list[Any]], Any], second: list[str]
) -> None:
    written(journal, "a", "b", "c")
    script = Script(answer, fine)
    read(journal, script)
    assert script.calls == [["a", "b", "c"], second]


def test_a_batch_is_given_up_after_its_attempts(journal: Journal) -> None:
    written(journal, "a")
    script = Script(error, error, fine)
    threading.Timer(0.6, written, (journal, "b")).start()
    read(journal, script, attempts=1)
    assert script.calls == [["a"], ["a"], ["b"]]


def test_records_that_are_too_old_are_given_up(journal: Journal) -> None:
    written(journal, "old", at=0.0)
    written(journal, "new")
    script = Script(fine)
    read(journal, script)
    assert script.calls == [["new"]]


def test_a_mapping_from_now_leaves_out_what_was(journal: Journal) -> None:
    written(journal, "before")
    script = Script(fine)
    threading.Timer(0.3, written, (journal, "after")).start()
    read(journal, script, from_now=True)
    assert script.calls == [["after"]]


class Queue:
    """What the poller uses of an SQS client."""

    def __init__(self, *bodies: str) -> None:
        self.waiting = list(bodies)
        self.deleted: list[str] = []

    def get_queue_url(self, **_: Any) -> dict[str, str]:
        return {"QueueUrl": "url"}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        messages = [
            {"MessageId": body, "ReceiptHandle": f"receipt-{body}", "Body": body, "MD5OfBody": ""}
            for body in self.waiting
        ]
        return {"Messages": messages}

    def delete_message_batch(self, *, Entries: list[Any], **_: Any) -> None:  # noqa: N803
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]


@pytest.mark.parametrize(
    ("answer", "deleted"),
    [
        (fine, ["receipt-a", "receipt-b"]),
        (failed(0), ["receipt-b"]),
        (error, []),
        (stranger, []),
    ],
    ids=["all done", "one failed", "all failed", "an unknown one failed"],
)
def test_a_queue_loses_only_what_was_done(
    answer: Callable[[list[Any]], Any], deleted: list[str]
) -> None:
    queue, script = Queue("a", "b"), Script(answer)
    source = EventSource("notify", QUEUE, batch_size=10, partial=True)
    QueuePoller(source, queue, script).run(script.stopping)
    assert queue.deleted == deleted


def test_a_function_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    function = Function("slow", "lambdas.slow.handler", timeout=0.5)
    runtime = Runtime(function, HANDLERS, tmp_path, {})
    try:
        late = runtime.invoke(b'{"sleep": 20}')
        assert late.failed
        assert json.loads(late.payload)["errorType"] == "Sandbox.Timedout"
        assert "timed out after 0.50 seconds" in json.loads(late.payload)["errorMessage"]
        assert runtime.invoke(b'{"say": "hello"}') == Invocation(failed=False, payload=b'"hello"')
        assert "hello" in (tmp_path / "slow.log").read_text(encoding="utf-8")
    finally:
        runtime.close()


def test_a_function_that_cannot_be_imported_says_so(tmp_path: Path) -> None:
    runtime = Runtime(Function("none", "lambdas.none.handler", timeout=5), HANDLERS, tmp_path, {})
    try:
        broken = runtime.invoke(b"{}")
        assert broken.failed
        assert "lambdas.none" in json.loads(broken.payload)["errorMessage"]
    finally:
        runtime.close()
