"""The service: what comes in goes to its route, and what falls due is done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

from backend.local.aws.agenda import Agenda
from backend.local.aws.delays import Delays
from backend.local.aws.durability.journal import Journal
from backend.local.aws.faults import Faults
from backend.local.aws.glacier.archives import Archives
from backend.local.aws.glacier.errors import GlacierError, not_found
from backend.local.aws.glacier.exchange import Answer, Request, refuse, send, text_of
from backend.local.aws.glacier.intake import received
from backend.local.aws.glacier.jobs import Jobs, Publish
from backend.local.aws.glacier.routes import Routes
from backend.local.aws.glacier.store import Store
from backend.local.aws.glacier.uploads import Uploads
from backend.local.aws.glacier.vaults import Vaults
from backend.local.aws.names import ACCOUNT
from backend.local.aws.requests import Environ, StartResponse, raw_path

TIDY_EVERY = timedelta(hours=1)


class Glacier:
    """All vaults of the account; safe to use from any thread.

    Nothing ends and nobody is told before `start`.
    """

    def __init__(
        self,
        journal: Journal,
        folder: Path,
        *,
        delays: Delays,
        faults: Faults,
        publish: Publish,
        now: Callable[[], datetime],
    ) -> None:
        """Serve what *journal* and the files of *folder* hold."""
        self._now = now
        self._lock = threading.RLock()
        self._agenda = Agenda(now)
        self._store = Store(journal, folder)
        self._uploads = Uploads(self._store, self._seconds)
        self._jobs = Jobs(
            self._store,
            self._agenda,
            delays=delays,
            faults=faults,
            publish=publish,
            lock=self._lock,
            now=self._seconds,
        )
        self._routes = Routes(
            self._store,
            Vaults(self._store, self._seconds),
            Archives(self._store, self._seconds),
            self._uploads,
            self._jobs,
        )

    def start(self) -> None:
        """Go on with what an earlier process left, and begin to end jobs."""
        self._store.sweep()
        self._tidy()
        self._jobs.resume()
        self._agenda.start()

    def close(self) -> None:
        """End no more jobs."""
        self._agenda.close()

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one request, whose body was not read yet."""
        try:
            return send(self._answer(environ), start)
        except GlacierError as error:
            return refuse(error, start)

    def _answer(self, environ: Environ) -> Answer:
        account, *steps = [unquote(step) for step in raw_path(environ).strip("/").split("/")]
        form = "/".join("*" if place % 2 else step for place, step in enumerate(steps))
        operation = f"{environ['REQUEST_METHOD']} {form}"
        if account not in {"-", ACCOUNT}:
            raise GlacierError("AccessDeniedException", f"There is no account {account} here")
        if add := self._routes.adding().get(operation):
            with received(environ, self._store.folder) as body, self._lock:
                return add(Request(environ, steps[1::2]), body)
        if (route := self._routes.others().get(operation)) is None:
            raise not_found(f"The local stack's Glacier does not know {operation}")
        request = Request(environ, steps[1::2], text_of(environ))
        with self._lock:
            return route(request)

    def _seconds(self) -> float:
        return self._now().timestamp()

    def _tidy(self) -> None:
        with self._lock:
            self._uploads.abort_idle()
            self._jobs.forget_old()
        self._agenda.enter(self._now() + TIDY_EVERY, self._tidy)
