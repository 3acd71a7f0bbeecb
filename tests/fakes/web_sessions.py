"""Sign-ins on the web pages, in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from backend.domain.errors import UnavailableError
from backend.services.web_sessions import WebSession


class FakeWebSessions:
    """The port `WebSessions`.

    Attributes:
        kept: the sessions, by digest.
        extended: how often one was written anew to end later.
        down: whether nothing can be read.
    """

    def __init__(self) -> None:
        self.kept: dict[str, WebSession] = {}
        self.extended = 0
        self.down = False
        self._lock = threading.Lock()

    def put(self, session: WebSession) -> None:
        with self._lock:
            self.kept[session.digest] = session

    def get(self, digest: str) -> WebSession | None:
        if self.down:
            raise UnavailableError("The database does not answer. Try again in a minute.")
        with self._lock:
            return self.kept.get(digest)

    def extend(self, digest: str, expires_at: datetime) -> None:
        with self._lock:
            if digest in self.kept:
                self.kept[digest] = replace(self.kept[digest], expires_at=expires_at)
                self.extended += 1

    def remove(self, digest: str) -> None:
        with self._lock:
            self.kept.pop(digest, None)

    def remove_all(self, account_id: str) -> None:
        self._keep(lambda session: session.account_id != account_id)

    def remove_expired(self, now: datetime) -> None:
        self._keep(lambda session: session.expires_at > now)

    def _keep(self, wanted: Callable[[WebSession], bool]) -> None:
        with self._lock:
            self.kept = {digest: one for digest, one in self.kept.items() if wanted(one)}
