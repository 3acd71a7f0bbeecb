"""Clients of the server in this process, made once each: making one costs tens of milliseconds."""

from __future__ import annotations

import threading
from typing import Any

import boto3
from botocore.config import Config

from backend.local.aws.credentials import Credentials
from backend.local.aws.names import REGION
from backend.local.aws.private import Client


class Clients:
    """Clients that talk to one endpoint with one key pair."""

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        self._endpoint = endpoint
        self._session: Client = boto3.session.Session(
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            region_name=REGION,
        )
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __getitem__(self, service: str) -> Client:
        """Return the client of *service*."""
        with self._lock:
            if service not in self._made:
                self._made[service] = self._session.client(
                    service, endpoint_url=self._endpoint, config=_config(service)
                )
            return self._made[service]

    def close(self) -> None:
        """Close the connections of all clients."""
        for client in self._made.values():
            client.close()


def _config(service: str) -> Config:
    # boto3 still signs addresses of S3 by version 2 unless told otherwise; and proxies are for
    # the world outside, while this server is in the same process.
    return Config(
        signature_version="s3v4" if service == "s3" else None,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        proxies={},
        read_timeout=60,
    )
