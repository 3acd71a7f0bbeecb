"""Transfers that nobody ever made: plainly synthetic, for pictures of the screens."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from desktop.errors import OfflineError, QuotaReachedError
from desktop.ports import FileKind
from desktop.sentences import Words, said
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Hold, Incoming, Item, Outgoing, State
from desktop.transfer.packing import Packing
from desktop.transfer.queue import waiting_reason
from desktop.ui.error_words import said_of_limit
from desktop.ui.language import tr
from desktop.ui.models.transfer_row import TransferRow
from desktop.ui.views.transfers import TransfersPage

_MB = 1000**2
_FOLDER, _SAVED = Path("/samples/run_7"), Path("/home/sample/Downloads")
_JOB = "0" * 32
_PACKINGS = {"gz": Packing.BGZIP, "vcf": Packing.PLAIN, "bcf": Packing.BCF}


def sample_rows() -> list[TransferRow]:
    """Return a transfer in each state."""
    faulty = FileCheck(9_400, Packing.PLAIN, "4.2", 1, "GRCh38", records=3)
    return [
        _row("genome.vcf.gz", 1100, State.RUNNING, "uploading", 412, rate=38.0),
        _row("exome.vcf.gz", 86, State.RUNNING, "preparing", 31, rate=410.0),
        _row("trio.vcf.gz", 210, State.RETRYING, "uploading", 96, reason=_OFFLINE),
        _row("chr20.vcf.gz", 44, State.PAUSED, "uploading", 12),
        _row("chr21.bcf", 38, State.WAITING),
        TransferRow(_item("unseen.vcf", Outgoing(_FOLDER / "sample_unseen.vcf"), State.CHECKING)),
        TransferRow(
            _item(
                "broken.vcf",
                Outgoing(_FOLDER / "sample_broken.vcf", faulty),
                State.HELD,
                said(
                    "Line {number} has {found} columns; VCF needs at least 8.", number=12, found=7
                ),
                Hold.FAULT,
            )
        ),
        _row("cohort.vcf.gz", 910, State.HELD, reason=said_of_limit(_LARGE), hold=Hold.PLAN),
        _row("panel_b.vcf", 2, State.FAILED, reason=said("The file store refuses the file.")),
        _saved("sample_panel_a.annotated.vcf.gz", FileKind.RESULT, 61),
        _saved("sample_panel_a.report.html", FileKind.REPORT, 1),
        _row("panel_a.vcf", 3, State.DONE),
    ]


def show_sample(page: TransfersPage) -> None:
    """Show the sample's transfers on *page*."""
    rows = {row.item.id: row for row in sample_rows()}
    items = [row.item for row in rows.values()]
    page.model.row_of = lambda item: rows[item.id]
    page.model.set_items(items)
    left = tr("{time} left").format(time="24 s")
    page.show_counts(Counter(item.state for item in items), f"38 MB/s · {left}")
    page.table.selectRow(0)


_OFFLINE = waiting_reason(OfflineError())
_LARGE = QuotaReachedError(None, limit=153_600, upgrade_url=None)


def _row(
    name: str,
    size: float,
    state: State,
    step: str = "",
    done: float = 0,
    *,
    rate: float | None = None,
    reason: Words = "",
    hold: Hold | None = None,
) -> TransferRow:
    """Return the row of an upload; sizes are in MB."""
    packing = _PACKINGS[name.rpartition(".")[2]]
    total = round(size * _MB)
    check = FileCheck(total, packing, "4.2", 3, "GRCh38", records=20_000)
    item = _item(name, Outgoing(_FOLDER / name, check), state, reason, hold)
    speed = None if rate is None else rate * _MB
    return TransferRow(item, step, round(done * _MB), total if step else 0, speed, wait=4.0)


def _saved(name: str, kind: FileKind, size: float) -> TransferRow:
    work = Incoming(_JOB, kind, _SAVED, saved=_SAVED / name)
    total = round(size * _MB)
    return TransferRow(Item(name, name, work, State.DONE), "downloading", total, total)


def _item(
    name: str, work: Outgoing, state: State, reason: Words = "", hold: Hold | None = None
) -> Item:
    return Item(name, f"sample_{name}", work, state, reason, hold)
