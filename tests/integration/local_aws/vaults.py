"""A template with a vault, and what a client does with vaults, in the tests' own words."""

from __future__ import annotations

import io
import json
from typing import Any

from botocore.utils import calculate_tree_hash

from backend.local.aws.delays import Delays
from tests.stack import until

MIB = 1 << 20
# Bulk is for what has to happen while a job runs.
DELAYS = Delays(expedited=0.05, standard=0.1, bulk=1.5, inventory=0.05)
TEMPLATE = """
Resources:
  Vault:
    Type: Custom::GlacierVault
    Properties: {ServiceToken: "arn:aws:lambda:us-east-1:123456789012:function:v", VaultName: cold}
  Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: thawed}}
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: thawed}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn,
                 RawMessageDelivery: true}
Outputs:
  Vault: {Value: !Ref Vault}
  Arn: {Value: !GetAtt Vault.Arn}
  Name: {Value: !GetAtt Vault.VaultName}
  Topic: {Value: !Ref Topic}
  Queue: {Value: !Ref Queue}
"""


def tree(data: bytes) -> str:
    return calculate_tree_hash(io.BytesIO(data))


def stored(glacier: Any, vault: str, data: bytes = b"result", **more: Any) -> str:
    archive_id: str = glacier.upload_archive(vaultName=vault, body=data, **more)["archiveId"]
    return archive_id


def ordered(glacier: Any, vault: str, **parameters: Any) -> str:
    job_id: str = glacier.initiate_job(vaultName=vault, jobParameters=parameters)["jobId"]
    return job_id


def retrieved(glacier: Any, vault: str, archive_id: str, **more: Any) -> str:
    """Return the id of a retrieval that has ended."""
    wanted = {"Type": "archive-retrieval", "ArchiveId": archive_id, "Tier": "Expedited", **more}
    job_id = ordered(glacier, vault, **wanted)
    ended(glacier, vault, job_id)
    return job_id


def ended(glacier: Any, vault: str, job_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        job: dict[str, Any] = glacier.describe_job(vaultName=vault, jobId=job_id)
        return job if job["Completed"] else None

    return dict(until(look, "the end of the job", 20))


def output(glacier: Any, vault: str, job_id: str, **more: Any) -> bytes:
    body: bytes = glacier.get_job_output(vaultName=vault, jobId=job_id, **more)["body"].read()
    return body


def begun(glacier: Any, vault: str, size: int = MIB) -> dict[str, str]:
    upload = glacier.initiate_multipart_upload(
        vaultName=vault, archiveDescription="in parts", partSize=str(size)
    )
    return {"vaultName": vault, "uploadId": upload["uploadId"]}


def sent(glacier: Any, upload: dict[str, str], data: bytes, begin: int, **more: Any) -> Any:
    place = f"bytes {begin}-{begin + len(data) - 1}/*"
    return glacier.upload_multipart_part(**upload, range=place, body=data, **more)


def received(aws: Any, job_id: str) -> dict[str, Any]:
    """Return the message about a job, which may come behind others."""
    sqs, url = aws.client("sqs"), aws.outputs["Queue"]

    def look() -> dict[str, Any] | None:
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            told: dict[str, Any] = json.loads(message["Body"])
            if told["JobId"] == job_id:
                return told
        return None

    return dict(until(look, "the message about the job", 20))
