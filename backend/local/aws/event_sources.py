"""Event source mappings: queues and streams of tables feed functions.

Source: "Using Lambda with Amazon SQS" and "Using AWS Lambda with Amazon DynamoDB", AWS Lambda
Developer Guide.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from backend.local.aws.durability.journal import Journal, Statement
from backend.local.aws.functions import EventSource
from backend.local.aws.given_up import Reason, notice, number
from backend.local.aws.lambda_runtime import Invocation
from backend.local.aws.names import REGION
from backend.local.aws.private import Client, Json

log = logging.getLogger(__name__)
LONG_POLL = 20
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 10.0

Invoke = Callable[[bytes], Invocation]
Tell = Callable[[str, str], None]
"""Sends a message to a queue, by its ARN."""


def failures(source: EventSource, invocation: Invocation) -> set[str]:
    """Return the identifiers of the records that a partial answer names as failed."""
    if not source.partial:
        return set()
    answer = json.loads(invocation.payload or b"null") or {}
    return {str(each.get("itemIdentifier")) for each in answer.get("batchItemFailures") or ()}


class QueuePoller:
    """Gives a queue's messages to a function and deletes those that it took."""

    def __init__(self, source: EventSource, queues: Client, invoke: Invoke) -> None:
        self._source = source
        self._queues = queues
        self._invoke = invoke

    def run(self, stopping: threading.Event) -> None:
        """Poll until *stopping* is set."""
        url = self._queues.get_queue_url(QueueName=self._source.source_name)["QueueUrl"]
        while not stopping.is_set():
            try:
                self._once(url)
            except (BotoCoreError, ClientError):
                if not stopping.is_set():
                    log.exception("the mapping %s could not poll", self._source.identity)
                    stopping.wait(1)

    def _once(self, url: str) -> None:
        answer = self._queues.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(10, self._source.batch_size),
            WaitTimeSeconds=LONG_POLL,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        event = {"Records": [self._record(message) for message in messages]}
        invocation = self._invoke(json.dumps(event).encode())
        if invocation.failed:
            # The messages come back after their visibility timeout, at last in the other queue.
            log.warning("%s failed: %.500s", self._source.function, invocation.payload.decode())
            return
        failed = failures(self._source, invocation)
        if failed - {each["MessageId"] for each in messages}:
            log.error("%s named a failure that is none of its messages", self._source.function)
            return
        done = [each for each in messages if each["MessageId"] not in failed]
        if done:
            self._delete(url, done)

    def _delete(self, url: str, messages: Sequence[Any]) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)
        ]
        self._queues.delete_message_batch(QueueUrl=url, Entries=entries)

    def _record(self, message: Json) -> dict[str, Any]:
        attributes = {
            name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.source,
            "awsRegion": REGION,
        }


class StreamPoller:
    """Gives a table's stream records to a function, in order and none left out.

    The records and the place reached are in the journal: what was written but not yet taken
    when the process was killed is offered again after the next start.
    """

    def __init__(
        self, source: EventSource, journal: Journal, invoke: Invoke, tell: Tell, *, alone: bool
    ) -> None:
        """Read for *source*; *alone* if no other mapping reads the table's stream."""
        self._source = source
        self._alone = alone
        self._journal = journal
        self._invoke = invoke
        self._tell = tell
        self._tries = 0
        self._most = source.batch_size

    def run(self, stopping: threading.Event) -> None:
        """Read until *stopping* is set."""
        place = self._start()
        while not stopping.is_set():
            records = self._after(place)
            if not records:
                with self._journal.written:
                    if not self._after(place):
                        self._journal.written.wait(1.0)
                continue
            reached = self._give(records, place)
            if reached > place:
                self._reach(reached)
                place = reached
            if reached < records[-1][0]:
                stopping.wait(self._pause())

    def _start(self) -> int:
        query = "select seq from checkpoint where mapping = ?"
        rows = self._journal.rows(query, (self._source.identity,))
        if rows:
            return int(rows[0][0])
        newest = self._journal.rows("select coalesce(max(seq), 0) from stream")[0][0]
        place = int(newest) if self._source.from_now else 0
        self._reach(place)
        return place

    def _after(self, place: int) -> list[tuple[Any, ...]]:
        query = "select seq, at, record from stream where tab = ? and seq > ? order by seq limit ?"
        return self._journal.rows(query, (self._source.source_name, place, self._most))

    def _give(self, records: Sequence[tuple[Any, ...]], place: int) -> int:
        """Call the function; return the place of the last record that is done with."""
        oldest = time.time() - self._source.max_age
        stale = [each for each in records if each[1] <= oldest]
        if stale:
            return self._give_up(stale, Reason.AGE, place)
        event = {"Records": [self._record(*each) for each in records]}
        invocation = self._invoke(json.dumps(event).encode())
        reached = self._reached(records, invocation, place)
        if reached > place:
            self._tries, self._most = 0, self._source.batch_size
        elif self._source.bisect and len(records) > 1:
            # A batch that is divided was not tried again yet, as on AWS.
            self._most = (len(records) + 1) // 2
        else:
            self._tries += 1
            if 0 <= self._source.attempts < self._tries:
                return self._give_up(records, Reason.ATTEMPTS, place)
        return reached

    def _give_up(self, records: Sequence[tuple[Any, ...]], reason: Reason, place: int) -> int:
        """Go on after *records*, once the mapping's queue knows of them; return the place."""
        log.error("%d stream records are given up: %s", len(records), reason)
        if self._source.given_up_to:
            message = notice(self._source, records, reason, calls=self._tries)
            try:
                self._tell(self._source.given_up_to, message)
            except (BotoCoreError, ClientError):
                log.exception("%s could not be told", self._source.given_up_to)
                return place
        self._tries, self._most = 0, self._source.batch_size
        return int(records[-1][0])

    def _reached(
        self, records: Sequence[tuple[Any, ...]], invocation: Invocation, place: int
    ) -> int:
        if invocation.failed:
            log.warning("%s failed: %.500s", self._source.function, invocation.payload.decode())
            return place
        failed = failures(self._source, invocation)
        if failed - {number(sequence) for sequence, *_ in records}:
            log.error("%s named a failure that is none of its records", self._source.function)
            return place
        done = place
        for sequence, *_ in records:
            if number(sequence) in failed:
                return done
            done = int(sequence)
        return done

    def _record(self, sequence: int, _at: float, record: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(record)
        loaded["eventSourceARN"] = self._source.source
        loaded["dynamodb"]["SequenceNumber"] = number(sequence)
        return loaded

    def _reach(self, place: int) -> None:
        mapping = self._source.identity
        statements: list[Statement] = [
            ("insert or replace into checkpoint values(?, ?)", (mapping, place))
        ]
        if self._alone:
            table = self._source.source_name
            statements.append(("delete from stream where tab = ? and seq <= ?", (table, place)))
        self._journal.change(("checkpoint", mapping), lambda: statements)

    def _pause(self) -> float:
        return min(LONGEST_PAUSE, SHORTEST_PAUSE * float(1 << min(self._tries, 10)))
