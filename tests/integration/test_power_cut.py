"""Everything is killed at once, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.assets import asset
from tests.stack import Person, until

pytestmark = pytest.mark.stack


class LocalUp:
    """`gas local up` as a process."""

    def __init__(self, data: Path) -> None:
        self._data = data
        argv = [sys.executable, "-u", "-m", "backend.cli", "local", "up", "--annotators", "1"]
        argv += ["--data", str(data), "--port", "0", "--retention", "3600"]
        self._process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self._said: list[str] = []
        try:
            self._until("Stop with Ctrl+C")
            self.api_url = self._address("API")
            self.aws_url = self._address("Mailbox")
        except BaseException:
            self.close()
            raise

    def _until(self, wanted: str) -> str:
        """Return the next line with *wanted*, which must come."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append(line)
            if wanted in line:
                return line
        raise AssertionError(f"{wanted!r} was not said, but this: {''.join(self._said)}")

    def _address(self, name: str) -> str:
        """Return the address that is said to be that of *name*, on a line that follows."""
        return re.findall(r"http://[\d.:]+", self._until(f"{name} "))[0]

    def kill_everything(self) -> None:
        """Kill the supervisor, every child and Postgres, as a power cut would."""
        notes = [*self._data.glob("run/*.pid"), self._data / "postgres/data/postmaster.pid"]
        pids = [self._process.pid] + [int(note.read_text().split()[0]) for note in notes]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._end()

    def stop(self) -> int:
        """Ask it to end; return its exit status."""
        self._process.terminate()
        return self._end()

    def close(self) -> None:
        """End it where a test did not come to that."""
        if self._process.poll() is None:
            self.stop()
        elif self._process.stdout is not None:
            self._process.stdout.close()

    def _end(self) -> int:
        status = self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "local"
    for note in (tmp_path / "local" / "run").glob("*.pid"):
        with contextlib.suppress(ProcessLookupError, ValueError):
            os.kill(int(note.read_text()), signal.SIGKILL)


def test_nothing_is_lost_when_everything_is_killed(data: Path) -> None:
    demo = asset("demo/demo.vcf").read_bytes()
    with closing(LocalUp(data)) as first:
        ada = Person.signed_in(first.api_url, first.aws_url)
        account = ada.ask("GET", "/v1/me").json()["id"]
        done = ada.submit(demo, "done.vcf")
        ada.ended(done)
        until(lambda: ada.mails(done), "the mail")
        result = ada.download(done, "result")
        waiting = [ada.submit(demo, f"{n}.vcf") for n in range(3)]
        first.kill_everything()

    with closing(LocalUp(data)) as second:
        assert (second.api_url, second.aws_url) == (first.api_url, first.aws_url)
        # The same session: tokens of before the cut are still good.
        assert ada.ask("GET", "/v1/me").json()["id"] == account
        assert ada.download(done, "result") == result
        for job_id in waiting:
            assert ada.ended(job_id)["status"] == "completed"
            until(lambda job_id=job_id: ada.mails(job_id), "the mail")
        listed = [job["id"] for job in ada.ask("GET", "/v1/jobs").json()["jobs"]]
        assert listed == [*waiting[::-1], done]
        assert [len(ada.mails(job_id)) for job_id in [done, *waiting]] == [1, 1, 1, 1]
        assert second.stop() == 0
    assert not list((data / "run").glob("*.pid"))
