"""One window a person: a second start raises the first and hands it its files."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QMessageBox

from desktop.sentences import reason_of
from desktop.ui.error_words import in_words
from desktop.ui.language import tr

LOCK = "app.lock"
_WAIT_MILLISECONDS = 1000
_WAITS_MILLISECONDS = (1000,) * 10
# More than a command line can hold.
_LARGEST_MESSAGE = 16 * 1024 * 1024
_TAKEN = b"\n"
_log = logging.getLogger(__name__)


class Start(StrEnum):
    """What became of a start."""

    FIRST = "first"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"


def instance_name(data: Path) -> str:
    """Return the name under which the app that works on the folder *data* listens."""
    return f"gas-desktop-{sha256(str(data.resolve()).encode()).hexdigest()[:16]}"


def hand_over(name: str, files: Sequence[Path], wait: int = _WAIT_MILLISECONDS) -> bool:
    """Have the app that listens as *name* come to the front and take *files*.

    Return False if none listens, or if it ended before it took them.  One that has them and does
    not answer within *wait* milliseconds is busy.
    """
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MILLISECONDS):
        return False
    socket.write(json.dumps([str(path) for path in files]).encode() + b"\n")
    while socket.bytesToWrite():
        if not socket.waitForBytesWritten(_WAIT_MILLISECONDS):
            return False
    taken = socket.waitForReadyRead(wait)
    lives = socket.state() is QLocalSocket.LocalSocketState.ConnectedState
    socket.disconnectFromServer()
    return bool(taken or lives)


def tell_refused(title: str, data: Path, error: OSError | None = None) -> None:
    """Say why the app does not start on the folder *data*, and wait until somebody has read it.

    Args:
        title: of the window that says it.
        data: the folder.
        error: why it cannot be made; None if it is there.
    """
    QMessageBox.critical(None, title, _no_folder(data, error) if error else _no_answer(data))


def _no_answer(data: Path) -> str:
    text = tr(
        "The app runs already but does not answer, or its folder cannot be written to. End it, or "
        "restart the computer. If nothing helps, delete {file}."
    )
    return text.format(file=data / LOCK)


def _no_folder(data: Path, error: OSError) -> str:
    text = tr(
        "The app needs the folder {folder}, which cannot be made: {reason}. See to it that it can, "
        "or set GAS_DESKTOP_DATA to a folder that you may write to."
    )
    return text.format(folder=data, reason=in_words(reason_of(error)))


class FirstInstance(QObject):
    """The one app that works on a folder; it listens for later starts.

    A lock in the folder decides which one that is, for a name can be taken twice.  Only this
    person's programs can reach it.

    Attributes:
        error: why the folder cannot be made, where `begin` was refused for that.

    Signals:
        called: there was a later start; arg: the files that it was started with.
    """

    called = Signal(list)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.error: OSError | None = None
        self._data, self._name = data, instance_name(data)
        self._lock = QLockFile(str(data / LOCK))
        # An app runs for days: its lock is void when its process is gone, however old it is.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def begin(self, files: Sequence[Path], waits: Sequence[int] = _WAITS_MILLISECONDS) -> Start:
        """Become the first, or hand *files* to the one that is.

        One that is just beginning or ending does not answer: it is waited for, milliseconds at a
        time, as *waits* says.
        """
        try:
            for wait in (0, *waits):
                if self.listen(wait):
                    return Start.FIRST
                if hand_over(self._name, files):
                    return Start.HANDED_OVER
        except OSError as error:
            self.error = error
        return Start.REFUSED

    def listen(self, wait: int = 0) -> bool:
        """Become the first and listen; return False if another one is, after *wait* milliseconds.

        What a crash left behind is removed.

        Raises:
            OSError: the folder cannot be made.
        """
        self._data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._lock.tryLock(wait):
            return False
        # Whoever has the lock is alone, so that the name is nobody's who lives.
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            _log.warning("later starts are not heard: %s", self._server.errorString())
        return True

    def stop_listening(self) -> None:
        """Take no more files; a later start waits until this one has let go of the folder."""
        self._server.close()

    def close(self) -> None:
        """Listen no longer, and let go of the folder."""
        self._server.close()
        self._lock.unlock()

    def _accept(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.setReadBufferSize(_LARGEST_MESSAGE)
            # A function that held the socket would bring it down with the server, and Qt with it.
            caller.readyRead.connect(self._read_next)
            caller.disconnected.connect(caller.deleteLater)
            self._read(caller)

    def _read_next(self) -> None:
        if isinstance(caller := self.sender(), QLocalSocket):
            self._read(caller)

    def _read(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            return
        try:
            told = json.loads(bytes(caller.readLine().data()))
        except ValueError:
            caller.abort()
            return
        caller.write(_TAKEN)
        caller.flush()
        if isinstance(told, list):
            self.called.emit([Path(path) for path in told if isinstance(path, str)])
