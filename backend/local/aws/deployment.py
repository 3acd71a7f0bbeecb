"""Deploy a template: every resource in the order of its needs, or nothing at all.

A type or a property that the local stack does not know is refused before anything is made:
what is skipped in silence here would be noticed first on AWS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from backend.local.aws.template import Scope, TemplateError, references

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it was made.

    Attributes:
        physical_id: what Ref returns.
        attributes: what GetAtt returns.
    """

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceType:
    """How to make resources of one type.

    Attributes:
        properties: the properties that are known, and applied.
        make: makes one from its logical name and its properties.
    """

    properties: frozenset[str]
    make: Callable[[str, dict[str, Any]], Resource]


ResourceTypes = Mapping[str, ResourceType]
PARTS_OF_A_RESOURCE = frozenset(
    {"Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy",
     "Metadata"}
)  # fmt: skip


def deploy(
    template: Mapping[str, Any],
    types: ResourceTypes,
    *,
    stack: str,
    parameters: Mapping[str, str],
) -> dict[str, str]:
    """Make the template's resources and return its outputs.

    Raises:
        TemplateError: the template asks for what is not known here.
    """
    scope = Scope(template, stack, parameters)
    wanted = _wanted(template, scope)
    _check(wanted, types)
    made: dict[str, Resource] = {}
    scope.resources_by(
        lambda name, attribute: (
            made[name].physical_id if attribute is None else made[name].attributes[attribute]
        )
    )
    for name in _in_order(wanted):
        resource = wanted[name]
        properties = scope.value(resource.get("Properties", {}))
        made[name] = types[resource["Type"]].make(name, properties)
        log.debug("made %s %s", resource["Type"], name)
    return _outputs(template, scope)


def _wanted(template: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or scope.condition(resource["Condition"])
    }


def _check(wanted: Mapping[str, Any], types: ResourceTypes) -> None:
    for name, resource in wanted.items():
        kind = resource.get("Type", "")
        if kind not in types:
            raise TemplateError(f"{name}: the resource type {kind} is not known to the local stack")
        strange = set(resource) - PARTS_OF_A_RESOURCE
        strange |= set(resource.get("Properties", {})) - types[kind].properties
        if strange:
            raise TemplateError(
                f"{name}: the local stack does not know {', '.join(sorted(strange))} of {kind}"
            )


def _in_order(wanted: Mapping[str, Any]) -> list[str]:
    needs: dict[str, set[str]] = {}
    for name, resource in wanted.items():
        after = resource.get("DependsOn", [])
        named = {after} if isinstance(after, str) else set(after)
        needs[name] = (named | set(references(resource.get("Properties", {})))) & set(wanted)
    return list(TopologicalSorter(needs).static_order())


def _outputs(template: Mapping[str, Any], scope: Scope) -> dict[str, str]:
    return {
        name: str(scope.value(output["Value"]))
        for name, output in template.get("Outputs", {}).items()
        if "Condition" not in output or scope.condition(output["Condition"])
    }
