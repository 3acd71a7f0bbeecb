"""Answers come back to the alleles that were asked for, however the asking is cut up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotator.alleles import Alleles
from annotator.answers import Answerer, NothingKnown
from annotator.bases import Bases
from annotator.engine import plain_fasta
from annotator.joins import Joins
from annotator.mitochondrion import Recoder
from annotator.reference.bundle import Bundle
from tests.unit.annotator.test_stores import columns

GROUPS = ([(3, 1, "A"), (5, 2, "C")], [], [(7, 1, "G")], [(9, 1, "T"), (9, 1, "T"), (9, 1, "A")])
"""Position, bases of REF and ALT of alleles on chromosome 20."""


class Echo:
    """An engine whose only entry for an allele says what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def annotate(self, source: Path, target: Path, tick: Callable[[], None]) -> None:
        """See ``Engine``."""
        tick()
        self.asked += 1
        target.write_text("".join(self._lines(source.read_text())))

    @staticmethod
    def _lines(text: str) -> Iterator[str]:
        for line in text.splitlines(keepends=True):
            if line.startswith("#"):
                yield line
                continue
            position, _, ref, alt = line.split("\t")[1:5]
            entry = f"{alt}|intron_variant|{position}:{len(ref)}" + "|" * 23
            yield line.replace("\t.\n", f"\tCSQ={entry}\n")


@pytest.mark.parametrize("most", [1, 2, 100])
def test_each_group_gets_the_answers_to_its_own_alleles(
    demo: Bundle, tmp_path: Path, most: int
) -> None:
    engine = Echo()
    fasta = plain_fasta(demo.fasta, tmp_path)
    with Joins(demo) as joins:
        answerer = Answerer(
            known=NothingKnown(),
            engine=engine,
            recoder=Recoder(demo),
            joins=joins,
            bases=Bases(fasta),
            contigs=("20",),
            folder=tmp_path,
            most=most,
        )
        tables = list(answerer.answer(map(on_20, GROUPS), lambda: None))
    entries = [table.column("csq").to_pylist() for table in tables]
    said = [[entry.split(b"|")[0:3:2] for entry in listed] for listed in entries]
    assert said == [
        [[alt.encode(), b"%d:%d" % (position, length)] for position, length, alt in group]
        for group in GROUPS
    ]
    assert engine.asked == 1
    assert not list(tmp_path.glob("*.vcf"))


def on_20(group: list[tuple[int, int, str]]) -> Alleles:
    found = columns(group)
    return Alleles("20", found.positions, found.ref_lengths, found.alts)
