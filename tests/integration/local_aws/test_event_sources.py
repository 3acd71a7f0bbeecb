"""Event source mappings and the runtime, without a server around them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

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
        self.told: list[tuple[str, Any]] = []
        self._answers = list(answers)

    def __call__(self, payload: bytes) -> Invocation:
        records = json.loads(payload)["Records"]
        self.calls.append([each.get("eventName") or each["body"] for each in records])
        answer = self._answers.pop(0)
        if not self._answers:
            self.stopping.set()
        outcome = answer(records)
        return Invocation(outcome == "error", json.dumps(outcome).encode())

    def tell(self, queue: str, message: str) -> None:
        self.told.append((queue, json.loads(message)))


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
    StreamPoller(source, journal, script, script.tell, alone=True).run(script.stopping)


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


def no_poison(records: list[Any]) -> Any:
    return "error" if "poison" in [each["eventName"] for each in records] else None


def test_a_batch_that_failed_is_divided_until_one_record_is_left(journal: Journal) -> None:
    written(journal, "a", "b", "poison", "c")
    script = Script(*[no_poison] * 5, fine)
    read(journal, script, attempts=1, bisect=True)
    together, one = ["a", "b", "poison"], ["poison"]
    assert script.calls == [together, ["a", "b"], ["poison", "c"], one, one, ["c"]]


def test_what_is_given_up_is_told_to_the_queue(journal: Journal) -> None:
    written(journal, "a", "b", at=4e9)
    script = Script(error, error, fine)
    threading.Timer(0.6, written, (journal, "c")).start()
    read(journal, script, attempts=1, given_up_to=QUEUE)
    ((queue, told),) = script.told
    assert queue == QUEUE
    assert told["requestContext"].pop("requestId")
    assert told.pop("timestamp")
    assert told == {
        "version": "1.0",
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:relay",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 2,
        },
        "responseContext": {
            "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
        },
        "DDBStreamBatchInfo": {
            "shardId": "shardId-local",
            "startSequenceNumber": "000000000000000000001",
            "endSequenceNumber": "000000000000000000002",
            "approximateArrivalOfFirstRecord": "2096-10-02T07:06:40.000Z",
            "approximateArrivalOfLastRecord": "2096-10-02T07:06:40.000Z",
            "batchSize": 2,
            "streamArn": STREAM,
        },
    }  # fmt: skip


def test_what_grew_too_old_is_told_to_the_queue(journal: Journal) -> None:
    written(journal, "old", at=0.0)
    written(journal, "new")
    script = Script(fine)
    read(journal, script, given_up_to=QUEUE)
    ((_, told),) = script.told
    assert told["requestContext"]["condition"] == "RecordAgeExceeded"
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    assert "responseContext" not in told
    assert script.calls == [["new"]]


def test_nothing_is_given_up_while_nobody_can_be_told(journal: Journal) -> None:
    written(journal, "old", at=0.0)
    written(journal, "new")

    class Unreachable(Script):
        def tell(self, queue: str, message: str) -> None:
            super().tell(queue, message)
            if len(self.told) == 1:
                raise EndpointConnectionError(endpoint_url="none")

    script = Unreachable(fine)
    read(journal, script, given_up_to=QUEUE)
    assert [told["DDBStreamBatchInfo"]["batchSize"] for _, told in script.told] == [1, 1]
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
    function = Function("slow", "lambdas.slow.handler", timeout=3)
    runtime = Runtime(function, HANDLERS, tmp_path, {})
    try:
        late = runtime.invoke(b'{"sleep": 20}')
        assert late.failed
        assert json.loads(late.payload)["errorType"] == "Sandbox.Timedout"
        assert "timed out after 3.00 seconds" in json.loads(late.payload)["errorMessage"]
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
