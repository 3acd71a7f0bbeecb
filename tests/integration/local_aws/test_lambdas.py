"""Lambdas run in AWS's runtime client, fed by the stream, by a queue or by hand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.local.aws.server import LocalAws
from tests.integration.local_aws.conftest import send

PATIENCE = 20.0


def eventually(true: Callable[[], bool]) -> bool:
    """Return whether it became true in time: what is waited for happens in another process."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def call(aws: LocalAws, **event: Any) -> tuple[str | None, Any]:
    answer = aws.client("lambda").invoke(FunctionName="gas_notify", Payload=json.dumps(event))
    return answer.get("FunctionError"), json.load(answer["Payload"])


def changes(aws: LocalAws, wanted: int) -> list[dict[str, Any]]:
    sqs, url = aws.client("sqs"), aws.outputs["JobChangesQueue"]
    found: list[dict[str, Any]] = []
    end = time.monotonic() + PATIENCE
    while len(found) < wanted and time.monotonic() < end:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def write(aws: LocalAws, key: str, **more: str) -> None:
    plain = {"job_id": key, "user_id": "ada", "submit_time": "2026", **more}
    stored = {name: {"S": value} for name, value in plain.items()}
    aws.client("dynamodb").put_item(TableName=aws.outputs["JobsTable"], Item=stored)


def mailed(aws: LocalAws, **body: Any) -> None:
    aws.client("sns").publish(TopicArn=aws.outputs["JobResultsTopic"], Message=json.dumps(body))


def subjects(aws: LocalAws) -> list[str]:
    return [mail.subject for mail in aws.mail()]


def test_a_function_knows_its_environment(aws: LocalAws) -> None:
    error, answer = call(aws)
    assert error is None
    assert answer["name"] == "gas_notify"
    assert answer["arn"].endswith(":function:gas_notify")
    assert 10_000 < answer["left"] <= 15_000
    environment = answer["environment"]
    assert environment["AWS_REGION"] == "us-east-1"
    for name in ("JobsTable", "AccountsTable", "InputsBucket", "ResultsBucket"):
        words = "".join(f"_{c}" if c.isupper() else c for c in name).upper()
        assert environment[f"GAS{words}"] == aws.outputs[name]


def test_a_raise_is_reported_as_lambda_does(aws: LocalAws) -> None:
    error, answer = call(aws, **{"raise": "boom"})
    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == ("ValueError", "boom")


def test_a_process_that_ends_is_reported_and_started_again(aws: LocalAws) -> None:
    error, answer = call(aws, exit=True)
    assert (error, answer["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert call(aws)[0] is None


def test_an_unknown_function_is_not_found(aws: LocalAws) -> None:
    functions = aws.client("lambda")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke(FunctionName="nobody")


def test_the_stream_is_told_in_order(aws: LocalAws) -> None:
    write(aws, "one", status="new")
    write(aws, "one", status="old")
    write(aws, "one", status="old")
    key = {"job_id": {"S": "one"}}
    aws.client("dynamodb").update_item(
        TableName=aws.outputs["JobsTable"],
        Key={"job_id": {"S": "two"}},
        UpdateExpression="SET user_id = :u",
        ExpressionAttributeValues={":u": {"S": "bo"}},
    )
    aws.client("dynamodb").delete_item(TableName=aws.outputs["JobsTable"], Key=key)
    told = sorted(changes(aws, 4), key=lambda change: str(change["SequenceNumber"]))
    assert [each["event"] for each in told] == ["INSERT", "MODIFY", "INSERT", "REMOVE"]
    modified = told[1]
    assert modified["OldImage"]["status"] == {"S": "new"}
    assert modified["NewImage"]["status"] == {"S": "old"}
    assert told[2]["NewImage"]["user_id"] == {"S": "bo"}


@pytest.mark.parametrize("how", ["wait_for", "raise"])
def test_a_failed_record_holds_up_those_behind_it(aws: LocalAws, tmp_path: Path, how: str) -> None:
    gate = tmp_path / "gate"
    write(aws, f"{how}-before")
    write(aws, f"{how}-stuck", **{how: str(gate)})
    write(aws, f"{how}-behind")
    assert {each["Keys"]["job_id"]["S"] for each in changes(aws, 1)} == {f"{how}-before"}
    gate.touch()
    told = []
    while f"{how}-behind" not in told:
        told += [each["Keys"]["job_id"]["S"] for each in changes(aws, 1)]
    # A batch that failed comes again as a whole, so what was done may be told twice.
    assert [name for name in told if name != f"{how}-before"] == [f"{how}-stuck", f"{how}-behind"]


def test_a_failed_message_comes_back_and_the_others_are_done(aws: LocalAws) -> None:
    mailed(aws, to="ada@example.org", subject="good")
    mailed(aws, fail=True)
    mailed(aws, to="bo@example.org", subject="better")
    assert eventually(lambda: {"good", "better"} <= set(subjects(aws)))
    queue = {"QueueUrl": aws.outputs["JobResultsQueue"], "AttributeNames": ["All"]}

    def hidden() -> str:
        answer = aws.client("sqs").get_queue_attributes(**queue)
        return str(answer["Attributes"]["ApproximateNumberOfMessagesNotVisible"])

    assert eventually(lambda: hidden() == "1")
    assert subjects(aws).count("good") == 1


def test_mail_can_be_listed_and_opened(aws: LocalAws) -> None:
    mailed(aws, to="ada@example.org", subject="Grüße")
    assert eventually(lambda: "Grüße" in subjects(aws))
    listed = json.loads(send("GET", f"{aws.endpoint}/_gas/mail").body)
    mail = next(each for each in listed if each["subject"] == "Grüße")
    assert set(mail) == {"id", "to", "from", "subject", "text", "html", "sent_at"}
    assert (mail["from"], mail["to"]) == ("gas@example.org", ["ada@example.org"])
    opened = send("GET", f"{aws.endpoint}/_gas/mail/{mail['id']}.eml")
    assert opened.headers["content-type"] == "message/rfc822"
    assert b"multipart/alternative" in opened.body
    assert send("GET", f"{aws.endpoint}/_gas/mail/none.eml").status == 404


def test_mail_is_not_read_through_another_name(aws: LocalAws) -> None:
    answer = send("GET", f"{aws.endpoint}/_gas/mail", headers={"Host": "evil.example"})
    assert answer.status == 403


def test_an_unknown_sender_is_refused(aws: LocalAws) -> None:
    ses = aws.client("sesv2")
    simple = {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}
    with pytest.raises(ses.exceptions.MessageRejected, match="not verified"):
        ses.send_email(
            FromEmailAddress="eve@example.net",
            Destination={"ToAddresses": ["ada@example.org"]},
            Content={"Simple": simple},
        )
