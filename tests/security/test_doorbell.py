"""Row 14: whoever rings at `POST /thaw` is SNS, or nothing happens."""

from __future__ import annotations

import json
import queue
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.testclient import TestClient

from backend.api.app import create_app
from backend.api.limits import Rate, Rates
from backend.api.sns.certificates import Certificates, addresses
from backend.api.sns.message import LONGEST
from backend.api.sns.verification import Seen, Verification
from backend.api.thaw import Thaw
from backend.aws.subscriptions import SnsSubscriptions
from backend.domain.errors import RejectedError, UnavailableError
from backend.services.doorbell import Doorbell
from tests.aws import RunningAws
from tests.fakes.clock import FakeClock
from tests.fakes.service import UNLIMITED, FakeService
from tests.fakes.sns import CERTIFICATE, TOPIC, FakeSns, a_key, body, certificate_of

PATIENCE = 60.0
FILE = "SimpleNotificationService-" + "0a" * 16 + ".pem"


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return a_key()


@dataclass
class Door:
    """A running API with a doorbell, and the SNS that may ring it.

    Attributes:
        looks: one for each time that the queue was looked into.
        confirmed: topics and tokens, in order.
        refusal: what the confirmation raises, if anything.
    """

    sns: FakeSns
    clock: FakeClock
    rates: Rates = UNLIMITED
    looks: queue.Queue[None] = field(default_factory=queue.Queue)
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    refusal: Exception | None = None
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        http = httpx2.AsyncClient(transport=self.sns.transport)
        certificates = Certificates(http, addresses(TOPIC), self.clock)
        verification = Verification(TOPIC, certificates, self.clock)
        bell = Doorbell(lambda: self.looks.put(None))
        thaw = Thaw(verification, Seen(self.clock), self._confirm, bell)
        api = FakeService(clock=self.clock, rates=self.rates).api()
        self.client = TestClient(create_app(api, bell=thaw))

    def _confirm(self, topic: str, token: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.confirmed.append((topic, token))

    def post(self, message: dict[str, Any] | bytes) -> httpx2.Response:
        """Send a message as SNS does."""
        content = message if isinstance(message, bytes) else body(message)
        headers = {"content-type": "text/plain; charset=UTF-8"}
        return self.client.post("/thaw", content=content, headers=headers)

    def is_silent(self) -> bool:
        """Whether nobody rang and nothing was confirmed; the bell is closed for that."""
        self.client.__exit__(None, None, None)
        self.client.__enter__()
        return self.looks.empty() and not self.confirmed


@pytest.fixture
def door(key: RSAPrivateKey, clock: FakeClock) -> Iterator[Door]:
    door = Door(FakeSns(key, clock), clock)
    with door.client:
        yield door


def refused(door: Door, message: dict[str, Any] | bytes, status: int = 403) -> str:
    """See that a message is refused and does nothing; return the reason."""
    answer = door.post(message)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert door.is_silent()
    return str(answer.json()["detail"])


def test_row_14_a_message_of_sns_rings(door: Door) -> None:
    assert door.post(door.sns.message()).status_code == 200
    door.looks.get(timeout=PATIENCE)
    assert door.post(door.sns.message(MessageId="another", Subject="Plan")).status_code == 200
    door.looks.get(timeout=PATIENCE)
    assert door.sns.asked == [CERTIFICATE]


def test_row_14_a_subscription_is_confirmed_by_its_token(door: Door) -> None:
    assert door.post(door.sns.message("SubscriptionConfirmation")).status_code == 200
    assert door.confirmed == [(TOPIC, "t" * 64)]
    assert door.looks.empty()


def test_row_14_the_end_of_a_subscription_is_taken_note_of(door: Door) -> None:
    assert door.post(door.sns.message("UnsubscribeConfirmation")).status_code == 200
    assert door.is_silent()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def test_row_14_no_address_of_a_message_is_opened(door: Door, listening: socket.socket) -> None:
    own = f"http://127.0.0.1:{listening.getsockname()[1]}/?Action=ConfirmSubscription"
    confirmation = door.sns.message("SubscriptionConfirmation", SubscribeURL=own)
    assert door.post(confirmation).status_code == 200
    ring = door.sns.message(MessageId="another", UnsubscribeURL=own, Message=own)
    assert door.post(ring).status_code == 200
    with pytest.raises(BlockingIOError):
        listening.accept()
    assert door.sns.asked == [CERTIFICATE]


def test_row_14_a_certificate_elsewhere_is_not_fetched(
    door: Door, listening: socket.socket
) -> None:
    own = f"http://127.0.0.1:{listening.getsockname()[1]}/{FILE}"
    refused(door, door.sns.message(SigningCertURL=own))
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize("name", ["Message", "MessageId", "Timestamp", "Subject", "Token", "Type"])
def test_row_14_a_tampered_message_is_refused(door: Door, name: str) -> None:
    kind = "SubscriptionConfirmation" if name == "Token" else "Notification"
    good = door.sns.message(kind, Subject="Plan" if kind == "Notification" else None)
    other = {
        "Timestamp": good["Timestamp"].replace("Z", "+00:00"),
        "Type": "UnsubscribeConfirmation",
    }
    changed = good | {name: other.get(name, good[name] + "x")}
    if name == "Type":
        changed |= {"Token": "t", "SubscribeURL": "u"}
    assert refused(door, changed) == "The message is not signed by SNS."


def test_row_14_a_signature_of_another_key_is_refused(door: Door, clock: FakeClock) -> None:
    assert "not signed" in refused(door, FakeSns(a_key(), clock).message())


@pytest.mark.parametrize("signature", ["", "!!!!", "AAAA", None, 7])
def test_row_14_what_is_no_signature_is_refused(door: Door, signature: object) -> None:
    refused(door, door.sns.message() | {"Signature": signature})


@pytest.mark.parametrize("version", ["1", "3", "", 2, None])
def test_row_14_another_way_to_sign_is_refused(door: Door, version: object) -> None:
    refused(door, door.sns.message() | {"SignatureVersion": version})
    assert door.sns.asked == []


def test_row_14_a_replay_does_nothing(door: Door, clock: FakeClock) -> None:
    message = door.sns.message()
    assert door.post(message).status_code == 200
    door.looks.get(timeout=PATIENCE)
    clock.advance(timedelta(minutes=59))
    assert door.post(message).status_code == 200
    assert door.is_silent()
    clock.advance(timedelta(minutes=2))
    assert "not of this hour" in refused(door, message)


def test_row_14_a_message_that_could_not_be_dealt_with_may_come_again(door: Door) -> None:
    message = door.sns.message("SubscriptionConfirmation")
    door.refusal = UnavailableError("SNS is down.")
    assert door.post(message).status_code == 503
    door.refusal = None
    assert door.post(message).status_code == 200
    assert door.confirmed == [(TOPIC, "t" * 64)]


def test_row_14_a_token_that_is_no_good_is_refused(door: Door) -> None:
    door.refusal = RejectedError("SNS does not know this token for our topic.")
    refused(door, door.sns.message("SubscriptionConfirmation"))


@pytest.mark.parametrize(
    "topic", [TOPIC + "2", TOPIC.replace("1", "2", 1), TOPIC.upper(), "", TOPIC + "\n"]
)
def test_row_14_a_foreign_topic_is_refused_before_anything_is_fetched(
    door: Door, topic: str
) -> None:
    refused(door, door.sns.message(TopicArn=topic))
    assert door.sns.asked == []


@pytest.mark.parametrize(
    "off", [timedelta(hours=-1, seconds=-1), timedelta(minutes=5, seconds=1), timedelta(days=-365)]
)
def test_row_14_a_stale_message_and_one_of_the_future_are_refused(
    door: Door, clock: FakeClock, off: timedelta
) -> None:
    at = (clock() + off).isoformat()
    assert "not of this hour" in refused(door, door.sns.message(Timestamp=at))


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-23T12:00:00", "2026-11-23", 1_800_000])
def test_row_14_a_time_without_a_zone_is_refused(door: Door, at: object) -> None:
    refused(door, door.sns.message(Timestamp=at))


@pytest.mark.parametrize(
    "address",
    [
        f"https://sns.us-east-1.amazonaws.com.evil.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com@evil.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com:443@evil.com/{FILE}",
        f"https://evil.com#sns.us-east-1.amazonaws.com/{FILE}",
        f"https://evil.com/sns.us-east-1.amazonaws.com/{FILE}",
        f"https://evilsns.us-east-1.amazonaws.com/{FILE}",
        f"https://snsXus-east-1.amazonaws.com/{FILE}",
        f"https://us-east-1.amazonaws.com/{FILE}",
        f"https://sns.us-west-2.amazonaws.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com.cn/{FILE}",
        f"http://169.254.169.254/{FILE}",
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        f"https://s3.amazonaws.com/bucket/{FILE}",
        f"https://sns.us-east-1.amazonaws.com.s3.amazonaws.com/{FILE}",
        f"http://sns.us-east-1.amazonaws.com/{FILE}",
        f"HTTPS://sns.us-east-1.amazonaws.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com:8443/{FILE}",
        f"https://sns.us-east-1.amazonaws.com:443/{FILE}",
        f"https://sns.us-east-1.amazonaws.com/../{FILE}",
        f"https://sns.us-east-1.amazonaws.com//{FILE}",
        f"https://sns.us-east-1.amazonaws.com/x/{FILE}",
        f"https://sns.us-east-1.amazonaws.com/%2e%2e/{FILE}",
        f"https://sns.us-east-1.amazonaws.com\\@evil.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com/{FILE}?x=.pem",
        f"https://sns.us-east-1.amazonaws.com/{FILE}#.pem",
        f"https://sns.us-east-1.amazonaws.com/{FILE}\n",
        f" https://sns.us-east-1.amazonaws.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com/{FILE}.evil.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-../../x.pem",
        "https://sns.us-east-1.amazonaws.com/?Action=ListTopics",
        f"https://sns.us-east-1.am\u0430zonaws.com/{FILE}",
        f"//sns.us-east-1.amazonaws.com/{FILE}",
        f"file:///etc/ssl/{FILE}",
        "",
    ],
)
def test_row_14_an_evil_certificate_address_is_never_asked(door: Door, address: str) -> None:
    reason = refused(door, door.sns.message(SigningCertURL=address))
    assert "not one of SNS's" in reason
    assert door.sns.asked == []


def _bad_answers(clock: FakeClock) -> dict[str, httpx2.Response]:
    now, day = clock(), timedelta(days=1)
    return {
        "redirection": httpx2.Response(302, headers={"location": "http://127.0.0.1/x.pem"}),
        "missing": httpx2.Response(404),
        "text": httpx2.Response(200, content=b"no certificate"),
        "endless": httpx2.Response(200, content=b"-" * 20_000),
        "expired": httpx2.Response(200, content=certificate_of(a_key(), now - 2 * day, day)),
        "early": httpx2.Response(200, content=certificate_of(a_key(), now + day)),
        "short key": httpx2.Response(200, content=certificate_of(a_key(1024), now - day)),
        "other kind": httpx2.Response(
            200,
            content=certificate_of(ec_key(SECP256R1()), now - day),  # type: ignore[arg-type]
        ),
    }


@pytest.mark.parametrize(
    "kind",
    ["redirection", "missing", "text", "endless", "expired", "early", "short key", "other kind"],
)
def test_row_14_a_certificate_that_is_no_good_is_refused(
    door: Door, clock: FakeClock, kind: str
) -> None:
    door.sns.answers[CERTIFICATE] = _bad_answers(clock)[kind]
    refused(door, door.sns.message())
    assert door.sns.asked == [CERTIFICATE]


def test_row_14_a_certificate_ends_while_it_is_kept(door: Door, clock: FakeClock) -> None:
    assert door.post(door.sns.message()).status_code == 200
    door.looks.get(timeout=PATIENCE)
    clock.advance(timedelta(days=365))
    assert "not valid" in refused(door, door.sns.message(MessageId="another"))


def test_row_14_when_the_certificate_cannot_be_fetched_sns_is_to_try_again(door: Door) -> None:
    good = door.sns.answers.pop(CERTIFICATE)
    door.sns.answers[CERTIFICATE] = httpx2.Response(503)
    refused(door, door.sns.message(), status=503)
    door.sns.answers[CERTIFICATE] = good
    assert door.post(door.sns.message()).status_code == 200


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"{}", b'{"Type": []}', b"[" * 100_000,
     b'{"Type": "Notification"}', b'{"Type": "AlarmStateChange"}'],
)  # fmt: skip
def test_row_14_what_is_no_message_is_refused(door: Door, content: bytes) -> None:
    refused(door, content)


@pytest.mark.parametrize("kind", ["", "notification", "PlanChanged", "Notification\n"])
def test_row_14_an_unknown_type_is_refused(door: Door, kind: str) -> None:
    refused(door, door.sns.message(kind))
    assert door.sns.asked == []


def test_row_14_a_message_that_is_too_long_is_cut_off(door: Door) -> None:
    message = door.sns.message(Message="x" * LONGEST)
    assert f"{LONGEST:,}" in refused(door, message, status=413)
    fitting = door.sns.message(MessageId="another", Message="x" * (LONGEST - 2000))
    assert door.post(fitting).status_code == 200


def test_row_14_what_the_message_says_is_not_believed(door: Door) -> None:
    orders = json.dumps({"account_id": "a" * 32, "job_id": "../../x", "plan": "premium"})
    answer = door.post(door.sns.message(Message=orders))
    assert (answer.status_code, answer.content) == (200, b"")
    door.looks.get(timeout=PATIENCE)


def test_row_14_who_sends_many_bad_messages_has_to_wait(
    key: RSAPrivateKey, clock: FakeClock
) -> None:
    few = Rates(UNLIMITED.requests, UNLIMITED.free_jobs, Rate(3, timedelta(minutes=1)))
    door = Door(FakeSns(key, clock), clock, few)
    with door.client:
        for n in range(3):
            other = CERTIFICATE.replace("0a", f"{n}b")
            refused(door, door.sns.message(SigningCertURL=other))
        assert refused(door, door.sns.message(), status=429)
        assert len(door.sns.asked) == 3


def test_row_14_a_service_without_the_topic_has_no_such_address() -> None:
    with TestClient(FakeService().app()) as client:
        assert client.post("/thaw", content=b"{}").status_code == 404


def test_row_14_each_partition_of_aws_has_its_own_address() -> None:
    china = addresses("arn:aws-cn:sns:cn-north-1:1:t")
    assert china.fullmatch(f"https://sns.cn-north-1.amazonaws.com.cn/{FILE}")
    assert not china.fullmatch(f"https://sns.cn-north-1.amazonaws.com/{FILE}")
    assert addresses("arn:aws:sns:eu-west-1:1:t").fullmatch(
        f"https://sns.eu-west-1.amazonaws.com/{FILE}"
    )


def test_row_14_the_local_aws_is_the_only_other_that_is_asked() -> None:
    local = addresses(TOPIC, "http://127.0.0.1:4566")
    assert local.fullmatch(f"http://127.0.0.1:4566/{FILE}")
    for other in (CERTIFICATE, f"http://127.0.0.1:45660/{FILE}", f"http://127.0.0.1:4567/{FILE}"):
        assert not local.fullmatch(other)


def test_row_14_sns_knows_its_own_tokens_only(aws: RunningAws) -> None:
    subscriptions = SnsSubscriptions(aws.client("sns"))
    topic = aws.outputs["StartThawTopic"]
    for where, token in ((topic, "0" * 64), (topic + "2", "0" * 64), ("no topic", "0" * 64)):
        with pytest.raises(RejectedError, match="does not know"):
            subscriptions.confirm(where, token)
