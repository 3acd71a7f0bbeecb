"""How AWS is reached, and which of its errors may pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from backend.domain.errors import UnavailableError

_PASSING = frozenset(
    {
        "ExecutionLimitExceeded",
        "InternalError",
        "InternalServerError",
        "InternalFailure",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "500",
        "502",
        "503",
    }
)


@dataclass(frozen=True, slots=True)
class Aws:
    """Makes clients, each of them once: that takes 30 to 50 ms, and they serve all threads.

    Attributes:
        endpoint: of the local AWS; None for AWS itself.
    """

    region: str
    endpoint: str | None = None

    def client(self, service: str, *, read_timeout: float = 10.0) -> Any:  # noqa: ANN401
        """Return the client of *service* whose reads wait *read_timeout* seconds."""
        return _client(self, service, read_timeout)


@cache
def _client(aws: Aws, service: str, read_timeout: float) -> Any:  # noqa: ANN401
    config = Config(
        connect_timeout=3,
        read_timeout=read_timeout,
        max_pool_connections=64,
        retries={"mode": "standard", "max_attempts": 3},
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "path"} if aws.endpoint else None,
    )
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=aws.region,
        endpoint_url=aws.endpoint,
        config=config,
    )


def code(error: ClientError) -> str:
    """Return AWS's name of the error."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def passing_faults(dependency: str) -> Iterator[None]:
    """Raise UnavailableError, naming *dependency*, for faults of AWS that may pass."""
    try:
        yield
    except (BotoConnectionError, HTTPClientError) as error:
        raise UnavailableError(f"{dependency} cannot be reached.") from error
    except ClientError as error:
        if code(error) in _PASSING:
            raise UnavailableError(f"{dependency} is busy ({code(error)}).") from error
        raise
    except BotoCoreError as error:
        raise UnavailableError(f"{dependency} failed: {type(error).__name__}.") from error
