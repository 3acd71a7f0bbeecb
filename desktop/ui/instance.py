"""One window a person: a second start raises the first and hands it its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MILLISECONDS = 1000
_LARGEST_MESSAGE = 1024 * 1024


def instance_name(data: Path) -> str:
    """Return the name under which the app that works on the folder *data* listens."""
    return f"gas-desktop-{sha256(str(data.absolute()).encode()).hexdigest()[:16]}"


def hand_over(name: str, files: Sequence[Path]) -> bool:
    """Have the app that listens as *name* come to the front and take *files*.

    Return False if none listens.
    """
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MILLISECONDS):
        return False
    socket.write(json.dumps([str(path) for path in files]).encode() + b"\n")
    sent = socket.waitForBytesWritten(_WAIT_MILLISECONDS)
    socket.disconnectFromServer()
    return bool(sent)


class FirstInstance(QObject):
    """Listens for later starts; only this person's programs can reach it.

    Signals:
        called: there was one; arg: the files that it was started with.
    """

    called = Signal(list)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def listen(self) -> bool:
        """Begin to listen; return whether that worked. What a crash left behind is removed."""
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        return bool(self._server.listen(self._name))

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()

    def _accept(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.setReadBufferSize(_LARGEST_MESSAGE)
            caller.readyRead.connect(lambda caller=caller: self._read(caller))
            caller.disconnected.connect(caller.deleteLater)
            self._read(caller)

    def _read(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            return
        try:
            told = json.loads(bytes(caller.readLine().data()))
        except ValueError:
            caller.abort()
            return
        if isinstance(told, list):
            self.called.emit([Path(path) for path in told if isinstance(path, str)])
