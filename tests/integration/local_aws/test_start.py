"""Who asks a server that is still starting is answered when it has its state, and not before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from backend.local.aws.server import LocalAws
from backend.local.ports import free_port
from tests.integration.local_aws.conftest import HANDLERS, TEMPLATE
from tests.stack import until

KEY = {"job_id": {"S": "job-1"}}


def table_of(aws: LocalAws) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id=aws.credentials.access_key_id,
        aws_secret_access_key=aws.credentials.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def first_answer(table: Any) -> dict[str, Any]:
    def ask() -> dict[str, Any] | None:
        try:
            return dict(table.get_item(TableName="gas_jobs", Key=KEY))
        except EndpointConnectionError:
            return None

    return dict(until(ask, "an answer"))


def test_the_first_answer_after_a_start_knows_what_was_there_before(tmp_path: Path) -> None:
    port = free_port()
    with LocalAws(tmp_path, TEMPLATE, port=port, code=HANDLERS) as before:
        table = table_of(before)
        table.put_item(TableName="gas_jobs", Item=KEY | {"name": {"S": "kept"}})
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(first_answer, table)
        with LocalAws(tmp_path, TEMPLATE, port=port, code=HANDLERS):
            assert answer.result()["Item"]["name"] == {"S": "kept"}
    table.close()
