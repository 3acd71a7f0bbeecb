"""The template is clean, complete, and agrees with the processes' settings."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend import wiring, wiring_archive
from backend.domain import errors
from backend.domain.files import file_keys, work_prefix
from backend.local.aws.resource_types import known
from backend.local.aws.template import read
from backend.settings import documentation, variable

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "resources" / "infrastructure").glob("*.yaml"))
CFN_LINT = "from cfnlint.runner import main; main()"
GAS = read(ROOT / "resources" / "infrastructure" / "gas.yaml")
RESOURCES: dict[str, Any] = GAS["Resources"]
# Accounts whose results are on their way are waited for, at growing pauses; all else soon fails.
TRIES = {"StartThawQueue": 30, "CompleteThawQueue": 8}
# What each function is told beside what it cannot do without.
ARCHIVE_SETTINGS = ("archive", "archive_bucket", "vault", "archive_lease", "thaw_expected",
                    "complete_thaw_topic", "downgrade_grace")  # fmt: skip
TOLD = {
    "Relay": {*wiring.RELAY_NEEDS, *wiring_archive.RETENTION_NEEDS},
    "Notify": set(wiring.NOTIFY_NEEDS),
    "Archive": {*wiring_archive.ARCHIVE_NEEDS, *ARCHIVE_SETTINGS},
    "Restore": {*wiring_archive.RESTORE_NEEDS, *ARCHIVE_SETTINGS},
    "VaultMaker": set[str](),
}


def of_type(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in RESOURCES.items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def statements() -> Iterator[dict[str, Any]]:
    """Yield what roles may do, under any condition."""
    for _, role in of_type("AWS::IAM::Role"):
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield from statement["Fn::If"][1:] if "Fn::If" in statement else [statement]


def number(given: Any) -> int:
    """Return a property's number; a parameter's is its default."""
    return int(GAS["Parameters"][given["Ref"]]["Default"] if isinstance(given, dict) else given)


def dead_letters(declared: Any) -> str:
    """Return the name of the queue that a property names by its ARN or its name."""
    name: str = declared["Fn::GetAtt"][0]
    assert RESOURCES[name]["Type"] == "AWS::SQS::Queue", name
    return name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_cfn_lint_finds_nothing(template: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CFN_LINT, "--regions", "us-east-1", "--", str(template)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (run.returncode, run.stdout) == (0, "")


def test_the_local_stack_knows_every_type_and_property() -> None:
    context: Any = None
    types = known(context)
    for name, resource in RESOURCES.items():
        assert resource["Type"] in types, name
        assert set(resource["Properties"]) <= types[resource["Type"]].properties, name


def test_every_output_is_a_setting() -> None:
    settings = {name for name, _, _ in documentation()}
    lambdas_only = {"JobResultsQueue"}
    for output in set(GAS["Outputs"]) - lambdas_only:
        assert _setting(output) in settings, output


def _setting(output: str) -> str:
    return "GAS" + re.sub(r"([A-Z])", r"_\1", output).upper()


def test_defaults_of_the_template_are_those_of_the_settings() -> None:
    defaults = {name: default for name, default, _ in documentation()}
    for output, declared in GAS["Outputs"].items():
        parameter = GAS["Parameters"].get(declared["Value"].get("Ref"))
        if parameter is not None:
            assert str(parameter["Default"]) == defaults[_setting(output)], output


def test_functions_are_told_what_they_need_and_no_more() -> None:
    assert {name for name, _ in of_type("AWS::Lambda::Function")} == set(TOLD)
    for name, function in of_type("AWS::Lambda::Function"):
        told = function.get("Environment", {}).get("Variables", {})
        assert set(told) == {variable(setting) for setting in ("region", *TOLD[name])}, name


def test_handlers_are_in_the_project() -> None:
    for name, function in of_type("AWS::Lambda::Function"):
        module, _, handler = function["Handler"].rpartition(".")
        file = ROOT / f"{module.replace('.', '/')}.py"
        assert f"def {handler}(" in file.read_text(encoding="utf-8"), name


def test_no_role_may_do_anything_to_everything() -> None:
    # These know no resources: the listing of streams, and States' deliveries of logs.
    of_nothing = {
        "dynamodb:ListStreams",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
    }
    for statement in statements():
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        assert not [action for action in actions if "*" in action]
        if statement["Resource"] == "*":
            assert set(actions) <= of_nothing


def test_every_bucket_is_encrypted_private_and_tls_only() -> None:
    guarded = {policy["Bucket"]["Ref"] for _, policy in of_type("AWS::S3::BucketPolicy")}
    for name, bucket in of_type("AWS::S3::Bucket"):
        assert name in guarded
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["BucketEncryption"]
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)


def test_work_that_was_forgotten_expires() -> None:
    rules = RESOURCES["ResultsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (expiring,) = [rule for rule in rules if "ExpirationInDays" in rule]
    assert work_prefix("u", "j").startswith(expiring["Prefix"])
    assert not file_keys("u", "j").result.startswith(expiring["Prefix"])


def test_what_holds_data_outlives_its_stack() -> None:
    for name, resource in RESOURCES.items():
        holds = {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "Custom::GlacierVault"}
        if resource["Type"] in holds:
            assert resource["DeletionPolicy"] == "Retain", name
            assert resource["UpdateReplacePolicy"] == "Retain", name


def test_every_queue_gives_up_into_another() -> None:
    for name, queue in of_type("AWS::SQS::Queue"):
        if not name.endswith("DeadLetters"):
            given_up = dead_letters(queue["RedrivePolicy"]["deadLetterTargetArn"])
            assert given_up.endswith("DeadLetters"), name
            assert queue["RedrivePolicy"]["maxReceiveCount"] == TRIES.get(name, 5)


def test_somebody_is_told_of_what_was_given_up() -> None:
    watched = {
        dead_letters(alarm["Dimensions"][0]["Value"])
        for _, alarm in of_type("AWS::CloudWatch::Alarm")
        if alarm["Namespace"] == "AWS/SQS"
    }
    queues = {name for name, _ in of_type("AWS::SQS::Queue") if name.endswith("DeadLetters")}
    assert watched == queues
    failed = {
        alarm["Dimensions"][0]["Value"]["Ref"]
        for _, alarm in of_type("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == "ExecutionsFailed"
    }
    assert failed == {name for name, _ in of_type("AWS::StepFunctions::StateMachine")}


def test_a_stream_that_cannot_be_read_gives_up_into_a_queue() -> None:
    for name, source in of_type("AWS::Lambda::EventSourceMapping"):
        if "StartingPosition" in source:
            dead_letters(source["DestinationConfig"]["OnFailure"]["Destination"])
            assert source["BisectBatchOnFunctionError"], name
            # The stream itself holds its records for a day.
            assert 0 < source["MaximumRecordAgeInSeconds"] < 24 * 3600


def test_a_queue_hides_messages_six_times_as_long_as_its_function_may_run() -> None:
    for _, source in of_type("AWS::Lambda::EventSourceMapping"):
        feeding = source["EventSourceArn"]["Fn::GetAtt"][0]
        if RESOURCES[feeding]["Type"] == "AWS::SQS::Queue":
            function = RESOURCES[source["FunctionName"]["Ref"]]["Properties"]
            hidden = RESOURCES[feeding]["Properties"]["VisibilityTimeout"]
            assert number(hidden) >= 6 * number(function["Timeout"])


def test_no_function_runs_longer_than_its_lease() -> None:
    lease = number({"Ref": "ArchiveLease"})
    for name in ("Archive", "Restore"):
        assert number(RESOURCES[name]["Properties"]["Timeout"]) < lease


def test_the_state_machine_tries_again_by_the_names_of_errors() -> None:
    definition = RESOURCES["Retention"]["Properties"]["Definition"]
    ours, others = definition["States"]["Settle"]["Retry"]
    named = {name for name in ours["ErrorEquals"] if not name.startswith("Lambda.")}
    passing = {errors.BusyError, errors.UnavailableError, *errors.UnavailableError.__subclasses__()}
    assert named == {error.__name__ for error in passing}
    assert others["ErrorEquals"] == ["States.ALL"]


def test_a_queue_takes_messages_from_its_topic_alone() -> None:
    for name, policy in of_type("AWS::SQS::QueuePolicy"):
        (statement,) = policy["PolicyDocument"]["Statement"]
        topic = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Ref"]
        assert topic == name.replace("QueuePolicy", "Topic")
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}


def test_an_archive_tells_its_own_topic_alone() -> None:
    (policy,) = [policy for _, policy in of_type("AWS::SNS::TopicPolicy")]
    (statement,) = policy["PolicyDocument"]["Statement"]
    bucket = RESOURCES["ArchiveBucket"]["Properties"]
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(bucket["BucketName"]["Fn::Sub"])
    (notification,) = bucket["NotificationConfiguration"]["TopicConfigurations"]
    assert policy["Topics"] == [notification["Topic"]]
    assert RESOURCES["ArchiveBucket"]["DependsOn"] == "CompleteThawTopicPolicy"


def test_whoever_is_told_over_http_can_check_who_tells() -> None:
    """A message in its envelope is signed; a raw one is not."""
    told = [s for _, s in of_type("AWS::SNS::Subscription") if s["Protocol"] != "sqs"]
    for subscription in told:
        assert "RawMessageDelivery" not in subscription
        topic = RESOURCES[subscription["TopicArn"]["Ref"]]["Properties"]
        assert topic["SignatureVersion"] == "2"
    assert told


def test_every_function_works_in_the_region_that_it_is_in() -> None:
    for name, function in of_type("AWS::Lambda::Function"):
        if "Environment" in function:
            assert function["Environment"]["Variables"]["GAS_REGION"] == {"Ref": "AWS::Region"}, (
                name
            )
