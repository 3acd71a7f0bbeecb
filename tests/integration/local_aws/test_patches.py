"""Every patch of moto meets the moto that it was written for.

A digest that differs means that moto changed what a patch replaces: read the change, mend the
patch, then note the new digest.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path

import pytest
from moto.sns.models import sns_backends
from moto.sqs.models import Message

from backend.local.aws import patches
from backend.local.aws.patches.shape import MotoChangedError, require
from backend.local.aws.server import LocalAws

REPLACED = [
    ("sns/models.py", "Topic.publish", "9cb86a0f442b"),
    ("sns/models.py", "SNSBackend.subscribe", "396d29311211"),
    ("sns/models.py", "SNSBackend.unsubscribe", "fba6c0ff1644"),
    ("sns/models.py", "Subscription.publish", "c65c41f69443"),
    ("sns/models.py", "Subscription.get_post_data", "4aba06570c32"),
    ("sns/responses.py", "SNSResponse.confirm_subscription", "7320a574ee21"),
    ("core/common_models.py", "BaseModel.__new__", "39feed565f38"),
    ("sqs/models.py", "Queue.attributes", "7c238d64b015"),
    ("sqs/models.py", "Queue.messages", "b6f9dbfedb76"),
    ("sqs/models.py", "Queue.add_message", "574dbdc23e63"),
    ("sqs/models.py", "Queue.delete_message", "4db1145a2a91"),
    ("sqs/models.py", "Queue.wait_for_messages", "41159dfa48a4"),
    ("sqs/models.py", "Message.__init__", "29c5a9f29a17"),
    ("sqs/models.py", "Message.mark_received", "cdf81d05a6f0"),
    ("sqs/models.py", "Message.change_visibility", "e215a0d8a7c8"),
    ("sqs/models.py", "SQSBackend.send_message", "5e685a14b879"),
    ("sqs/models.py", "SQSBackend.receive_message", "7ab0c1217b2a"),
    ("sqs/models.py", "SQSBackend.change_message_visibility", "091fad19c9d9"),
    ("sqs/models.py", "SQSBackend.purge_queue", "6c8c1610620b"),
    ("sqs/models.py", "SQSBackend.is_message_valid_based_on_retention_period", "1421a318990d"),
    ("dynamodb/models/__init__.py", "DynamoDBBackend.put_item", "1f99961a4de8"),
    ("dynamodb/models/__init__.py", "DynamoDBBackend.update_item", "b92e35206f43"),
    ("dynamodb/models/__init__.py", "DynamoDBBackend.delete_item", "a48a8f02a11a"),
    ("dynamodb/models/__init__.py", "DynamoDBBackend.transact_write_items", "a612254a70f1"),
    ("dynamodb/models/table.py", "StreamShard.add", "8715e258a9a1"),
    ("dynamodb/models/table.py", "StreamRecord.__init__", "655f0411a1e4"),
    ("dynamodb/models/table.py", "Table.put_item", "7eb4fd4446b2"),
    ("dynamodb/models/table.py", "Table.delete_item", "785673cf158d"),
    ("s3/models.py", "FakeKey.__init__", "d8eb9b969d25"),
    ("s3/models.py", "FakeKey.value", "ea7bb9059af6"),
    ("s3/models.py", "FakeKey.dispose", "0f8417594b78"),
    ("s3/models.py", "FakeMultipart.complete", "2e16d8b2c3ca"),
    ("s3/models.py", "FakeMultipart.set_part", "e382c10c1c8e"),
    ("s3/models.py", "FakeBucket.get_permission", "d56c169c8558"),
    ("s3/models.py", "S3Backend.put_object", "00b22e7224aa"),
    ("s3/models.py", "S3Backend.delete_object", "434dc04cdf96"),
    ("s3/models.py", "S3Backend.create_multipart_upload", "d482e1472b78"),
    ("s3/models.py", "S3Backend.complete_multipart_upload", "8b40a42dbe8d"),
    ("s3/models.py", "S3Backend.abort_multipart_upload", "944757617cac"),
    ("s3/models.py", "S3Backend.upload_part", "a57249460f26"),
    ("s3/models.py", "S3Backend.upload_part_copy", "2cc0021bd240"),
    ("s3/models.py", "FakeKey.response_dict", "f78844f83212"),
    ("s3/models.py", "S3Backend.copy_object", "b11093b33ae1"),
    ("s3/responses.py", "S3Response.head_object", "e81b795b84ff"),
    ("s3/responses.py", "S3Response.copy_object", "a3a014a816fd"),
    ("s3/responses.py", "S3Response._get_key", "dfd10967dce0"),
    ("s3/notifications.py", "_get_s3_event", "4a9e0cf9b390"),
    ("s3/notifications.py", "send_event", "48afa9e44c94"),
]


def digest(file: str, name: str) -> str:
    origin = importlib.util.find_spec("moto")
    assert origin is not None
    assert origin.origin is not None
    tree = ast.parse((Path(origin.origin).parent / file).read_text(encoding="utf-8"))
    owner, _, method = name.rpartition(".")
    places = [
        each.body for each in tree.body if isinstance(each, ast.ClassDef) and each.name == owner
    ] or [tree.body]
    found = [
        ast.unparse(node)
        for body in places
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name == method
    ]
    assert found, f"moto has no {name} any more"
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:12]


def test_moto_is_the_one_that_is_patched() -> None:
    assert importlib.metadata.version("moto") == "5.2.5"


@pytest.mark.parametrize(("file", "name", "known"), REPLACED, ids=[row[1] for row in REPLACED])
def test_what_a_patch_replaces_is_as_it_was(file: str, name: str, known: str) -> None:
    assert digest(file, name) == known


def test_another_shape_is_refused_at_the_start() -> None:
    def other() -> int:
        return 1

    require(other, "return 1")
    with pytest.raises(MotoChangedError, match="no longer holds 'return 2'"):
        require(other, "return 1", "return 2")


def test_patches_are_applied_once(aws: LocalAws) -> None:
    assert aws.endpoint
    before = Message.mark_received
    patches.apply()
    assert Message.mark_received is before


def test_moto_keeps_no_list_of_all_it_made(aws: LocalAws) -> None:
    url = aws.outputs["JobRequestsQueue"]
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert Message.instances_tracked == []


def test_a_topic_keeps_no_list_of_all_it_sent(aws: LocalAws) -> None:
    arn = aws.client("sns").create_topic(Name="busy")["TopicArn"]
    topic = sns_backends["123456789012"]["us-east-1"].topics[arn]
    for number in range(110):
        topic.publish(str(number))
    assert [message for _, message, *_ in topic.sent_notifications][-2:] == ["108", "109"]
    assert len(topic.sent_notifications) == 100
