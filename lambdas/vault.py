"""The Glacier vault of a stack: CloudFormation has no such resource, so it calls this function.

Source: "Custom resource request objects", AWS CloudFormation User Guide.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable
from typing import Any

from backend import wiring_archive
from backend.settings import read

_KEPT = "The vault is left as it is: results of people are in it."
_ANSWER_WITHIN = 30

Make = Callable[[str], None]
Send = Callable[[str, bytes], None]


def handler(event: dict[str, Any], context: object) -> None:  # noqa: ARG001
    """Make the vault, or leave it, and tell CloudFormation."""
    answer(event, _make, _put)


def _make(name: str) -> None:
    if not name:
        raise ValueError("VaultName is not given.")
    wiring_archive.make_vault(read(os.environ), name)


def answer(event: dict[str, Any], make: Make, send: Send) -> None:
    """Do what CloudFormation asks by *make* and answer it by *send*, also when that fails."""
    name = str(event["ResourceProperties"].get("VaultName", ""))
    status, reason = "SUCCESS", _KEPT
    if event["RequestType"] != "Delete":
        try:
            make(name)
            reason = "The vault is there."
        except Exception as error:  # noqa: BLE001 - without an answer the stack waits for hours
            status, reason = "FAILED", f"{type(error).__name__}: {error}"
    told = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": name or "vault",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    send(str(event["ResponseURL"]), json.dumps(told).encode())


def _put(url: str, body: bytes) -> None:
    if not url.startswith("https://"):
        raise ValueError("CloudFormation is answered by https only.")
    # The address is signed for a request without a type of content.
    request = urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=_ANSWER_WITHIN):  # noqa: S310
        pass
