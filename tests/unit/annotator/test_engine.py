"""Engines, batches and progress: what happens when the work is stopped or fails."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from annotator.engine import EngineError, VepyrEngine, plain_fasta, read_entries
from annotator.pipeline import Request, annotate
from annotator.reference.bundle import Bundle, demo_folder
from annotator.ticking import Ticker
from tests.unit.annotator.annotated_text import (
    records,
)


def test_stopping_leaves_neither_result_nor_process(demo: Bundle, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    request = Request(demo_folder() / "demo.vcf", tmp_path, (demo,), "demo.vcf")
    with pytest.raises(StoppedError):
        annotate(request, stop)
    assert list(tmp_path.iterdir()) == []


def test_an_error_ends_the_engines_process_at_once(demo: Bundle, tmp_path: Path) -> None:
    engine = VepyrEngine(demo, plain_fasta(demo.fasta, tmp_path))
    with pytest.raises(KeyError), engine:
        raise KeyError
    with pytest.raises(ProcessLookupError):
        os.kill(engine._child.pid, 0)


def test_a_crash_of_the_engine_is_an_error_and_no_hang(demo: Bundle, tmp_path: Path) -> None:
    source = tmp_path / "in.vcf"
    source.write_text(records(("MT", 3308, "T", "C")))
    with VepyrEngine(demo, plain_fasta(demo.fasta, tmp_path)) as engine:
        os.kill(engine._child.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended with code -9"):
            engine.annotate(source, tmp_path / "out.vcf", lambda: None)


def test_input_that_the_engine_refuses_is_an_error(demo: Bundle, tmp_path: Path) -> None:
    with (
        VepyrEngine(demo, plain_fasta(demo.fasta, tmp_path)) as engine,
        pytest.raises(EngineError, match="vepyr failed"),
    ):
        engine.annotate(tmp_path / "absent.vcf", tmp_path / "out.vcf", lambda: None)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["0\tA\tC\t.\t.\tCSQ=x"], "cut short"),
        (["0\tA\tC\t.\t.\tCSQ=x", "2\tA\tC\t.\t.\tCSQ=y"], "do not match"),
        (["0\tA\tC\t.\t.\tCSQ=x", "1\tA\tC\t.\t.\t."], "without an answer"),
    ],
)
def test_an_answer_that_is_not_whole_is_an_error(
    tmp_path: Path, lines: list[str], reason: str
) -> None:
    answer = tmp_path / "out.vcf"
    answer.write_text("#CHROM\n" + "".join(f"20\t5\t{line}\n" for line in lines))
    with pytest.raises(EngineError, match=reason):
        list(read_entries(answer, [2]))


def test_answers_are_read_as_many_at_a_time_as_are_asked_for(tmp_path: Path) -> None:
    answer = tmp_path / "out.vcf"
    answer.write_text("#CHROM\n" + "".join(f"20\t5\t{n}\tA\tC\t.\t.\tCSQ=e{n}\n" for n in range(4)))
    found = [each.to_pylist() for each in read_entries(answer, [0, 1, 0, 3])]
    assert found == [[], [b"e0"], [], [b"e1", b"e2", b"e3"]]


def test_progress_is_told_often_enough_and_not_too_often() -> None:
    told: list[tuple[int, int]] = []
    now = 0.0
    ticker = Ticker(lambda done, total: told.append((done, total)), lambda: now)
    for counted in range(1, 101):
        now = counted / 64
        ticker.counted(counted)
    assert told == [(0, 13), (0, 26), (0, 39), (0, 52), (0, 65), (0, 78), (0, 91)]
    ticker.finished(60)
    ticker.finished(40)
    assert told[-2:] == [(60, 100), (100, 100)]
