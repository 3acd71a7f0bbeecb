"""SNS of the local AWS rings at the API: subscribed, confirmed, signed, all by HTTP."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import uvicorn
from fastapi import FastAPI

from backend import wiring
from backend.api.app import create_app
from backend.api.sns.certificates import Certificates, addresses
from backend.api.sns.verification import Seen, Verification
from backend.api.thaw import Thaw
from backend.aws.subscriptions import SnsSubscriptions
from backend.domain.messages import AccountMessage
from backend.local.aws.server import LocalAws
from backend.services.doorbell import Doorbell
from tests.fakes.service import FakeService
from tests.stack import until

PATIENCE = 60.0
TEMPLATE = """
Parameters:
  Endpoint: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: start_thaw, SignatureVersion: "2"}
  Bell:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: http, Endpoint: !Ref Endpoint}
Outputs:
  Topic: {Value: !Ref Topic}
  Bell: {Value: !Ref Bell}
"""


def _app(aws: LocalAws, looks: queue.Queue[None]) -> FastAPI:
    """Return the API with a doorbell for the topic, as it is wired on one machine."""
    topic = aws.outputs["Topic"]
    certificates = Certificates(httpx2.AsyncClient(), addresses(topic, aws.endpoint), wiring.now)
    thaw = Thaw(
        Verification(topic, certificates, wiring.now),
        Seen(wiring.now),
        SnsSubscriptions(aws.client("sns")).confirm,
        Doorbell(lambda: looks.put(None)),
    )
    return create_app(FakeService().api(), bell=thaw)


@contextmanager
def serving(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(app, lifespan="on", ws="none", log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def test_a_changed_plan_rings_at_the_api(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE, "utf-8")
    looks: queue.Queue[None] = queue.Queue()
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        LocalAws(tmp_path / "aws", template, {"Endpoint": _thaw_url(listening)}) as aws,
        serving(_app(aws, looks), listening),
    ):
        sns, bell = aws.client("sns"), aws.outputs["Bell"]

        def is_confirmed() -> bool:
            answer = sns.get_subscription_attributes(SubscriptionArn=bell)
            return bool(answer["Attributes"]["PendingConfirmation"] == "false")

        until(is_confirmed, "the confirmation of the subscription", PATIENCE)
        message = AccountMessage("a" * 32).to_json()
        sns.publish(TopicArn=aws.outputs["Topic"], Message=message, Subject="A plan")
        looks.get(timeout=PATIENCE)
    assert looks.empty()


def _thaw_url(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}/thaw"
