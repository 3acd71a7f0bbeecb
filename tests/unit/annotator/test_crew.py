"""Several processes give what one gives, and none of them outlives the work."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from annotator.batches import Batch
from annotator.crew import Crew
from annotator.engine import EngineError
from annotator.pipeline import Request, annotate
from annotator.reference.bundle import Bundle, demo_folder
from annotator.tally import Tally
from annotator.work import Task
from backend.domain.errors import RejectedError
from tests.stack import until
from tests.unit.annotator.annotated_text import Run, records

DEMO = demo_folder() / "demo.vcf"


@pytest.mark.parametrize("processes", [2, 3])
def test_the_result_does_not_depend_on_the_number_of_processes(
    annotated: Run, processes: int
) -> None:
    alone = annotated(DEMO, most_records=20)
    together = annotated(DEMO, most_records=20, processes=processes)
    assert together.outcome.result.read_bytes() == alone.outcome.result.read_bytes()
    assert together.outcome.summary == alone.outcome.summary
    assert together.log == alone.log


@pytest.mark.parametrize("most", [1, 7, 100])
def test_the_lines_do_not_depend_on_the_size_of_batches(annotated: Run, most: int) -> None:
    assert annotated(DEMO, most_records=most).lines == annotated(DEMO).lines


def test_a_line_that_is_no_record_is_told_by_whichever_process_meets_it(
    demo: Bundle, tmp_path: Path
) -> None:
    # The bad line lies behind what the survey looks at.
    good = records(*(("MT", 3308, "T", "C") for _ in range(200_000)))
    file = tmp_path / "in.vcf"
    file.write_text(good + "MT\tx\t.\tT\tC\t.\t.\t.\n" + "MT\t3308\t.\tT\tC\t.\t.\t.\n" * 9)
    request = Request(file, tmp_path, (demo,), "in.vcf", processes=2, most_records=50_000)
    with pytest.raises(RejectedError, match="Line 200003: POS is 'x'"):
        annotate(request, lambda done, total: None)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["annotation.log", "in.vcf"]
    assert multiprocessing.active_children() == []


def test_stopping_ends_the_processes(demo: Bundle, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done:
            raise StoppedError

    request = Request(DEMO, tmp_path, (demo,), "in.vcf", processes=2, most_records=20)
    with pytest.raises(StoppedError):
        annotate(request, stop)
    assert list(tmp_path.iterdir()) == []
    assert multiprocessing.active_children() == []


class Dying:
    """Work that kills its own process."""

    def __init__(self, task: Task) -> None:
        del task

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do."""

    def annotate(self, batch: Batch, target: Path, tick: object) -> Tally:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class Refusing:
    """Work that refuses each batch, the first one only after the second."""

    def __init__(self, task: Task) -> None:
        self._second = task.folder.parent / "second"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do."""

    def annotate(self, batch: Batch, target: Path, tick: object) -> Tally:
        if batch.index == 1:
            self._second.touch()
        while not self._second.exists():
            os.sched_yield()
        raise RejectedError(f"Line {batch.line} is no record.")


class Expecting:
    """Work that ends when the batch behind those at work has been read."""

    def __init__(self, task: Task) -> None:
        self._read = task.folder.parent / "read"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do."""

    def annotate(self, batch: Batch, target: Path, tick: object) -> Tally:
        until(self._read.exists, "the batch behind was read")
        return Tally()


def test_the_next_batch_is_read_while_all_processes_are_at_work(
    demo: Bundle, tmp_path: Path
) -> None:
    def batches() -> Iterator[Batch]:
        for index in range(3):
            if index == 2:
                (tmp_path / "read").touch()
            yield Batch(index, index + 1, b"", is_whole=True)

    task = Task(demo, demo.fasta, {}, None, (), 8, tmp_path)  # type: ignore[arg-type]
    with Crew(Expecting, 2) as crew:
        done = list(crew.work(task, batches(), lambda: None, read_ahead=True))
    assert [batch.index for batch, _, _ in done] == [0, 1, 2]


def test_the_first_bad_line_of_the_file_is_told_whichever_is_met_first(
    demo: Bundle, tmp_path: Path
) -> None:
    task = Task(demo, demo.fasta, {}, None, (), 8, tmp_path)  # type: ignore[arg-type]
    batches = [Batch(index, index + 1, b"", is_whole=True) for index in range(2)]
    with pytest.raises(RejectedError, match="Line 1 is"), Crew(Refusing, 2) as crew:
        list(crew.work(task, batches, lambda: None))


def test_a_process_that_dies_is_an_error_and_no_hang(demo: Bundle, tmp_path: Path) -> None:
    task = Task(demo, demo.fasta, {}, None, (), 8, tmp_path)  # type: ignore[arg-type]
    with (
        pytest.raises(EngineError, match="ended with code -9"),
        Crew(Dying, 2) as crew,
    ):
        list(crew.work(task, [Batch(0, 1, b"", is_whole=True)], lambda: None))
