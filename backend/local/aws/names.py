"""The one account and the one region that this machine plays."""

from __future__ import annotations

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"
HOST = "127.0.0.1"


def arn(service: str, resource: str, *, region: str = REGION) -> str:
    """Return the ARN of *resource* in the local account."""
    return f"arn:{PARTITION}:{service}:{region}:{ACCOUNT}:{resource}"
