"""A template is deployed as it stands, or refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend.local.aws.deployment import Resource, ResourceType, deploy
from backend.local.aws.server import LocalAws
from backend.local.aws.template import Scope, TemplateError, read

QUEUE = ResourceType(
    frozenset({"Name", "Target", "Text"}),
    lambda name, given: Resource(f"id-{name}", {"Arn": f"arn-{name}", **given}),
)


def deployed(text: str, tmp_path: Path, **parameters: str) -> dict[str, str]:
    file = tmp_path / "template.yaml"
    file.write_text(text, encoding="utf-8")
    return deploy(read(file), {"X::Queue": QUEUE}, stack="s", parameters=parameters)


def test_resources_are_made_in_the_order_of_their_needs(tmp_path: Path) -> None:
    outputs = deployed(
        """
        Parameters:
          Prefix: {Type: String, Default: gas}
          Count: {Type: Number, Default: 3}
        Conditions:
          IsGas: !Equals [!Ref Prefix, gas]
          IsNot: !Not [!Condition IsGas]
        Resources:
          First:
            Type: X::Queue
            Properties:
              Target: !GetAtt Second.Arn
              Text: !Sub "${Prefix}-${Second.Arn}-${AWS::AccountId}-${!Kept}-${Count}"
              Name: !If [IsNot, x, !Ref AWS::NoValue]
          Second: {Type: X::Queue, Properties: {Text: !Join ["/", [a, !Ref Third]]}}
          Third: {Type: X::Queue, DependsOn: Fourth}
          Fourth: {Type: X::Queue}
          Absent: {Type: X::Queue, Condition: IsNot}
        Outputs:
          Id: {Value: !Ref First}
          Text: {Value: !GetAtt First.Text}
          Target: {Value: !GetAtt First.Target}
          Joined: {Value: !GetAtt Second.Text}
          Or: {Value: !Or [!Condition IsNot, !Condition IsGas]}
          Own: {Value: !Sub ["${a}-${Prefix}", {a: !Ref Count}]}
          Absent: {Value: !Ref Absent, Condition: IsNot}
        """,
        tmp_path,
    )
    assert outputs == {
        "Id": "id-First",
        "Text": "gas-arn-Second-123456789012-${Kept}-3",
        "Target": "arn-Second",
        "Joined": "a/id-Third",
        "Or": "True",
        "Own": "3-gas",
    }


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ("{Type: X::Other}", "the resource type X::Other is not known"),
        ("{Type: X::Queue, Properties: {Colour: red}}", "does not know Colour of X::Queue"),
        ("{Type: X::Queue, CreationPolicy: {}}", "does not know CreationPolicy"),
        ("{Type: X::Queue, Properties: {Text: !Ref Nobody}}", "names Nobody"),
        ("{Type: X::Queue, Properties: {Text: !GetAtt A.Arn}}", "cycle|names A.Arn"),
        ("{Type: X::Queue, Properties: {Text: !Base64 x}}", "Fn::Base64 is not known"),
        ("{Type: X::Queue, Condition: Nope}", "no condition Nope"),
    ],
)
def test_what_is_not_known_is_refused(tmp_path: Path, resource: str, reason: str) -> None:
    with pytest.raises((TemplateError, ValueError), match=reason):
        deployed(f"Resources: {{A: {resource}}}", tmp_path)


@pytest.mark.parametrize(
    ("declared", "given", "reason"),
    [
        ("{Type: String}", {}, "parameter P is needed"),
        ("{Type: String, Default: a}", {"Q": "b"}, "no parameter Q"),
        ("{Type: String, AllowedValues: [a, b]}", {"P": "c"}, "must be one of a, b"),
    ],
)
def test_wrong_parameters_are_refused(
    tmp_path: Path, declared: str, given: dict[str, str], reason: str
) -> None:
    text = f"Parameters: {{P: {declared}}}\nResources: {{A: {{Type: X::Queue}}}}"
    with pytest.raises(TemplateError, match=reason):
        deployed(text, tmp_path, **given)


def test_a_file_without_resources_is_no_template(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no Resources"):
        deployed("Description: empty", tmp_path)


def test_values_other_than_functions_are_left_alone() -> None:
    scope = Scope({}, "s", {})
    given: dict[str, Any] = {"a": [1, {"b": "${x}"}], "aws:x": {"c": True}}
    assert scope.value(given) == given


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("Type: AWS::Lambda::Alias", "AWS::Lambda::Alias is not known"),
        ("Type: AWS::S3::Bucket\n    Properties: {VersioningConfiguration: {Status: Enabled}}",
         "does not know VersioningConfiguration"),
        ("Type: AWS::SNS::Subscription\n    Properties: {TopicArn: t, Protocol: x, Endpoint: x}",
         "not by x"),
    ],
)  # fmt: skip
def test_the_server_does_not_start_with_what_it_lacks(
    tmp_path: Path, properties: str, reason: str
) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(f"Resources:\n  A:\n    {properties}\n", encoding="utf-8")
    with pytest.raises(TemplateError, match=reason), LocalAws(None, file):
        pass


def test_there_is_one_at_a_time(tmp_path: Path) -> None:
    with (
        LocalAws(tmp_path, None),
        pytest.raises(RuntimeError, match="one LocalAws at a time"),
        LocalAws(tmp_path, None),
    ):
        pass


def test_the_next_one_begins_empty(tmp_path: Path) -> None:
    with LocalAws(None, None) as one:
        one.client("s3").create_bucket(Bucket="left-over")
        first = one.credentials
    with LocalAws(tmp_path, None) as two:
        assert two.client("s3").list_buckets()["Buckets"] == []
        assert two.credentials != first
        second = two.credentials
    with LocalAws(tmp_path, None) as three:
        assert three.credentials == second
