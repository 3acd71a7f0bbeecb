"""The process that csq runs in: its end, and ours."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.child import Child
from annotator.csq.engine import CsqEngine
from annotator.csq.models import gene_models
from annotator.engine import EngineError
from annotator.reference.bundle import Bundle
from tests.unit.annotator.codon import first, quiet, record


def test_what_csq_refuses_is_an_error_that_says_why(demo: Bundle, tmp_path: Path) -> None:
    wrong = record(68354, "C", "G", "0|1")
    with (
        CsqEngine(demo, tmp_path) as csq,
        pytest.raises(EngineError, match="fasta reference does not match"),
    ):
        csq.call([wrong], quiet)
    assert [each.name for each in tmp_path.iterdir()] == ["gene-models"]


def test_an_end_of_the_process_is_an_error_and_no_hang(demo: Bundle, tmp_path: Path) -> None:
    with CsqEngine(demo, tmp_path) as csq:
        csq.call([first("0|1")], quiet)
        assert csq._child is not None
        os.kill(csq._child.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended with code -9"):
            csq.call([first("0|1")], quiet)


@pytest.fixture
def stuck(demo: Bundle, tmp_path: Path) -> list[str]:
    """Arguments of a call that never ends: its input is a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "in.vcf")
    options = ["-f", str(demo.fasta), "-g", str(gene_models(demo, "20", tmp_path)), "-v", "0"]
    return [*options, "-o", str(tmp_path / "out.vcf"), str(tmp_path / "in.vcf")]


def descendants(process: int) -> list[int]:
    """The processes that *process* has started."""
    return [int(each) for each in
            Path(f"/proc/{process}/task/{process}/children").read_text().split()]  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_crash_of_csq_is_an_error_and_the_next_call_goes_on(
    demo: Bundle, tmp_path: Path, stuck: list[str]
) -> None:
    child = Child("bcftools csq", "annotator.csq.process")

    def crash() -> None:
        for each in descendants(child.pid):
            os.kill(each, signal.SIGSEGV)

    with pytest.raises(EngineError, match="ended by signal SIGSEGV"):
        child.ask(stuck, crash)
    (tmp_path / "in.vcf").unlink()
    (tmp_path / "in.vcf").write_text("##fileformat=VCFv4.2\n##contig=<ID=20>\n#CHROM\tPOS\tID\t"
                                     "REF\tALT\tQUAL\tFILTER\tINFO\n")  # fmt: skip
    child.ask(stuck, quiet)
    child.end(at_once=False)
    assert (tmp_path / "out.vcf").read_text().startswith("##fileformat=VCF")


class StoppedError(Exception):
    """The work was called off."""


@pytest.mark.skipif(sys.platform != "linux", reason="waits by pidfd")
def test_stopping_leaves_no_process(stuck: list[str]) -> None:
    child = Child("bcftools csq", "annotator.csq.process")
    watched: list[int] = []

    def stop() -> None:
        watched.extend(os.pidfd_open(each) for each in descendants(child.pid))
        if watched:
            raise StoppedError

    with pytest.raises(StoppedError):
        child.ask(stuck, stop)
    child.end(at_once=True)
    require_ended(watched)


@pytest.mark.skipif(sys.platform != "linux", reason="waits by pidfd")
def test_a_call_whose_server_is_gone_is_ended_as_well(stuck: list[str]) -> None:
    child = Child("bcftools csq", "annotator.csq.process")
    watched: list[int] = []

    def kill() -> None:
        watched.extend(os.pidfd_open(each) for each in descendants(child.pid))
        if watched:
            os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(EngineError, match="ended with code -9"):
        child.ask(stuck, kill)
    child.end(at_once=True)
    require_ended(watched)


PARENT = """
import sys
from annotator.child import Child
child = Child("bcftools csq", "annotator.csq.process")
print(child.pid, flush=True)
child.ask(sys.argv[1:], lambda: print(".", flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="waits by pidfd")
def test_no_process_outlives_the_one_that_started_it(stuck: list[str]) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *stuck], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    working: list[int] = []
    while not working:
        parent.stdout.readline()
        working = descendants(server)
    watched = [os.pidfd_open(each) for each in (server, *working)]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    require_ended(watched)


def require_ended(watched: list[int]) -> None:
    """Fail unless all of the processes end within a minute."""
    assert watched
    for each in watched:
        looking = select.poll()
        looking.register(each, select.POLLIN)
        assert looking.poll(60_000)
        os.close(each)
