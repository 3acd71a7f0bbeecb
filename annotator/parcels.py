"""What goes to another machine and back: tasks, batches and counts as text.

A recipe is a task with its engine. It names the bundle by the hash; whoever takes it uses their own
copy of that bundle and of its sequence. The version of the service goes with it, since only the
same version gives the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from annotator.batches import Batch
from annotator.fields import Field
from annotator.keys import Keys
from annotator.order import Order
from annotator.tally import Tally
from annotator.work import Task
from backend import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from annotator.reference.bundle import Bundle

_OWN = frozenset({"bundle", "fasta", "folder"})
"""What each machine has its own of."""


class UnsuitedError(Exception):
    """This machine cannot follow the recipe; one with its bundle and the same version can."""


def pack_recipe(engine: str, task: Task) -> str:
    """*engine* and *task* as JSON; equal ones give equal text."""
    carried = {each.name: getattr(task, each.name) for each in fields(task)}
    packed = {name: value for name, value in carried.items() if name not in _OWN}
    packed |= {"keys": asdict(task.keys), "bundle": task.bundle.hash}
    recipe = {"version": __version__, "engine": engine, "task": packed}
    return json.dumps(recipe, sort_keys=True)


def unpack_recipe(
    text: str, bundles: Iterable[Bundle], fasta: Callable[[Bundle], Path], folder: Path
) -> tuple[str, Task]:
    """The engine and the task in *text*, for this machine.

    Args:
        text: what ``pack_recipe`` gave.
        bundles: those installed here.
        fasta: gives a bundle's sequence, not compressed.
        folder: the new task's own.

    Raises:
        UnsuitedError: the bundle is not here, or the recipe is another version's.
    """
    recipe: dict[str, Any] = json.loads(text)
    if recipe["version"] != __version__:
        raise UnsuitedError(f"The recipe is version {recipe['version']}'s; this is {__version__}.")
    packed: dict[str, Any] = recipe["task"]
    wanted = packed.pop("bundle")
    bundle = next((each for each in bundles if each.hash == wanted), None)
    if bundle is None:
        raise UnsuitedError(f"Bundle {wanted} is not installed.")
    keys = _keys(packed.pop("keys"))
    rest = {name: _frozen(value) for name, value in packed.items()}
    task = Task(bundle=bundle, fasta=fasta(bundle), folder=folder, keys=keys, **rest)
    return recipe["engine"], task


def _keys(packed: dict[str, Any]) -> Keys:
    """Our INFO keys."""
    packed["fields"] = tuple(Field(**each) for each in packed["fields"])
    packed["renamed"] = tuple((old, new) for old, new in packed["renamed"])
    return Keys(**packed)


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A list as the tuple that it was."""
    return tuple(value) if isinstance(value, list) else value


def pack_batch(batch: Batch, target: Path) -> Path:
    """Write *batch* into the file *target*, compressed by zstd: a line of JSON, then its text."""
    facts = {"index": batch.index, "line": batch.line, "is_whole": batch.is_whole}
    with pa.CompressedOutputStream(str(target), "zstd") as stream:
        stream.write(json.dumps(facts).encode() + b"\n")
        stream.write(batch.text)
    return target


def unpack_batch(source: Path) -> Batch:
    """The batch in a file that ``pack_batch`` wrote."""
    with pa.CompressedInputStream(str(source), "zstd") as stream:
        content: bytes = stream.read()
    facts, _, text = content.partition(b"\n")
    return Batch(text=text, **json.loads(facts))


def pack_tally(tally: Tally, target: Path) -> Path:
    """Write *tally* into the file *target*, with all in the order in which it was counted."""
    packed = {each.name: _counts(getattr(tally, each.name)) for each in fields(tally)}
    target.write_text(json.dumps(packed), "utf-8")
    return target


def _counts(value: object) -> object:
    """A shard of a tally as JSON has it; a counter as pairs, since its keys may be numbers."""
    if isinstance(value, Counter):
        return list(value.items())
    if isinstance(value, Order):
        return {**asdict(value), "contigs": list(value.contigs)}
    return value


def unpack_tally(source: Path) -> Tally:
    """The tally in a file that ``pack_tally`` wrote."""
    empty = Tally()
    packed = json.loads(source.read_text("utf-8"))
    return Tally(**{name: _counted(getattr(empty, name), packed[name]) for name in packed})


def pack_error(reason: str | None, target: Path) -> Path:
    """Write why there is no result into the file *target*; None if it is no fault of the file."""
    target.write_text(json.dumps({"reason": reason}), "utf-8")
    return target


def unpack_error(source: Path) -> str | None:
    """The reason in a file that ``pack_error`` wrote."""
    reason: str | None = json.loads(source.read_text("utf-8"))["reason"]
    return reason


def _counted(empty: object, packed: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The shard of a tally whose *empty* one is given."""
    if isinstance(empty, Counter):
        return Counter(dict(packed))
    if isinstance(empty, Order):
        return Order(**{**packed, "contigs": dict.fromkeys(packed["contigs"])})
    return packed
