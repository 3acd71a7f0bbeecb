"""Lambdas in AWS's own runtime client, one process a function.

The client (`awslambdaric`) asks a Runtime API for work, exactly as on AWS; this module is that
API on a loopback port.  Source: "Using the Lambda runtime API for custom runtimes", AWS Lambda
Developer Guide.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from backend.local.aws.functions import Function
from backend.local.aws.names import HOST, REGION

log = logging.getLogger(__name__)
START_SECONDS = 60.0
INIT = "init"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What became of one call.

    Attributes:
        payload: the answer, or the error as Lambda reports it, in JSON.
    """

    failed: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class _Work:
    id: str
    payload: bytes
    deadline: float


class _Api(BaseHTTPRequestHandler):
    """The Runtime API of one function."""

    protocol_version = "HTTP/1.1"
    runtime: ClassVar[Runtime]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the function's own log says more."""

    def do_GET(self) -> None:
        """Hand out the next call, when there is one."""
        work = self.runtime.next_work()
        if work is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", work.id)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(work.deadline * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", self.runtime.function.arn)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(work.payload)))
        self.end_headers()
        self.wfile.write(work.payload)

    def do_POST(self) -> None:
        """Take the answer or the error of a call, or of the start."""
        payload = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = self.path.split("/")
        work_id = parts[-2] if "invocation" in parts else INIT
        self.runtime.answer(work_id, Invocation(parts[-1] == "error", payload))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Runtime:
    """One function's process: started at the first call, again after it ends; a call at a time."""

    def __init__(self, function: Function, code: Path, logs: Path, more: Mapping[str, str]) -> None:
        self.function = function
        self._code = code
        self._log_file = logs / f"{function.name}.log"
        self._more = more
        self._one_call = threading.Lock()
        self._changed = threading.Condition()
        self._work: _Work | None = None
        self._answers: dict[str, Invocation] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        handler = type("_FunctionApi", (_Api,), {"runtime": self})
        self._server = ThreadingHTTPServer((HOST, 0), handler)
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name=f"lambda-{function.name}",
            daemon=True,
        ).start()  # fmt: skip

    def warm(self) -> None:
        """Start the process ahead of the first call."""
        with self._one_call:
            self._ensure_started()

    def invoke(self, payload: bytes) -> Invocation:
        """Call the function and return what became of it, after its timeout at the latest."""
        with self._one_call:
            self._ensure_started()
            work = _Work(str(uuid.uuid4()), payload, time.time() + self.function.timeout)
            with self._changed:
                self._answers.clear()
                self._work = work
                self._changed.notify_all()
            return self._await(work)

    def next_work(self) -> _Work | None:
        """Return the next call once there is one; None when the stack stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._work is not None or self._closed)
            work, self._work = self._work, None
        if work is None:
            return None
        # The clock of a call starts when the function takes it, as on AWS: not while it starts.
        return _Work(work.id, work.payload, time.time() + self.function.timeout)

    def answer(self, work_id: str, invocation: Invocation) -> None:
        """Take the answer of a call."""
        with self._changed:
            self._answers[work_id] = invocation
            self._changed.notify_all()

    def close(self) -> None:
        """Stop the process and the API."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._stop_process()
        self._server.shutdown()
        self._server.server_close()

    def _await(self, work: _Work) -> Invocation:
        taken_by = time.monotonic() + START_SECONDS
        ends: float | None = None
        with self._changed:
            while True:
                if answer := self._answers.get(work.id) or self._answers.get(INIT):
                    break
                if self._closed or self._process is None or self._process.poll() is not None:
                    answer = self._broken(work, "Runtime.ExitError", "Runtime exited")
                    break
                if ends is None and self._work is None:
                    ends = time.monotonic() + self.function.timeout
                if time.monotonic() >= (ends or taken_by):
                    answer = self._timed_out(work)
                    break
                self._changed.wait(0.1)
            self._work = None
        if answer.failed and work.id not in self._answers:
            self._stop_process()
        return answer

    def _timed_out(self, work: _Work) -> Invocation:
        text = f"Task timed out after {self.function.timeout:.2f} seconds"
        return self._broken(work, "Sandbox.Timedout", text)

    @staticmethod
    def _broken(work: _Work, kind: str, text: str) -> Invocation:
        error = {"errorType": kind, "errorMessage": f"RequestId: {work.id} Error: {text}"}
        return Invocation(failed=True, payload=json.dumps(error).encode())

    def _ensure_started(self) -> None:
        if self._closed or (self._process is not None and self._process.poll() is None):
            return
        with self._log_file.open("ab") as log_file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", self.function.handler],
                cwd=self._code,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
            )
        log.info("started the Lambda %s, process %d", self.function.name, self._process.pid)

    def _environment(self) -> dict[str, str]:
        function = self.function
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {
            **passed_on,
            "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{self._server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "LAMBDA_TASK_ROOT": str(self._code),
            "PYTHONPATH": str(self._code),
            "PYTHONDONTWRITEBYTECODE": "1",
            "_HANDLER": function.handler,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "TZ": ":UTC",
            **self._more,
            **function.environment,
        }

    def _stop_process(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
