"""Topics and their subscribers by HTTP: confirmed first, signed always, never in the way."""

from __future__ import annotations

import base64
import ipaddress
import json
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.local.aws.durability.journal import Journal
from backend.local.aws.server import LocalAws
from backend.local.aws.sns_http.deliverer import Deliverer, Delivery
from backend.local.aws.sns_http.endpoints import EndpointError, check, post
from backend.local.aws.sns_http.messages import NOTIFICATION, Message, Writer
from backend.local.aws.sns_http.notary import Notary
from backend.local.aws.template import TemplateError
from backend.local.ports import free_port
from tests.fakes.clock import FakeClock
from tests.integration.local_aws.conftest import send
from tests.integration.local_aws.http_endpoint import Endpoint
from tests.stack import until

TEMPLATE = """
Parameters:
  Endpoint: {Type: String}
  Protocol: {Type: String, Default: http}
Resources:
  Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: start_thaw}}
  Doorbell:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: !Ref Protocol, Endpoint: !Ref Endpoint}
Outputs:
  Topic: {Value: !Ref Topic}
  Doorbell: {Value: !Ref Doorbell}
"""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., LocalAws]:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")

    def make(url: str, **parameters: str) -> LocalAws:
        return LocalAws(tmp_path / "data", template, {"Endpoint": url, **parameters})

    return make


def confirmed(aws: LocalAws, endpoint: Endpoint) -> str:
    """Return the ARN of the subscription, confirmed with the token that came last."""
    asked = endpoint.awaited("SubscriptionConfirmation")[-1].json()
    answer = aws.client("sns").confirm_subscription(
        TopicArn=asked["TopicArn"], Token=asked["Token"]
    )
    return str(answer["SubscriptionArn"])


def publish(aws: LocalAws, text: str, **more: Any) -> str:
    sent = aws.client("sns").publish(TopicArn=aws.outputs["Topic"], Message=text, **more)
    return str(sent["MessageId"])


def verify(fields: dict[str, Any], aws: LocalAws) -> None:
    """Check the signature as a receiver does, by the words of AWS's guide."""
    assert fields["SigningCertURL"].startswith(f"{aws.endpoint}/SimpleNotificationService-")
    assert fields["SignatureVersion"] == "2"
    shown = send("GET", fields["SigningCertURL"])
    assert shown.status == 200
    key = x509.load_pem_x509_certificate(shown.body).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn"]
    text = "".join(f"{name}\n{fields[name]}\n" for name in [*names, "Type"] if name in fields)
    signature = base64.b64decode(fields["Signature"])
    key.verify(signature, text.encode(), padding.PKCS1v15(), SHA256())


def test_a_subscription_is_asked_to_confirm_and_hears_nothing_before(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        sns, arn = aws.client("sns"), aws.outputs["Doorbell"]
        (asked,) = endpoint.awaited("SubscriptionConfirmation")
        fields = asked.json()
        assert asked.path == "/thaw?from=sns"
        assert asked.headers["x-amz-sns-topic-arn"] == aws.outputs["Topic"]
        assert asked.headers["content-type"] == "text/plain; charset=UTF-8"
        assert fields["TopicArn"] == aws.outputs["Topic"]
        assert f"Token={fields['Token']}" in fields["SubscribeURL"]
        verify(fields, aws)
        state = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        assert state["PendingConfirmation"] == "true"
        publish(aws, "too early")
        # Nobody confirms by opening an address.
        assert send("GET", fields["SubscribeURL"]).status == 403
        with pytest.raises(ClientError, match="Token"):
            sns.confirm_subscription(TopicArn=aws.outputs["Topic"], Token="0" * 256)
        with pytest.raises(ClientError, match="Topic does not exist"):
            sns.confirm_subscription(TopicArn=f"{aws.outputs['Topic']}2", Token=fields["Token"])
        for _ in range(2):
            assert confirmed(aws, endpoint) == arn
        state = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        assert state["PendingConfirmation"] == "false"
        publish(aws, "in time")
        (heard,) = endpoint.awaited("Notification")
        assert heard.json()["Message"] == "in time"


def test_a_notification_is_signed_and_says_what_it_is(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        arn = confirmed(aws, endpoint)
        text = 'ü "quoted"\nsecond line'
        kind = {"kind": {"DataType": "String", "StringValue": "upgrade"}}
        message_id = publish(aws, text, Subject="Thaw", MessageAttributes=kind)
        (heard,) = endpoint.awaited("Notification")
        fields = heard.json()
        assert heard.headers["x-amz-sns-message-id"] == fields["MessageId"] == message_id
        assert heard.headers["x-amz-sns-subscription-arn"] == arn
        assert (fields["Message"], fields["Subject"]) == (text, "Thaw")
        assert fields["MessageAttributes"] == {"kind": {"Type": "String", "Value": "upgrade"}}
        verify(fields, aws)
        with pytest.raises(InvalidSignature):
            verify({**fields, "Message": "something else"}, aws)
        missing = f"{aws.endpoint}/SimpleNotificationService-0.pem"
        assert send("GET", missing).status == 404


def test_an_enveloped_message_in_a_queue_is_signed_with_the_same_key(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        url = aws.client("sqs").create_queue(QueueName="q")["QueueUrl"]
        aws.client("sns").subscribe(
            TopicArn=aws.outputs["Topic"],
            Protocol="sqs",
            Endpoint="arn:aws:sqs:us-east-1:123456789012:q",
        )
        publish(aws, "hello")
        got = aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
        fields = json.loads(got[0]["Body"])
        assert fields["Message"] == "hello"
        verify(fields, aws)


def test_raw_messages_come_as_they_are_and_filters_hold(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        sns, arn = aws.client("sns"), confirmed(aws, endpoint)
        for name, value in (("RawMessageDelivery", "true"), ("FilterPolicy", '{"kind": ["a"]}')):
            sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName=name, AttributeValue=value
            )
        for kind in ("b", "a"):
            attributes = {"kind": {"DataType": "String", "StringValue": kind}}
            publish(aws, kind, MessageAttributes=attributes)
        (heard,) = endpoint.awaited("Notification")
        assert (heard.body, heard.headers["x-amz-sns-rawdelivery"]) == (b"a", "true")


def test_each_protocol_gets_its_own_words_and_who_left_gets_none(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        arn = confirmed(aws, endpoint)
        words = json.dumps({"default": "no", "http": "by http"})
        publish(aws, words, MessageStructure="json")
        (heard,) = endpoint.awaited("Notification")
        assert heard.json()["Message"] == "by http"
        aws.client("sns").unsubscribe(SubscriptionArn=arn)
        publish(aws, "nobody")
        again = aws.client("sns").subscribe(
            TopicArn=aws.outputs["Topic"], Protocol="http", Endpoint=endpoint.url
        )["SubscriptionArn"]
        assert again != arn
        endpoint.awaited("SubscriptionConfirmation", 2)
        assert confirmed(aws, endpoint) == again
        publish(aws, "back")
        assert endpoint.awaited("Notification", 2)[-1].json()["Message"] == "back"


def test_an_endpoint_that_is_down_neither_fails_nor_loses_what_is_published(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        confirmed(aws, endpoint)
        endpoint.statuses += [500, 429]
        publish(aws, "stubborn")
        tries = endpoint.awaited("Notification", 3)
        assert len({call.json()["MessageId"] for call in tries}) == 1


def test_an_endpoint_that_starts_after_the_server_is_asked_all_the_same(
    start: Callable[..., LocalAws],
) -> None:
    away = Endpoint(port=free_port())
    away.close()
    with start(away.url) as aws:
        endpoint = Endpoint(port=away.port)
        try:
            assert confirmed(aws, endpoint) == aws.outputs["Doorbell"]
        finally:
            endpoint.close()


def test_a_refusal_is_final_and_a_redirection_is_not_followed(
    start: Callable[..., LocalAws], endpoint: Endpoint, tmp_path: Path
) -> None:
    with start(endpoint.url) as aws:
        confirmed(aws, endpoint)
        endpoint.statuses += [404]
        publish(aws, "refused")
        endpoint.awaited("Notification")
        publish(aws, "taken")
        assert endpoint.awaited("Notification", 2)[1].json()["Message"] == "taken"
    journal = Journal(tmp_path / "data")
    assert journal.rows("select * from http_delivery") == []
    journal.close()
    assert len(endpoint.of_type("Notification")) == 2


def test_what_is_confirmed_stays_so_over_a_restart(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        arn = confirmed(aws, endpoint)
    with start(endpoint.url) as aws:
        assert aws.outputs["Doorbell"] == arn
        publish(aws, "again")
        assert endpoint.awaited("Notification")[0].json()["Message"] == "again"
        verify(endpoint.of_type("Notification")[0].json(), aws)
    assert len(endpoint.of_type("SubscriptionConfirmation")) == 1


def test_what_is_not_confirmed_is_asked_for_again_after_a_restart(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    endpoint.statuses += [500] * 50
    with start(endpoint.url):
        endpoint.awaited("SubscriptionConfirmation")
    endpoint.statuses.clear()
    tried = len(endpoint.of_type("SubscriptionConfirmation"))
    with start(endpoint.url) as aws:
        endpoint.awaited("SubscriptionConfirmation", tried + 1)
        assert confirmed(aws, endpoint) == aws.outputs["Doorbell"]


def test_what_was_published_and_not_delivered_is_delivered_after_a_restart(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with start(endpoint.url) as aws:
        confirmed(aws, endpoint)
        endpoint.statuses += [503] * 50
        message_id = publish(aws, "kept")
        endpoint.awaited("Notification")
    endpoint.statuses.clear()
    tried = len(endpoint.of_type("Notification"))
    with start(endpoint.url) as aws:
        last = endpoint.awaited("Notification", tried + 1)[-1].json()
        assert (last["MessageId"], last["Message"]) == (message_id, "kept")
        # It is signed when it is sent, so the address of its certificate is one that answers.
        verify(last, aws)


@pytest.mark.parametrize("up", [True, False], ids=["it fails", "it is away"])
def test_the_last_try_is_the_last(
    tmp_path: Path, endpoint: Endpoint, caplog: pytest.LogCaptureFixture, *, up: bool
) -> None:
    journal, clock = Journal(tmp_path), FakeClock()
    writer = Writer(Notary(tmp_path, clock), lambda: "http://127.0.0.1:1")
    deliverer = Deliverer(journal, writer, clock, pauses=(0.0, 0.0))
    endpoint.statuses += [500] * 3
    if not up:
        endpoint.close()
    deliverer.start()
    message = Message(NOTIFICATION, "topic", "subscription", "secret words", "now")
    deliverer.send(Delivery(message, endpoint.url))
    until(lambda: "given up" in caplog.text, "the end of the delivery", 20)
    deliverer.close()
    assert journal.rows("select * from http_delivery") == []
    journal.close()
    assert len(endpoint.calls) == (3 if up else 0)
    assert f"the last of 3 tries failed: {500 if up else 0}" in caplog.text
    assert "secret words" not in caplog.text


@pytest.mark.parametrize(
    ("protocol", "url"),
    [
        ("http", "http://169.254.169.254/latest/meta-data"),
        ("http", "http://example.org/"),
        ("http", "http://127.0.0.1.example.org/"),
        ("http", "http://127.0.0.1@example.org/"),
        ("http", "http://user@127.0.0.1/"),
        ("http", "http://[::1"),
        ("http", "https://127.0.0.1/"),
        ("https", "http://127.0.0.1/"),
        ("http", "http://127.0.0.1:port/"),
        ("http", "ftp://127.0.0.1/"),
        ("ftp", "ftp://127.0.0.1/"),
    ],
)
def test_no_endpoint_elsewhere_is_called(protocol: str, url: str) -> None:
    with pytest.raises(EndpointError):
        check(protocol, url)


def certified(folder: Path) -> Path:
    """Write a key and a certificate for this machine's address, and return the file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "endpoint")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(hours=1))
    made = builder.add_extension(here, critical=False).sign(key, SHA256())
    file = folder / "endpoint.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


def test_by_https_only_an_endpoint_with_a_trusted_certificate_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certified(tmp_path)
    endpoint = Endpoint(file)
    try:
        with pytest.raises(ssl.SSLCertVerificationError):
            post(endpoint.url, b"x", {"x-amz-sns-message-type": "none"})
        assert endpoint.calls == []
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert post(endpoint.url, b"x", {"x-amz-sns-message-type": "none"}) == 200
    finally:
        endpoint.close()


def test_an_endpoint_elsewhere_is_refused_by_template_and_api(
    start: Callable[..., LocalAws], endpoint: Endpoint
) -> None:
    with (
        pytest.raises(TemplateError, match=r"Doorbell: http://a\.org/ is not on"),
        start("http://a.org/"),
    ):
        pass
    with start(endpoint.url) as aws, pytest.raises(ClientError, match="not on this machine"):
        aws.client("sns").subscribe(
            TopicArn=aws.outputs["Topic"], Protocol="http", Endpoint="http://10.0.0.1/"
        )


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    clock = FakeClock()
    first, second = Notary(tmp_path, clock), Notary(tmp_path, clock)
    assert first.path() == second.path()
    assert first.sign(b"x") == second.sign(b"x")
    assert (tmp_path / "sns.pem").stat().st_mode & 0o777 == 0o600
