"""Files, messages and items behave as on AWS where moto alone does not."""

from __future__ import annotations

import fcntl
import json
import resource
import socket
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from botocore.exceptions import ClientError

from backend.local.aws.requests import client_present
from backend.local.aws.server import LocalAws

MIB = 1 << 20


@pytest.fixture
def queue(aws: LocalAws, request: pytest.FixtureRequest) -> str:
    name = request.node.name.replace("[", "_").replace("]", "")[:80]
    made: str = aws.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return made


def test_a_range_of_an_object_is_read_alone(aws: LocalAws) -> None:
    s3, bucket = aws.client("s3"), aws.outputs["ResultsBucket"]
    whole = bytes(range(256)) * 4096
    s3.put_object(Bucket=bucket, Key="r/x", Body=whole, ContentType="text/plain")
    for asked, wanted in (("bytes=10-19", whole[10:20]), ("bytes=-7", whole[-7:]),
                          ("bytes=1048570-", whole[1048570:])):  # fmt: skip
        got = s3.get_object(Bucket=bucket, Key="r/x", Range=asked)
        assert got["Body"].read() == wanted
        assert got["ContentLength"] == len(wanted)
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(Bucket=bucket, Key="r/x", Range="bytes=9999999-")
    etag = s3.head_object(Bucket=bucket, Key="r/x")["ETag"]
    with pytest.raises(ClientError, match="304"):
        s3.get_object(Bucket=bucket, Key="r/x", IfNoneMatch=etag)
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="r/none")


def test_an_upload_is_joined_of_its_parts_and_copied(aws: LocalAws) -> None:
    s3, bucket = aws.client("s3"), aws.outputs["InputsBucket"]
    named = {"Bucket": bucket, "Key": "joined"}
    named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
    bodies = [b"a" * (5 * MIB), b"b" * (5 * MIB), b"c"]
    parts = [
        {"PartNumber": n, "ETag": s3.upload_part(**named, PartNumber=n, Body=body)["ETag"]}
        for n, body in enumerate(bodies, 1)
    ]
    wrong = [parts[0], {"PartNumber": 2, "ETag": '"0"'}]
    with pytest.raises(ClientError, match="InvalidPart"):
        s3.complete_multipart_upload(**named, MultipartUpload={"Parts": wrong})
    with pytest.raises(ClientError, match="EntityTooSmall"):
        s3.complete_multipart_upload(**named, MultipartUpload={"Parts": [parts[2], parts[1]]})
    done = s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    assert done["ETag"].endswith('-3"')
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "joined"})
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"".join(bodies)
    with pytest.raises(ClientError, match="NoSuchUpload"):
        s3.upload_part(**named, PartNumber=4, Body=b"late")


def test_an_upload_that_is_given_up_leaves_nothing(aws: LocalAws) -> None:
    s3, bucket = aws.client("s3"), aws.outputs["InputsBucket"]
    named = {"Bucket": bucket, "Key": "given-up"}
    named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
    s3.upload_part(**named, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(**named)
    uploads = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    assert "given-up" not in {each["Key"] for each in uploads}


def test_what_the_template_says_of_bucket_and_table_is_so(aws: LocalAws) -> None:
    s3, bucket = aws.client("s3"), aws.outputs["InputsBucket"]
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    rule = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    assert "SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    table, name = aws.client("dynamodb"), aws.outputs["JobsTable"]
    assert table.describe_time_to_live(TableName=name)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expires_at",
    }
    recovery = table.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    described = recovery["PointInTimeRecoveryDescription"]
    assert described["PointInTimeRecoveryStatus"] == "ENABLED"
    attributes = aws.client("sqs").get_queue_attributes(
        QueueUrl=aws.outputs["JobRequestsQueue"], AttributeNames=["All"]
    )["Attributes"]
    assert attributes["VisibilityTimeout"] == "30"
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 5
    assert aws.outputs["JobRequestsTopic"] in attributes["Policy"]


def test_a_topic_delivers_the_bare_message(aws: LocalAws) -> None:
    aws.client("sns").publish(TopicArn=aws.outputs["JobRequestsTopic"], Message="bare")
    url = aws.outputs["JobRequestsQueue"]
    messages = aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert [message["Body"] for message in messages] == ["bare"]


def test_a_long_poll_ends_with_the_message(aws: LocalAws, queue: str) -> None:
    sqs = aws.client("sqs")
    with ThreadPoolExecutor(1) as pool:
        polled = pool.submit(sqs.receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        begun = time.monotonic()
        sqs.send_message(QueueUrl=queue, MessageBody="now")
        assert polled.result()["Messages"][0]["Body"] == "now"
        assert time.monotonic() - begun < 5


def test_a_hidden_message_comes_back_by_itself(aws: LocalAws, queue: str) -> None:
    sqs = aws.client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="again")
    for count in ("1", "2"):
        answer = sqs.receive_message(
            QueueUrl=queue,
            WaitTimeSeconds=5,
            VisibilityTimeout=1,
            MessageSystemAttributeNames=["All"],
        )
        attributes = answer["Messages"][0]["Attributes"]
        assert attributes["ApproximateReceiveCount"] == count


def test_each_of_many_messages_has_one_receiver(aws: LocalAws, queue: str) -> None:
    sqs = aws.client("sqs")

    def send(worker: int) -> None:
        for number in range(10):
            sqs.send_message(QueueUrl=queue, MessageBody=f"{worker}-{number}")

    def take(_worker: int) -> list[str]:
        bodies: list[str] = []
        while True:
            were_sent = all(each.done() for each in sent)
            answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)
            messages = answer.get("Messages", [])
            if were_sent and not messages:
                return bodies
            bodies += [message["Body"] for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(send, worker) for worker in range(4)]
        taken = [pool.submit(take, worker) for worker in range(4)]
        for each in sent:
            each.result()
        bodies = sorted(body for each in taken for body in each.result())
    assert bodies == sorted(f"{w}-{n}" for w in range(4) for n in range(10))


def test_a_client_is_seen_whatever_the_number_of_its_connection() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    ours, theirs = socket.socketpair()
    with ours, theirs, socket.socket(fileno=fcntl.fcntl(ours, fcntl.F_DUPFD, 1024)) as numbered:
        present = client_present({"werkzeug.socket": numbered})
        assert present()
        theirs.close()
        assert not present()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_dead_client_takes_no_message_with_it(aws: LocalAws, queue: str) -> None:
    sqs = aws.client("sqs")
    body = json.dumps({"QueueUrl": queue, "WaitTimeSeconds": 20}).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.ReceiveMessage",
        "Host": urllib.parse.urlsplit(aws.endpoint).netloc,
        "Content-Length": str(len(body)),
    }
    request = AWSRequest("POST", f"{aws.endpoint}/", headers=headers, data=body)
    pair = aws.credentials
    keys = BotoCredentials(pair.access_key_id, pair.secret_access_key)
    SigV4Auth(keys, "sqs", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join(["POST / HTTP/1.1", *lines, "", ""])
    with socket.create_connection(("127.0.0.1", aws.port)) as dying:
        dying.sendall(head.encode() + body)
        # The poll has begun when the server has read it: nothing else reads this socket.
        threading.Event().wait(0.5)
    sqs.send_message(QueueUrl=queue, MessageBody="alive")
    answer = sqs.receive_message(
        QueueUrl=queue, WaitTimeSeconds=5, MessageSystemAttributeNames=["All"]
    )
    assert answer["Messages"][0]["Attributes"]["ApproximateReceiveCount"] == "1"


def test_a_message_that_nobody_can_do_ends_among_the_dead_letters(aws: LocalAws) -> None:
    sqs = aws.client("sqs")
    url = aws.outputs["JobChangesQueue"]
    dead = f"{url}_dlq"
    sent = sqs.send_message(QueueUrl=url, MessageBody="poison")["MessageId"]
    for _ in range(6):
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, WaitTimeSeconds=0)
    found = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=2)["Messages"]
    assert [message["MessageId"] for message in found] == [sent]


def item(key: str, **more: Any) -> dict[str, Any]:
    return {"user_id": {"S": key}, **more}


def test_a_transaction_is_whole_or_nothing(aws: LocalAws) -> None:
    table, name = aws.client("dynamodb"), aws.outputs["AccountsTable"]
    table.put_item(TableName=name, Item=item("a", n={"N": "1"}))
    change = {
        "TableName": name,
        "Key": {"user_id": {"S": "a"}},
        "UpdateExpression": "SET n = :two",
        "ExpressionAttributeValues": {":two": {"N": "2"}},
    }
    never = {"TableName": name, "Item": item("b"), "ConditionExpression": "attribute_exists(x)"}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        table.transact_write_items(TransactItems=[{"Update": change}, {"Put": never}])
    assert table.get_item(TableName=name, Key=item("a"))["Item"]["n"] == {"N": "1"}
    assert "Item" not in table.get_item(TableName=name, Key=item("b"))
    table.transact_write_items(TransactItems=[{"Update": change}])
    assert table.get_item(TableName=name, Key=item("a"))["Item"]["n"] == {"N": "2"}


def test_one_of_many_conditional_writes_wins(aws: LocalAws) -> None:
    table, name = aws.client("dynamodb"), aws.outputs["AccountsTable"]

    def claim(worker: int) -> bool:
        try:
            table.put_item(
                TableName=name,
                Item=item("race", worker={"N": str(worker)}),
                ConditionExpression="attribute_not_exists(user_id)",
            )
        except table.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(24))) == 1


def test_a_refused_write_says_what_is_there(aws: LocalAws) -> None:
    table, name = aws.client("dynamodb"), aws.outputs["AccountsTable"]
    table.put_item(TableName=name, Item=item("old", version={"N": "7"}))
    with pytest.raises(table.exceptions.ConditionalCheckFailedException) as refused:
        table.put_item(
            TableName=name,
            Item=item("old", version={"N": "1"}),
            ConditionExpression="version = :expected",
            ExpressionAttributeValues={":expected": {"N": "0"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refused.value.response["Item"]["version"] == {"N": "7"}


def test_what_the_stack_lacks_is_said(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="PartiQL"):
        aws.client("dynamodb").execute_statement(Statement="SELECT * FROM gas_jobs")
    with pytest.raises(ClientError, match="has no kms"):
        aws.client("kms").list_keys()
