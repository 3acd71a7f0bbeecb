"""moto's web application behind our front, on a threaded server.

This is the module that imports moto: it takes a second, so nothing else at the top does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from werkzeug.serving import BaseWSGIServer, make_server

from backend.local.aws import patches
from backend.local.aws.credentials import Credentials
from backend.local.aws.durability.journal import Journal, activate
from backend.local.aws.faults import Faults
from backend.local.aws.front import Front
from backend.local.aws.lambda_runtime import Runtime
from backend.local.aws.mailbox import Mailbox
from backend.local.aws.names import HOST
from backend.local.aws.patches import sqs
from backend.local.aws.private import Private
from backend.local.aws.requests import App


class _Handler(MotoRequestHandler):
    """moto's handler, without a line on the screen for each request."""

    def log_request(self, *_: Private) -> None:
        """Say nothing."""


def forget_everything() -> None:
    """Patch moto, and empty what an earlier server of this process left in it."""
    patches.apply()
    activate(None)
    for backends in (
        dynamodbstreams_backends,
        dynamodb_backends,
        sns_backends,
        sqs_backends,
        s3_backends,
    ):
        backends.reset()
    s3_backends.bucket_accounts.clear()
    sqs.stopping.clear()


def listen(
    port: int,
    *,
    credentials: Credentials,
    journal: Journal,
    mailbox: Mailbox,
    runtimes: dict[str, Runtime],
    services: Mapping[str, App],
    restores: App,
    faults: Faults,
    certificate: App,
    ready: threading.Event,
    own: str,
    now: Callable[[], datetime],
) -> BaseWSGIServer:
    """Return a server that listens on the loopback interface and does not serve yet."""
    front = Front(
        moto=DomainDispatcherApplication(create_backend_app),
        credentials=credentials,
        journal=journal,
        mailbox=mailbox,
        runtimes=runtimes,
        services=services,
        restores=restores,
        faults=faults,
        certificate=certificate,
        ready=ready,
        own=own,
        now=now,
    )
    return make_server(HOST, port, front, threaded=True, request_handler=_Handler)
