"""Buckets and tables."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from backend.local.aws.deployment import Resource, ResourceType
from backend.local.aws.names import REGION
from backend.local.aws.private import Client
from backend.local.aws.resource_types.context import Context
from backend.local.aws.template import TemplateError

BUCKET = frozenset(
    {"BucketName", "BucketEncryption", "CorsConfiguration", "LifecycleConfiguration",
     "NotificationConfiguration", "OwnershipControls", "PublicAccessBlockConfiguration", "Tags"}
)  # fmt: skip
TABLE = frozenset(
    {"TableName", "AttributeDefinitions", "BillingMode", "DeletionProtectionEnabled",
     "GlobalSecondaryIndexes", "KeySchema", "PointInTimeRecoverySpecification",
     "SSESpecification", "StreamSpecification", "Tags", "TimeToLiveSpecification"}
)  # fmt: skip
NOTIFICATIONS = {
    "QueueConfigurations": ("Queue", "QueueArn"),
    "TopicConfigurations": ("Topic", "TopicArn"),
}


def types(context: Context) -> dict[str, ResourceType]:
    """Return the types of this module."""
    return {
        "AWS::S3::Bucket": ResourceType(BUCKET, partial(_bucket, context)),
        "AWS::S3::BucketPolicy": ResourceType(
            frozenset({"Bucket", "PolicyDocument"}), partial(_bucket_policy, context)
        ),
        "AWS::DynamoDB::Table": ResourceType(TABLE, partial(_table, context)),
    }


def _bucket(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    s3, bucket = context.clients["s3"], properties["BucketName"]
    s3.create_bucket(Bucket=bucket)
    if "PublicAccessBlockConfiguration" in properties:
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"],
        )
    if "OwnershipControls" in properties:
        s3.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls=properties["OwnershipControls"]
        )
    if "BucketEncryption" in properties:
        s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration=_encryption(properties["BucketEncryption"]),
        )
    _bucket_rules(s3, bucket, properties)
    host = f"{bucket}.s3.{REGION}.amazonaws.com"
    return Resource(
        bucket,
        {"Arn": f"arn:aws:s3:::{bucket}", "DomainName": host, "RegionalDomainName": host},
    )


def _bucket_rules(s3: Client, bucket: str, properties: dict[str, Any]) -> None:
    if "CorsConfiguration" in properties:
        rules = [
            {name: value for name, value in rule.items() if name != "Id"}
            for rule in properties["CorsConfiguration"]["CorsRules"]
        ]
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    if "LifecycleConfiguration" in properties:
        lifecycle = [_lifecycle(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": lifecycle}
        )
    if "NotificationConfiguration" in properties:
        s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration=_notifications(properties["NotificationConfiguration"]),
        )
    if "Tags" in properties:
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": properties["Tags"]})


def _encryption(declared: dict[str, Any]) -> dict[str, Any]:
    rules = []
    for rule in declared["ServerSideEncryptionConfiguration"]:
        renamed = dict(rule)
        renamed["ApplyServerSideEncryptionByDefault"] = renamed.pop("ServerSideEncryptionByDefault")
        rules.append(renamed)
    return {"Rules": rules}


def _lifecycle(rule: dict[str, Any]) -> dict[str, Any]:
    known = {"Id", "Status", "Prefix", "AbortIncompleteMultipartUpload", "ExpirationInDays",
             "Transitions"}  # fmt: skip
    if strange := sorted(set(rule) - known):
        raise TemplateError(f"a lifecycle rule holds {', '.join(strange)}, not known here")
    made = {
        "ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")},
    }  # fmt: skip
    if "AbortIncompleteMultipartUpload" in rule:
        made["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "Transitions" in rule:
        made["Transitions"] = [
            {"Days": each["TransitionInDays"], "StorageClass": each["StorageClass"]}
            for each in rule["Transitions"]
        ]
    return made


def _notifications(declared: dict[str, Any]) -> dict[str, Any]:
    if strange := sorted(set(declared) - set(NOTIFICATIONS)):
        raise TemplateError(f"a notification goes to {', '.join(strange)}, not known here")
    made: dict[str, Any] = {}
    for kind, configurations in declared.items():
        target, target_arn = NOTIFICATIONS[kind]
        made[kind] = [_notification(each, target, target_arn) for each in configurations]
    return made


def _notification(declared: dict[str, Any], target: str, target_arn: str) -> dict[str, Any]:
    made = {target_arn: declared[target], "Events": [declared["Event"]]}
    if "Filter" in declared:
        made["Filter"] = {"Key": {"FilterRules": declared["Filter"]["S3Key"]["Rules"]}}
    return made


def _bucket_policy(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    context.clients["s3"].put_bucket_policy(
        Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"])
    )
    return Resource(name)


def _table(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    dynamodb = context.clients["dynamodb"]
    wanted = dict(properties)
    recovery = wanted.pop("PointInTimeRecoverySpecification", None)
    life = wanted.pop("TimeToLiveSpecification", None)
    if "StreamSpecification" in wanted:
        wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
    if "SSESpecification" in wanted:
        encrypted = wanted["SSESpecification"].pop("SSEEnabled")
        wanted["SSESpecification"] = {"Enabled": encrypted, **wanted["SSESpecification"]}
    made = dynamodb.create_table(**wanted)["TableDescription"]
    table = made["TableName"]
    if recovery is not None:
        dynamodb.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification=recovery
        )
    if life is not None:
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=life)
    attributes = {"Arn": made["TableArn"]}
    if "LatestStreamArn" in made:
        attributes["StreamArn"] = made["LatestStreamArn"]
    return Resource(table, attributes)
