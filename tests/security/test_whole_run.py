"""Row 10: after the main job on a real local stack, no log of any process holds what is secret."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from backend.assets import asset
from tests.stack import Person, running_stack, until

pytestmark = pytest.mark.stack

NAME = "patient-Smith-1964.vcf"
KINDS = ("result", "table", "report", "log", "input")


class Heard:
    """What an open event stream said, word for word."""

    def __init__(self, person: Person) -> None:
        self.text = ""
        self._person = person
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()
        assert self._open.wait(30)

    def _listen(self) -> None:
        headers = {"Authorization": self._person.session.authorization_header()}
        url = f"{self._person.api_url}/v1/events"
        try:
            with httpx2.stream("GET", url, headers=headers, timeout=60) as stream:
                self._open.set()
                for piece in stream.iter_text():
                    self.text += piece
        except httpx2.TransportError:
            # The stack was stopped.
            return


def _logs(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.log")):
        yield path.relative_to(folder), path.read_text("utf-8", "replace")


def test_row_10_no_log_and_no_event_of_a_whole_run_holds_a_secret(tmp_path: Path) -> None:
    data = asset("demo/demo.vcf").read_bytes()
    with running_stack(tmp_path, annotators=1) as stack:
        ada = Person.signed_in(stack.api_url, stack.aws_url)
        heard = Heard(ada)
        heard.start()
        job_id = ada.submit(data, NAME)
        assert ada.ended(job_id)["status"] == "completed"
        links = [ada.ask("GET", f"/v1/jobs/{job_id}/{kind}").json()["url"] for kind in KINDS]
        for link in links:
            assert httpx2.get(link).status_code == 200
        until(lambda: ada.mails(job_id), "the mail")
        until(lambda: '"completed"' in heard.text, "the event of completion")
        token = ada.session.authorization_header().removeprefix("Bearer ")
        listed = ada.ask("GET", "/v1/jobs").text + ada.ask("GET", f"/v1/jobs/{job_id}").text
        with httpx2.Client() as client:
            client.get(f"{stack.api_url}/v1/me", headers={"Authorization": f"Bearer {token}x"})
    signatures = re.findall(r"X-Amz-Signature=(\w+)", " ".join(links))
    assert len(signatures) == len(KINDS)
    record = data.splitlines()[-1].decode().split("\t")
    secrets = [*signatures, "X-Amz-", token, "@local.test", NAME, "\t".join(record[:5])]
    logs = dict(_logs(tmp_path))
    assert {"api.log", "utility.log", "annotator-1.log"} <= {path.name for path in logs}
    for path, text in logs.items():
        for secret in secrets:
            assert secret not in text, f"{path} holds {secret[:20]}"
    for text in (heard.text, listed):
        assert NAME in text
        for secret in (*signatures, "X-Amz-", token):
            assert secret not in text
