"""The function that makes the vault: CloudFormation always gets an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambdas.vault import answer, handler

EVENT = {
    "StackId": "s",
    "RequestId": "r",
    "LogicalResourceId": "Vault",
    "ResponseURL": "https://answers.test/1",
    "ResourceProperties": {"VaultName": "gas_results", "ServiceToken": "arn"},
}


class Asked:
    """What the function did.

    Attributes:
        made: the vaults, in order.
        told: to which address, what.
    """

    def __init__(self, trouble: Exception | None = None) -> None:
        self.made: list[str] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._trouble = trouble

    def make(self, name: str) -> None:
        if self._trouble is not None:
            raise self._trouble
        self.made.append(name)

    def send(self, url: str, body: bytes) -> None:
        self.told.append((url, json.loads(body)))

    def asks(self, kind: str) -> dict[str, Any]:
        answer({**EVENT, "RequestType": kind}, self.make, self.send)
        ((url, told),) = self.told
        assert url == EVENT["ResponseURL"]
        assert (told["StackId"], told["RequestId"]) == ("s", "r")
        assert (told["LogicalResourceId"], told["PhysicalResourceId"]) == ("Vault", "gas_results")
        return told


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_vault_is_made(kind: str) -> None:
    asked = Asked()
    assert asked.asks(kind)["Status"] == "SUCCESS"
    assert asked.made == ["gas_results"]


def test_vault_with_results_is_left_and_the_reason_told() -> None:
    asked = Asked()
    told = asked.asks("Delete")
    assert (told["Status"], asked.made) == ("SUCCESS", [])
    assert "results of people" in told["Reason"]


def test_failure_is_told() -> None:
    told = Asked(RuntimeError("no new customers")).asks("Create")
    assert told["Status"] == "FAILED"
    assert told["Reason"] == "RuntimeError: no new customers"


def test_only_encrypted_addresses_are_answered() -> None:
    event = {**EVENT, "RequestType": "Delete", "ResponseURL": "http://127.0.0.1:1/"}
    with pytest.raises(ValueError, match="https"):
        handler(event, None)
