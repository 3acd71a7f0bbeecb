"""Types that nothing on one machine would look at: noted, and answered for in the template.

Here every process holds the one key of the data folder, so roles and permissions decide nothing;
the functions' logs are files, and the queues' alarms ring for nobody.  Their properties are
checked by name all the same.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from backend.local.aws.deployment import Resource, ResourceType
from backend.local.aws.names import arn

ROLE = frozenset(
    {"AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path",
     "Policies", "RoleName", "Tags"}
)  # fmt: skip
ALARM = frozenset(
    {"AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator", "Dimensions",
     "EvaluationPeriods", "MetricName", "Namespace", "OKActions", "Period", "Statistic",
     "Threshold", "TreatMissingData"}
)  # fmt: skip


def _named(
    property_name: str, service: str, kind: str, name: str, properties: dict[str, Any]
) -> Resource:
    own = str(properties.get(property_name, name))
    return Resource(own, {"Arn": arn(service, f"{kind}{own}")})


def _role(name: str, properties: dict[str, Any]) -> Resource:
    own = str(properties.get("RoleName", name))
    return Resource(own, {"Arn": arn("iam", f"role/{own}", region="")})


TYPES: dict[str, ResourceType] = {
    "AWS::IAM::Role": ResourceType(ROLE, _role),
    "AWS::Logs::LogGroup": ResourceType(
        frozenset({"LogGroupName", "RetentionInDays", "Tags"}),
        partial(_named, "LogGroupName", "logs", "log-group:"),
    ),
    "AWS::CloudWatch::Alarm": ResourceType(
        ALARM, partial(_named, "AlarmName", "cloudwatch", "alarm:")
    ),
    "AWS::Lambda::Permission": ResourceType(
        frozenset({"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"}),
        lambda name, _properties: Resource(name),
    ),
}
