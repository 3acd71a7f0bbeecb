"""The list of transfers: what it says, and that Qt finds no fault with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication

from desktop.ports import FileKind
from desktop.transfer.items import Hold, Incoming, Item, Outgoing, State
from desktop.ui.actions.display import pace
from desktop.ui.models.transfer_row import Deed, TransferRow
from desktop.ui.models.transfers import MIME, TransferColumn, TransfersModel
from desktop.ui.transfer_sample import sample_rows
from desktop.ui.wording import plain_tip

MB = 1000**2
ROLE = Qt.ItemDataRole


def item(name: str, state: State = State.WAITING) -> Item:
    return Item(name, name, Outgoing(Path(f"/{name}")), state)


def names(model: TransfersModel) -> str:
    items = (model.item_at(row) for row in range(model.rowCount()))
    return "".join(each.id for each in items if each is not None)


@pytest.fixture
def model(qapp: QApplication) -> TransfersModel:
    return TransfersModel()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=5),
    st.sampled_from("abcdefgh"),
)
def test_qt_finds_no_fault_while_everything_changes(
    model: TransfersModel, orders: list[list[str]], followed: str
) -> None:
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, fatal)
    model.set_items([item(followed)])
    place = QPersistentModelIndex(model.index(0, 0))
    stays = True
    for round_, order in enumerate(orders):
        states = [State.WAITING, State.RUNNING]
        model.set_items([item(name, states[round_ % 2]) for name in order])
        assert names(model) == "".join(order)
        stays = stays and followed in order
        # A view's selection follows the item, not the row.
        assert place.isValid() is stays
        if stays:
            assert place.row() == order.index(followed)
    assert tester.model() is model
    model.set_items([])


def test_only_what_changed_is_painted_anew(model: TransfersModel) -> None:
    model.set_items([item("a"), item("b"), item("c")])
    told: list[int] = []
    model.dataChanged.connect(lambda first, _last: told.append(first.row()))
    model.set_items([item("a"), item("b", State.RUNNING), item("c")])
    model.refresh(["c"])
    assert told == [1, 2]


def test_rows_say_all_of_a_transfer(model: TransfersModel) -> None:
    rows = {row.item.id: row for row in sample_rows()}
    model.row_of = lambda each: rows[each.id]
    model.set_items([row.item for row in rows.values()])
    spoken = [model.index(row, 0).data(ROLE.AccessibleTextRole) for row in range(model.rowCount())]
    assert spoken[0] == (
        "sample_genome.vcf.gz, Uploading, VCF 4.2 · 3 samples · GRCh38 · bgzip, "
        "412 MB of 1.1 GB, 38 MB/s, 18 s left"
    )
    assert "the app keeps trying. Next try in 4 s." in spoken[2]
    assert spoken[6].startswith("sample_broken.vcf, Needs a look, Line 12 has 7 columns")
    assert all(len(each.split(", ")) > 2 or "unseen" in each for each in spoken)
    cells = [model.index(0, column).data() for column in TransferColumn]
    assert cells == [
        "sample_genome.vcf.gz",
        "Uploading",
        "412 MB of 1.1 GB",
        "38 MB/s",
        "18 s",
        "Pause",
    ]


def test_names_from_elsewhere_are_never_rendered(model: TransfersModel) -> None:
    evil = "<img src=http://127.0.0.1:9/x>.vcf"
    model.set_items([replace(item(evil), reason=evil, state=State.FAILED)])
    for column in (TransferColumn.FILE, TransferColumn.STATUS):
        tip = model.index(0, column).data(ROLE.ToolTipRole)
        assert "<img" not in tip
        assert plain_tip(evil)[40:60] in tip


def test_every_state_offers_what_fits_it() -> None:
    offered = {row.word: row.deeds for row in sample_rows()}
    move = (Deed.UP, Deed.DOWN)
    assert offered == {
        "Uploading": (Deed.PAUSE, *move, Deed.CANCEL),
        "Preparing": (Deed.PAUSE, *move, Deed.CANCEL),
        "Retrying": (Deed.RETRY, Deed.PAUSE, *move, Deed.CANCEL),
        "Paused": (Deed.RESUME, *move, Deed.CANCEL),
        "Waiting": (Deed.PAUSE, *move, Deed.CANCEL),
        "Checking": (Deed.PAUSE, *move, Deed.CANCEL),
        "Needs a look": (Deed.ANYWAY, Deed.REMOVE),
        "Too large": (Deed.UPGRADE, Deed.REMOVE),
        "Failed": (Deed.RETRY, Deed.REMOVE),
        "Saved": (Deed.OPEN, Deed.SHOW_FOLDER, Deed.REMOVE),
        "Sent": (Deed.SHOW_JOB, Deed.REMOVE),
    }
    changed = replace(item("a", State.HELD), hold=Hold.CHANGED)
    assert TransferRow(changed).deeds == (Deed.AGAIN, Deed.RETRY, Deed.REMOVE)
    result = Item("r", "r", Incoming("1", FileKind.RESULT, Path("/d")), State.DONE)
    assert TransferRow(result).deeds == (Deed.VIEW, Deed.SHOW_FOLDER, Deed.REMOVE)


def test_time_left_is_said_only_while_something_moves() -> None:
    running = item("a", State.RUNNING)
    moving = TransferRow(running, "uploading", 20 * MB, 100 * MB, rate=8.0 * MB)
    stalled = TransferRow(running, "uploading", 20 * MB, 100 * MB)
    unknown = TransferRow(running, "downloading", 20 * MB, 0, rate=8.0 * MB)
    assert [(row.speed, row.left) for row in (moving, stalled, unknown)] == [
        ("8.0 MB/s", "10 s"),
        ("", ""),
        ("8.0 MB/s", ""),
    ]
    preparing = TransferRow(running, "preparing", 0, 100 * MB, rate=900.0 * MB)
    assert pace([moving, preparing]) == "8.0 MB/s · 10 s left"
    assert pace([stalled, preparing]) == ""


def test_rows_can_be_dragged_to_another_place_and_out_if_they_are_saved(
    model: TransfersModel, tmp_path: Path
) -> None:
    saved = Incoming("1", FileKind.RESULT, tmp_path, saved=tmp_path / "r.vcf.gz")
    model.set_items([item("a"), item("b"), Item("r", "r", saved, State.DONE)])
    moved = QSignalSpy(model.moved)
    two = model.mimeData([model.index(0, 0), model.index(0, 1), model.index(2, 0)])
    assert [url.toLocalFile() for url in two.urls()] == [str(tmp_path / "r.vcf.gz")]
    one = model.mimeData([model.index(1, 0)])
    assert (one.hasUrls(), one.hasFormat(MIME)) == (False, True)
    action, nowhere = Qt.DropAction.MoveAction, QModelIndex()
    assert not model.dropMimeData(two, action, 1, 0, nowhere)
    assert not model.dropMimeData(one, action, -1, -1, nowhere)
    assert [moved.at(0), moved.at(1)] == [[["a", "r"], "b"], [["b"], ""]]
    assert names(model) == "abr"
