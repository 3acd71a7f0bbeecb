"""A second start on the same folder: the control plane from the template, the rest from disk.

The template here asks for what the service's own does not use yet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from backend.local.aws.server import LocalAws

TEMPLATE = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: files
      Tags: [{Key: app, Value: gas}]
      CorsConfiguration:
        CorsRules: [{Id: any, AllowedMethods: [PUT], AllowedOrigins: ["https://example.org"]}]
      LifecycleConfiguration:
        Rules:
          - {Id: old, Status: Enabled, Prefix: in/, ExpirationInDays: 30,
             Transitions: [{StorageClass: GLACIER, TransitionInDays: 5}]}
      NotificationConfiguration:
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: !GetAtt Queue.Arn
            Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}
        TopicConfigurations:
          - {Event: "s3:ObjectRemoved:*", Topic: !Ref Topic}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: work, Tags: [{Key: app, Value: gas}]}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: news}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument: {Version: "2012-10-17", Statement: []}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: pairs
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {AttributeName: a, AttributeType: S}
        - {AttributeName: b, AttributeType: N}
      KeySchema: [{AttributeName: a, KeyType: HASH}, {AttributeName: b, KeyType: RANGE}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
Outputs:
  Queue: {Value: !GetAtt Queue.QueueName}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def key(number: int) -> dict[str, Any]:
    return {"a": {"S": "x"}, "b": {"N": str(number)}}


def change(number: int, value: str) -> dict[str, Any]:
    return {
        "TableName": "pairs",
        "Key": key(number),
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": {"S": value}},
    }


def values(aws: LocalAws) -> dict[str, str]:
    items = aws.client("dynamodb").scan(TableName="pairs")["Items"]
    return {item["b"]["N"]: item["v"]["S"] for item in items}


def test_items_by_two_keys_are_as_they_were_left(template: Path, tmp_path: Path) -> None:
    with LocalAws(tmp_path / "data", template) as aws:
        table = aws.client("dynamodb")
        for number in range(4):
            table.update_item(**change(number, "first"))
        table.update_item(**change(0, "second"))
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            table.update_item(**change(1, "never"), ConditionExpression="attribute_not_exists(a)")
        never = {**change(9, "never"), "ConditionExpression": "attribute_exists(a)"}
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            table.update_item(**never)
        with pytest.raises(ClientError, match="TransactionCanceled"):
            table.transact_write_items(
                TransactItems=[{"Update": change(2, "never")}, {"Update": never}]
            )
        table.delete_item(TableName="pairs", Key=key(3))
        wanted = {"0": "second", "1": "first", "2": "first"}
        assert values(aws) == wanted
        arn = table.describe_table(TableName="pairs")["Table"]["LatestStreamArn"]
        streams = aws.client("dynamodbstreams")
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        assert [each["eventName"] for each in records] == [*["INSERT"] * 4, "MODIFY", "REMOVE"]
    with LocalAws(tmp_path / "data", template) as aws:
        assert values(aws) == wanted


def test_files_and_uploads_are_as_they_were_left(template: Path, tmp_path: Path) -> None:
    named: dict[str, Any] = {"Bucket": "files", "Key": "joined"}
    with LocalAws(tmp_path / "data", template) as aws:
        s3 = aws.client("s3")
        s3.put_object(Bucket="files", Key="a", Body=b"old")
        s3.put_object(Bucket="files", Key="a", Body=b"new", Metadata={"k": "v"})
        named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
        tag = s3.upload_part_copy(**named, PartNumber=1, CopySource="files/a")["CopyPartResult"]
        replaced = s3.upload_part(**named, PartNumber=1, Body=b"once more")["ETag"]
        assert replaced != tag["ETag"]
        s3.copy_object(Bucket="files", Key="cold", CopySource="files/a", StorageClass="GLACIER")
        before = s3.head_object(Bucket="files", Key="a")["LastModified"]
        files = len(list((tmp_path / "data" / "objects").iterdir()))
        assert files == 3
    with LocalAws(tmp_path / "data", template) as aws:
        s3 = aws.client("s3")
        got = s3.get_object(Bucket="files", Key="a")
        assert (got["Body"].read(), got["Metadata"]) == (b"new", {"k": "v"})
        assert got["LastModified"] == before
        with pytest.raises(ClientError, match="InvalidObjectState"):
            s3.get_object(Bucket="files", Key="cold")
        parts = [{"PartNumber": 1, "ETag": replaced}]
        with pytest.raises(ClientError, match="MalformedXML"):
            s3.complete_multipart_upload(**named, MultipartUpload={"Parts": []})
        s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
        assert s3.get_object(Bucket="files", Key="joined")["Body"].read() == b"once more"
        s3.delete_objects(Bucket="files", Delete={"Objects": [{"Key": "a"}, {"Key": "cold"}]})
        assert len(list((tmp_path / "data" / "objects").iterdir())) == 1


def test_messages_are_as_they_were_left(template: Path, tmp_path: Path) -> None:
    with LocalAws(tmp_path / "data", template) as aws:
        sqs, url = aws.client("sqs"), aws.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="purged")
        sqs.purge_queue(QueueUrl=url)
        binary = {"kind": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
        sqs.send_message(QueueUrl=url, MessageBody="kept", MessageAttributes=binary)
        sqs.send_message(QueueUrl=url, MessageBody="taken")
        sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
        first = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"][0]
        with pytest.raises(ClientError, match="ReceiptHandleIsInvalid"):
            sqs.delete_message(QueueUrl=url, ReceiptHandle="none")
    with LocalAws(tmp_path / "data", template) as aws:
        sqs, url = aws.client("sqs"), aws.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]
        for _ in range(2):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        assert [message["Body"] for message in got] == ["taken"]
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert counted["ApproximateNumberOfMessagesDelayed"] == "1"


def test_what_the_template_lost_is_not_served(template: Path, tmp_path: Path) -> None:
    with LocalAws(tmp_path / "data", template) as aws:
        aws.client("dynamodb").update_item(**change(1, "x"))
        aws.client("s3").put_object(Bucket="files", Key="in/a", Body=b"x")
    template.write_text("Resources: {}", encoding="utf-8")
    with LocalAws(tmp_path / "data", template) as aws:
        assert aws.client("dynamodb").list_tables()["TableNames"] == []
        assert aws.client("s3").list_buckets()["Buckets"] == []
        assert aws.client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_bucket_has_all_that_its_template_says(template: Path) -> None:
    with LocalAws(None, template) as aws:
        s3, sqs = aws.client("s3"), aws.client("sqs")
        rule = s3.get_bucket_cors(Bucket="files")["CORSRules"][0]
        assert rule["AllowedOrigins"] == ["https://example.org"]
        rule = s3.get_bucket_lifecycle_configuration(Bucket="files")["Rules"][0]
        assert (rule["Expiration"]["Days"], rule["Transitions"][0]["Days"]) == (30, 5)
        assert s3.get_bucket_tagging(Bucket="files")["TagSet"] == [{"Key": "app", "Value": "gas"}]
        url = sqs.get_queue_url(QueueName=aws.outputs["Queue"])["QueueUrl"]
        s3.put_object(Bucket="files", Key="out/a", Body=b"x")
        s3.put_object(Bucket="files", Key="in/a", Body=b"x")
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        events = [json.loads(message["Body"])["Records"][0] for message in messages]
        assert [event["eventName"] for event in events] == ["ObjectCreated:Put"]
