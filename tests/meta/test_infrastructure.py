"""The template is clean, complete, and agrees with the processes' settings."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.domain.files import file_keys, work_prefix
from backend.local.aws.resource_types import compute, messaging, records, storage
from backend.local.aws.template import read

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "resources" / "infrastructure").glob("*.yaml"))
CFN_LINT = "from cfnlint.runner import main; main()"
GAS = read(ROOT / "resources" / "infrastructure" / "gas.yaml")
RESOURCES: dict[str, Any] = GAS["Resources"]


def of_type(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in RESOURCES.items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def statements() -> Iterator[dict[str, Any]]:
    for _, role in of_type("AWS::IAM::Role"):
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


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
    known = {
        **storage.types(context),
        **messaging.types(context),
        **compute.types(context),
        **records.TYPES,
    }
    for name, resource in RESOURCES.items():
        assert resource["Type"] in known, name
        assert set(resource["Properties"]) <= known[resource["Type"]].properties, name


def test_every_output_is_a_setting() -> None:
    settings = (ROOT / "backend" / "settings.py").read_text(encoding="utf-8")
    lambdas_only = {"JobResultsQueue"}
    for output in set(GAS["Outputs"]) - lambdas_only:
        setting = re.sub(r"(?<!^)([A-Z])", r"_\1", output).lower()
        assert re.search(rf"^    {setting}: ", settings, re.MULTILINE), setting


def test_functions_are_told_settings_that_there_are() -> None:
    settings = (ROOT / "backend" / "settings.py").read_text(encoding="utf-8")
    for name, function in of_type("AWS::Lambda::Function"):
        for variable in function["Environment"]["Variables"]:
            field = variable.removeprefix("GAS_").lower()
            assert re.search(rf"^    {field}: ", settings, re.MULTILINE), (name, variable)


def test_handlers_are_in_the_project() -> None:
    for name, function in of_type("AWS::Lambda::Function"):
        module, _, handler = function["Handler"].rpartition(".")
        file = ROOT / f"{module.replace('.', '/')}.py"
        assert f"def {handler}(" in file.read_text(encoding="utf-8"), name


def test_no_role_may_do_anything_to_everything() -> None:
    for statement in statements():
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        assert not [action for action in actions if action.endswith("*")]
        if statement["Resource"] == "*":
            assert actions == ["dynamodb:ListStreams"]


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
        if resource["Type"] in {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}:
            assert resource["DeletionPolicy"] == "Retain", name
            assert resource["UpdateReplacePolicy"] == "Retain", name


def test_every_queue_gives_up_into_a_watched_queue() -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for _, alarm in of_type("AWS::CloudWatch::Alarm")
    }
    for name, queue in of_type("AWS::SQS::Queue"):
        if name.endswith("DeadLetters"):
            continue
        target = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert target in watched, name
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5


def test_a_queue_hides_messages_six_times_as_long_as_its_function_may_run() -> None:
    for _, source in of_type("AWS::Lambda::EventSourceMapping"):
        feeding = source["EventSourceArn"]["Fn::GetAtt"][0]
        if RESOURCES[feeding]["Type"] == "AWS::SQS::Queue":
            function = RESOURCES[source["FunctionName"]["Ref"]]["Properties"]
            hidden = RESOURCES[feeding]["Properties"]["VisibilityTimeout"]
            assert hidden >= 6 * function["Timeout"]


def test_a_queue_takes_messages_from_its_topic_alone() -> None:
    for name, policy in of_type("AWS::SQS::QueuePolicy"):
        (statement,) = policy["PolicyDocument"]["Statement"]
        topic = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Ref"]
        assert topic == name.replace("QueuePolicy", "Topic")
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
