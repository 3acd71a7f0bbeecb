"""What goes to another machine comes back as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from pathlib import Path

import pytest

from annotator.batches import Batch
from annotator.fields import Field
from annotator.keys import Keys
from annotator.order import Order
from annotator.parcels import (
    UnsuitedError,
    pack_batch,
    pack_error,
    pack_recipe,
    pack_tally,
    unpack_batch,
    unpack_error,
    unpack_recipe,
    unpack_tally,
)
from annotator.reference.bundle import Bundle, demo_bundle
from annotator.tally import Tally
from annotator.work import Task

FIELD = Field("clinvar_CLNSIG", "A", "String", "Clinical significance")
KEYS = Keys("GAS_STATUS", "GAS_CSQ", "BCSQ", (FIELD,), (("clinvar_CLNSIG", "GAS_CLNSIG"),))


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(
        bundle=demo_bundle(),
        fasta=tmp_path / "reference.fa",
        aliases={"chr20": "20", "chrM": "MT"},
        keys=KEYS,
        dropped=("CSQ", "ANN"),
        width=11,
        folder=tmp_path,
    )


def test_recipe_is_the_same_elsewhere_but_for_what_each_machine_has(
    task: Task, tmp_path: Path
) -> None:
    there = replace(task.bundle, path=tmp_path / "there")

    def fasta(bundle: Bundle) -> Path:
        return bundle.path / "plain.fa"

    engine, unpacked = unpack_recipe(pack_recipe("csq", task), (there,), fasta, tmp_path / "own")

    assert engine == "csq"
    assert unpacked == replace(
        task, bundle=there, fasta=tmp_path / "there" / "plain.fa", folder=tmp_path / "own"
    )


def test_recipe_says_nothing_of_where_it_was_made(task: Task, tmp_path: Path) -> None:
    elsewhere = replace(task, fasta=tmp_path / "other.fa", folder=tmp_path / "other")

    assert pack_recipe("csq", elsewhere) == pack_recipe("csq", task)
    assert pack_recipe("vepyr", task) != pack_recipe("csq", task)
    assert str(tmp_path) not in pack_recipe("csq", task)


def test_recipe_for_a_bundle_that_is_not_here_is_refused(task: Task) -> None:
    other = replace(task.bundle, hash="0" * 64)

    with pytest.raises(UnsuitedError, match=task.bundle.hash):
        unpack_recipe(pack_recipe("csq", task), (other,), lambda bundle: bundle.fasta, task.folder)


def test_recipe_of_another_version_is_refused(task: Task) -> None:
    packed = pack_recipe("csq", task).replace('"version": "', '"version": "9')

    with pytest.raises(UnsuitedError, match="version"):
        unpack_recipe(packed, (task.bundle,), lambda bundle: bundle.fasta, task.folder)


@pytest.mark.parametrize("text", [b"", b"20\t1\t.\tA\tC\n" * 1000, b'{"a": 1}\n\n'])
def test_batch_is_the_same_elsewhere(tmp_path: Path, text: bytes) -> None:
    batch = Batch(7, 4_000_000, text, is_whole=False)

    assert unpack_batch(pack_batch(batch, tmp_path / "batch")) == batch


def test_counts_are_the_same_elsewhere_and_in_their_order(tmp_path: Path) -> None:
    empty = Tally()
    tally = Tally(**{each.name: filled(getattr(empty, each.name)) for each in fields(Tally)})
    tally.lengths = Counter({-50: 2, 1: 1})
    unpacked = unpack_tally(pack_tally(tally, tmp_path / "tally"))

    assert all(getattr(tally, each.name) != getattr(empty, each.name) for each in fields(Tally))
    assert unpacked == tally
    assert repr(unpacked) == repr(tally)


def filled(empty: object) -> object:
    """Return what a tally holds in place of *empty*: also a zero and keys in no order."""
    if isinstance(empty, Counter):
        return Counter({"MT-ND2&MT-ND1": 2, "chr2": 0, "": 6})
    if isinstance(empty, Order):
        return Order(is_sorted=False, contigs={"chr2": None, "chr10": None}, first=5, last=3)
    return 7


@pytest.mark.parametrize("reason", [None, "Line 3 is “bad”."])
def test_reason_is_the_same_elsewhere(tmp_path: Path, reason: str | None) -> None:
    assert unpack_error(pack_error(reason, tmp_path / "error")) == reason
