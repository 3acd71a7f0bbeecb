"""A CloudFormation template: its YAML, and the values of its functions.

Only what our template uses is known; anything else is refused by name, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from backend.local.aws.names import ACCOUNT, PARTITION, REGION
from backend.local.aws.private import Json

REFERENCE = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(Exception):
    """The template cannot be deployed; the message names the place."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML with CloudFormation's short forms."""


def _short_form(loader: Json, suffix: str, node: Json) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Json = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def read(file: Path) -> dict[str, Any]:
    """Return the template in the long form of its functions."""
    template = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    if not isinstance(template, dict) or "Resources" not in template:
        raise TemplateError(f"{file}: no Resources")
    return template


def references(value: object) -> Iterator[str]:
    """Yield every name that *value* refers to, by Ref, GetAtt or Sub."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "Ref":
                yield str(inner)
            elif name == "Fn::GetAtt":
                yield str(inner[0])
            elif name == "Fn::Sub":
                text = inner[0] if isinstance(inner, list) else inner
                yield from (found[1].split(".")[0] for found in REFERENCE.findall(text))
            yield from references(inner)


Values = Callable[[str, str | None], Any]


class Scope:
    """The names that a template's functions may use, and their values.

    *find* returns what a resource is known by (no attribute) or one of its attributes; it
    raises KeyError for what there is not.
    """

    def __init__(self, template: Mapping[str, Any], stack: str, given: Mapping[str, str]) -> None:
        self._names: dict[str, Any] = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": PARTITION,
            "AWS::StackName": stack,
            "AWS::URLSuffix": "amazonaws.com",
            **_parameters(template.get("Parameters", {}), given),
        }
        self._conditions = template.get("Conditions", {})
        self._find: Values = _none_yet

    def resources_by(self, find: Values) -> None:
        """Ask *find* for the resources that were made so far."""
        self._find = find

    def condition(self, name: str) -> bool:
        """Return whether the named condition holds."""
        if name not in self._conditions:
            raise TemplateError(f"there is no condition {name}")
        return bool(self.value(self._conditions[name]))

    def value(self, given: Json) -> Json:
        """Return *given* with every function in it worked out."""
        if isinstance(given, list):
            return [self.value(each) for each in given]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            name, argument = next(iter(given.items()))
            if name in {"Ref", "Condition"} or name.startswith("Fn::"):
                return self._call(name, argument)
        worked_out = {name: self.value(inner) for name, inner in given.items()}
        return {name: inner for name, inner in worked_out.items() if inner is not _NO_VALUE}

    def _call(self, name: str, argument: Json) -> Json:
        functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": lambda pair: self._resource(pair[0], pair[1]),
            "Fn::Sub": self._sub,
            "Fn::Join": lambda pair: str(pair[0]).join(map(str, self.value(pair[1]))),
            "Fn::If": lambda three: self.value(three[1 if self.condition(three[0]) else 2]),
            "Fn::Equals": lambda pair: str(self.value(pair[0])) == str(self.value(pair[1])),
            "Fn::Not": lambda one: not self.value(one[0]),
            "Fn::And": lambda many: all(self.value(many)),
            "Fn::Or": lambda many: any(self.value(many)),
        }
        if name not in functions:
            raise TemplateError(f"the function {name} is not known to the local stack")
        return functions[name](argument)

    def _ref(self, name: str) -> Json:
        if name == "AWS::NoValue":
            return _NO_VALUE
        return self._names[name] if name in self._names else self._resource(name, None)

    def _resource(self, name: str, attribute: str | None) -> Json:
        try:
            return self._find(name, attribute)
        except KeyError as error:
            wanted = name if attribute is None else f"{name}.{attribute}"
            raise TemplateError(f"the template names {wanted}, which there is not") from error

    def _sub(self, argument: Json) -> str:
        text, more = argument if isinstance(argument, list) else (argument, {})
        own = {name: self.value(inner) for name, inner in more.items()}

        def one(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in own:
                return str(own[name])
            resource, dot, attribute = name.partition(".")
            return str(self._resource(resource, attribute) if dot else self._ref(name))

        return REFERENCE.sub(one, text)


_NO_VALUE = object()


def _none_yet(name: str, _attribute: str | None) -> Json:
    raise KeyError(name)


def _parameters(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise TemplateError(f"the template has no parameter {', '.join(unknown)}")
    values: dict[str, Any] = {}
    for name, parameter in declared.items():
        if name not in given and "Default" not in parameter:
            raise TemplateError(f"the parameter {name} is needed")
        value = given.get(name, parameter.get("Default"))
        allowed = parameter.get("AllowedValues")
        if allowed and value not in allowed:
            raise TemplateError(f"the parameter {name} must be one of {', '.join(allowed)}")
        values[name] = int(str(value)) if parameter["Type"] == "Number" else value
    return values
