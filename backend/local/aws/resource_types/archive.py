"""Glacier vaults: CloudFormation has no type for them, so the template's own is known here.

On AWS a function makes the vault (ServiceToken names it); here the type does.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from backend.local.aws.deployment import Resource, ResourceType
from backend.local.aws.glacier.records import vault_arn
from backend.local.aws.resource_types.context import Context


def types(context: Context) -> dict[str, ResourceType]:
    """Return the types of this module."""
    return {
        "Custom::GlacierVault": ResourceType(
            frozenset({"ServiceToken", "VaultName"}), partial(_vault, context)
        ),
    }


def _vault(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    vault = properties["VaultName"]
    context.clients["glacier"].create_vault(vaultName=vault)
    return Resource(vault, {"Arn": vault_arn(vault), "VaultName": vault})
