"""The front of the server: who asks, for what, and may they; then moto, or this layer itself."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from backend.local.aws import s3_download, s3_guard, s3_restore
from backend.local.aws.credentials import Credentials
from backend.local.aws.durability.journal import Journal
from backend.local.aws.faults import Faults, UnknownFaultError
from backend.local.aws.lambda_runtime import Runtime
from backend.local.aws.mailbox import Mailbox, MailRefusedError
from backend.local.aws.patches import s3
from backend.local.aws.patches.sqs import waiting
from backend.local.aws.private import Json
from backend.local.aws.requests import (
    App,
    Environ,
    StartResponse,
    access_key_of,
    answer,
    client_present,
    refuse_json,
    refuse_xml,
    service_of,
)
from backend.local.aws.signature import SignatureError
from backend.local.aws.sns_http.notary import PREFIX as CERTIFICATES

BY_MOTO = frozenset({"s3", "dynamodb", "sqs", "sns", "sts"})
LOCAL_HOSTS = ("127.0.0.1", "localhost")
INVOCATIONS = "/2015-03-31/functions/"
OUTBOUND = "/v2/email/outbound-emails"
# These take their bytes themselves, straight to where they stay.
TAKING = frozenset({"glacier"})
LONGEST_OWN = 1 << 16
# A server that starts again where one was killed answers when it has its state, so its clients
# wait; they give up by themselves after about as long.
HELD_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Front:
    """The WSGI application.

    Attributes:
        runtimes: the functions that can be called, by name.
        services: those that are not moto's, by the name that requests are signed for.
        restores: answers requests for archived objects of S3.
        faults: what a test can make go wrong.
        certificate: shows what the messages of SNS are signed with.
        ready: set when the template is deployed and the state loaded; who comes before waits.
        own: the access key of the server itself, which does not wait.
    """

    moto: App
    credentials: Credentials
    journal: Journal
    mailbox: Mailbox
    runtimes: dict[str, Runtime]
    services: Mapping[str, App]
    restores: App
    faults: Faults
    certificate: App
    ready: threading.Event
    own: str
    now: Callable[[], datetime]
    # One request of these at a time: moto's state is not made for threads.
    locks: dict[str, threading.RLock] = field(
        default_factory=lambda: {"s3": s3.LOCK, "dynamodb": threading.RLock()}
    )

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"].startswith("/_gas/"):
            return self._own(environ, start)
        if environ["PATH_INFO"].startswith(CERTIFICATES):
            return self.certificate(environ, start)
        presigned = s3_guard.is_presigned(environ) and "HTTP_AUTHORIZATION" not in environ
        service = "s3" if presigned else service_of(environ)
        refuse = refuse_xml if service in {"s3", None} else refuse_json
        if access_key_of(environ) != self.own and not self.ready.wait(HELD_SECONDS):
            return refuse(environ, start, 503, "ServiceUnavailable", "The local AWS is starting")
        try:
            self._check(environ, presigned=presigned)
            if service in TAKING:
                return self._serve(str(service), environ, start)
            s3_guard.take_body(environ)
        except SignatureError as error:
            return refuse(environ, start, error.status, error.code, str(error))
        with environ["wsgi.input"]:
            return self._serve(str(service), environ, start)

    def _serve(self, service: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if service == "lambda":
            return self._invoke(environ, start)
        if service == "ses":
            return self._send_mail(environ, start)
        if service in self.services:
            return self.services[service](environ, start)
        if service not in BY_MOTO:
            text = f"The local stack has no {service}"
            return refuse_json(environ, start, 501, "UnknownServiceException", text)
        return self._by_moto(service, environ, start)

    def _check(self, environ: Environ, *, presigned: bool) -> None:
        if presigned:
            s3_guard.check_presigned(environ, self.credentials, self.now())
            return
        key = access_key_of(environ)
        if key is None:
            raise SignatureError(
                "AccessDenied", "Access Denied: the request is not signed with AWS4-HMAC-SHA256"
            )
        if key not in {self.credentials.access_key_id, self.own}:
            raise SignatureError(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )

    def _by_moto(self, service: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if "ExecuteStatement" in environ.get("HTTP_X_AMZ_TARGET", ""):
            text = "The local stack does not speak PartiQL"
            return refuse_json(environ, start, 400, "ValidationException", text)
        waiting.present = client_present(environ)
        with ExitStack() as held:
            held.enter_context(self.locks.get(service) or ExitStack())
            held.enter_context(self.journal.unit())
            if service == "s3" and s3_restore.is_asked(environ):
                return self.restores(environ, start)
            file = s3_download.file_of(environ) if service == "s3" else None
            if file is not None:
                return s3_download.download(self.moto, environ, start, file)
            return self.moto(environ, start)

    def _invoke(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        name = unquote(path.removeprefix(INVOCATIONS).removesuffix("/invocations"))
        runtime = self.runtimes.get(name.rpartition(":")[2])
        if environ["REQUEST_METHOD"] != "POST" or not path.endswith("/invocations"):
            text = "The local stack calls functions and does nothing else with them"
            return refuse_json(environ, start, 501, "ServiceException", text)
        if runtime is None:
            text = f"Function not found: {name}"
            return refuse_json(environ, start, 404, "ResourceNotFoundException", text)
        payload = environ["wsgi.input"].read() or b"{}"
        if environ.get("HTTP_X_AMZ_INVOCATION_TYPE") == "Event":
            threading.Thread(target=runtime.invoke, args=(payload,), daemon=True).start()
            return answer(start, 202, b"", "application/json")
        invocation = runtime.invoke(payload)
        headers = {"X_Amz_Executed_Version": "$LATEST"}
        if invocation.failed:
            headers["X_Amz_Function_Error"] = "Unhandled"
        return answer(start, 200, invocation.payload, "application/json", **headers)

    def _send_mail(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != OUTBOUND or environ["REQUEST_METHOD"] != "POST":
            text = "Of SES the local stack knows SendEmail of version 2"
            return refuse_json(environ, start, 501, "BadRequestException", text)
        try:
            request = json.load(io.TextIOWrapper(environ["wsgi.input"], encoding="utf-8"))
            mail_id = self.mailbox.send(request)
        except MailRefusedError as error:
            return refuse_json(environ, start, 400, error.code, str(error))
        return _json(start, {"MessageId": mail_id})

    def _own(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        # A page of another site must not read mail through a name that it made point here.
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        path = environ["PATH_INFO"].removeprefix("/_gas/")
        method = environ["REQUEST_METHOD"]
        if host not in LOCAL_HOSTS or (method != "GET" and (method, path) != ("PUT", "faults")):
            return _json(start, {"error": "ask with GET, by the address of this machine"}, 403)
        if path == "health":
            ready = self.ready.is_set()
            return _json(start, {"ready": ready}, 200 if ready else 503)
        if path == "faults":
            return self._show_faults(environ, start)
        if path == "mail":
            return _json(start, [mail.to_json() for mail in self.mailbox.mails()])
        if path.startswith("mail/") and path.endswith(".eml"):
            mail = self.mailbox.mail(path[len("mail/") : -len(".eml")])
            if mail is not None:
                return answer(start, 200, mail.to_eml(), "message/rfc822")
        return _json(start, {"error": f"there is no {path}"}, 404)

    def _show_faults(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            length = min(int(environ.get("CONTENT_LENGTH") or 0), LONGEST_OWN)
            try:
                wanted = json.loads(environ["wsgi.input"].read(length))
                self.faults.change(wanted if isinstance(wanted, dict) else {"this": wanted})
            except (ValueError, UnknownFaultError) as error:
                return _json(start, {"error": str(error)}, 400)
        return _json(start, self.faults.to_json())


def _json(start: StartResponse, value: Json, status: int = 200) -> Iterable[bytes]:
    return answer(start, status, json.dumps(value).encode(), "application/json")
