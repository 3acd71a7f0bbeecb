"""Transfers on the screen: shown ten times a second at most, and four times while they move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.transfer.items import UNDER_WAY, Item, State
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.removals import Removals
from desktop.ui.error_words import in_words
from desktop.ui.language import lowered, tr
from desktop.ui.models.transfer_row import Deed, TransferRow
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.views.upload_strip import TransferView
from desktop.ui.wording import counted, duration_text, size_text

FLUSH_MILLISECONDS = 100
TICK_MILLISECONDS = 250
_TELL_MILLISECONDS = 300


class TransferDisplay(QObject):
    """Shows the board in the strip and on the page, and brings back what is clicked there."""

    def __init__(self, window: MainWindow, board: TransferBoard, removals: Removals) -> None:
        super().__init__(window)
        self._removals = removals
        self._window, self._board, self._model = window, board, window.transfers.model
        self._strip, self._page = window.annotations.strip, window.transfers
        # The item that the strip shows, and the one that it showed when a button went down.
        self._shown: Item | None = None
        self._meant: Item | None = None
        self._troubles: list[tuple[str, str, str]] = []
        self._flush = _timer(self, FLUSH_MILLISECONDS, self.flush)
        self._tell = _timer(self, _TELL_MILLISECONDS, self._tell_troubles)
        self._tick = QTimer(self, interval=TICK_MILLISECONDS)
        self._tick.timeout.connect(self._refresh)
        self._model.row_of = self._row
        self._connect()
        self.flush()

    def flush(self) -> None:
        """Show the queue as it is now."""
        self._model.set_items(self._board.queue.items)
        self._show_counts()
        self._show_strip()
        moving = self._board.queue.of(State.RUNNING, State.RETRYING)
        if moving and not self._tick.isActive():
            self._tick.start()
        elif not moving:
            self._tick.stop()

    def _connect(self) -> None:
        board, page, strip = self._board, self._page, self._strip
        board.changed.connect(self._flush_soon)
        board.trouble.connect(self._note_trouble)
        self._model.moved.connect(lambda ids, before: board.place(ids, before or None))
        page.deed_wanted.connect(self._do)
        page.all_wanted.connect(self._do_all)
        page.clear_wanted.connect(lambda: board.drop(_ids(board.queue.of(State.DONE))))
        for each in (strip.pause, strip.cancel):
            each.pressed.connect(self._aim)
        strip.pause_clicked.connect(self._pause_meant)
        strip.cancel_clicked.connect(self._cancel_meant)
        strip.more_clicked.connect(lambda: self._window.open_page(Page.TRANSFERS))

    def _do(self, ids: list[str], deed: Deed) -> None:
        board = self._board
        match deed:
            case Deed.PAUSE:
                board.pause(ids)
            case Deed.RESUME:
                board.resume(ids)
            case Deed.RETRY | Deed.ANYWAY:
                board.retry(ids)
            case Deed.UP | Deed.DOWN:
                board.shift(ids, up=deed is Deed.UP)
            case Deed.CANCEL | Deed.REMOVE:
                self._removals.remove(ids)
            case _:
                return

    def _do_all(self, deed: Deed) -> None:
        rows = map(self._row, self._board.queue.items)
        self._do([row.item.id for row in rows if deed in row.deeds], deed)

    def _row(self, item: Item) -> TransferRow:
        progress = self._board.progress(item.id)
        rate = self._board.rate(item.id) if item.state is State.RUNNING else None
        wait = max(0.0, item.due - self._board.now())
        return TransferRow(item, progress.step, progress.done, progress.total, rate, wait)

    def _flush_soon(self) -> None:
        if not self._flush.isActive():
            self._flush.start()

    def _refresh(self) -> None:
        """Show how far everything is that moves."""
        moving = self._board.queue.of(State.RUNNING, State.RETRYING)
        self._model.refresh(_ids(moving))
        self._show_counts()
        self._show_strip()

    def _show_counts(self) -> None:
        items = self._board.queue.items
        rows = [self._row(item) for item in items if item.state in UNDER_WAY]
        self._page.show_counts(Counter(item.state for item in items), pace(rows))

    def _to_show(self) -> Item | None:
        """Return the item for the strip: what moves, else what waits, else what is paused."""
        queue = self._board.queue
        for states in ({State.RUNNING}, UNDER_WAY, {State.PAUSED}):
            if found := queue.of(*states):
                return found[0]
        return None

    def _show_strip(self) -> None:
        self._shown = item = self._to_show()
        stuck = self._board.queue.of(State.HELD, State.FAILED)
        if item is None and stuck:
            self._strip.show_attention(len(stuck), f"{stuck[0].name}. {in_words(stuck[0].reason)}")
        else:
            self._strip.show_transfer(None if item is None else self._view(item))

    def _view(self, item: Item) -> TransferView:
        row = self._row(item)
        unfinished = [other for other in self._board.queue.items if other.state is not State.DONE]
        return TransferView(
            item.name,
            lowered(row.word),
            row.done,
            row.total,
            row.rate,
            waiting=len(unfinished) - 1,
            paused=item.state is State.PAUSED,
            reason=row.reason,
        )

    def _aim(self) -> None:
        # Another one may be shown by the time that the button comes up.
        self._meant = self._shown

    def _pause_meant(self) -> None:
        """Do what the button said, of the item that was shown with it."""
        meant = self._meant
        if meant is not None:
            paused = meant.state is State.PAUSED
            self._do([meant.id], Deed.RESUME if paused else Deed.PAUSE)
        self.flush()

    def _cancel_meant(self) -> None:
        item = self._meant and self._board.queue.get(self._meant.id)
        # What has arrived since is not called off any more.
        if item is not None and item.state is not State.DONE:
            self._do([item.id], Deed.CANCEL)
        self.flush()

    def _note_trouble(self, name: str, title: str, sentence: str) -> None:
        self._troubles.append((name, title, sentence))
        self._tell.start()

    def _tell_troubles(self) -> None:
        """Tell of one trouble in full, of many at once how many they are."""
        troubles, self._troubles = self._troubles, []
        if len(troubles) == 1:
            _, title, sentence = troubles[0]
            self._window.toasts.say(title, sentence, Tone.BAD)
        elif troubles:
            first = troubles[0][0]
            self._window.toasts.say(
                tr("{files} to look at").format(files=counted(len(troubles), "file")),
                tr("{file} and others do not go on by themselves.").format(file=first),
                Tone.BAD,
            )


def pace(rows: list[TransferRow]) -> str:
    """Return how fast everything moves together, and how long it will take: "38 MB/s · 2 min left".

    What is only read here, before it is sent, does not count.
    """
    moving = [row.rate for row in rows if row.rate and row.step != "preparing"]
    if not moving:
        return ""
    rate = sum(moving)
    left = duration_text(sum(row.rest for row in rows) / rate)
    return f"{size_text(rate)}/s · " + tr("{time} left").format(time=left)


def _timer(parent: QObject, milliseconds: int, do: Callable[[], None]) -> QTimer:
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(do)
    return timer


def _ids(items: list[Item]) -> list[str]:
    return [item.id for item in items]
