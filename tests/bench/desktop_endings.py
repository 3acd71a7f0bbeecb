"""The app killed and quit in the middle of its uploads; a part of ``gas bench desktop``."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import override

from backend.api.dependencies import Api
from backend.domain.plans import Plans
from backend.wire import MIN_PART_BYTES
from desktop.services import JOURNAL
from desktop.transfer.queue import AT_ONCE
from tests.bench import machine
from tests.bench.desktop_keyring import RESOURCE_SERVER, SCOPE
from tests.bench.desktop_window import app_environ
from tests.desktop.http_service import VCF, HttpService, serving
from tests.fakes.service import FakeService
from tests.fakes.sign_in import FakeIntrospector
from tests.stack import until

TRANSFERS = 4
MOST_SENT_AGAIN = 0
MOST_QUIT_SECONDS = 2.0

_ROOT = Path(__file__).parents[2]
_MIB = 1024**2
_PATIENCE = 60.0
# So slow, and so few at once, that parts are still on their way when the app is killed.
_SLOW = {"bandwidth": MIN_PART_BYTES, "parallel_parts": 2}
_Result = TypeVar("_Result")
_METHOD = {
    "app": "`python -m desktop` off the screen, with files to send as its arguments, signed in at "
    "the real API over fakes on the same machine.",
    "kills": "SIGKILL once so many parts are in the app's journal, while others are on their way; "
    "then the app is started again and sends the rest. Counted are the parts that were in the "
    "journal, and those of them that the file store got again.",
    "quits": f"Of {TRANSFERS} files in the queue as many are on their way as the app sends at "
    f"once, which are {AT_ONCE}, to a file store that takes connections and reads nothing. From "
    "SIGTERM, which ends the app as closing the window does, to the end of the process, in "
    "seconds.",
}


@dataclass(frozen=True, slots=True)
class Size:
    """What to do.

    Attributes:
        parts: of the file that is sent when the app is killed.
        kills: after how many parts it is, each time.
        quits: how many times it is quit.
    """

    parts: int = 8
    kills: tuple[int, ...] = (1, 3, 5)
    quits: int = 5


@dataclass(frozen=True, slots=True)
class Kill:
    """What became of an upload whose app was killed.

    Attributes:
        acknowledged: the parts that were in the journal.
        again: how many of them were sent again.
    """

    acknowledged: int
    again: int


def run(size: Size, say: Callable[[str], None]) -> dict[str, object]:
    """Measure; return the report as values of JSON.  *say* is told what is going on."""
    before = machine.describe()
    say(f"{len(size.kills)} kills, {size.quits} quits …")
    kills = [_in_folder(lambda folder, n=n: kill(folder, size.parts, n)) for n in size.kills]
    quits = [_in_folder(quit_app) for _ in range(size.quits)]
    return report(kills, quits, before)


def report(
    kills: Sequence[Kill], quits: Sequence[float], where: dict[str, object]
) -> dict[str, object]:
    """Return the whole report.

    Args:
        kills: what became of each upload.
        quits: seconds.
        where: the machine.
    """
    again, longest = sum(each.again for each in kills), max(quits)
    return {
        "benchmark": "desktop endings",
        "sent_again": again,
        "sent_again_met": again <= MOST_SENT_AGAIN,
        "quit_max": round(longest, 2),
        "quit_met": longest <= MOST_QUIT_SECONDS,
        "kills": [[each.acknowledged, each.again] for each in kills],
        "quits": [round(each, 2) for each in quits],
        "machine": where,
        "method": _METHOD,
    }


def verdicts(made: dict[str, Any]) -> Iterator[str]:
    """Yield a line of each target in a report: whether it is met."""
    taken = sum(acknowledged for acknowledged, _again in made["kills"])
    yield (
        f"kill -9: {made['sent_again']} of {taken} acknowledged parts sent again, at most "
        f"{MOST_SENT_AGAIN}: {_verdict(met=made['sent_again_met'])}"
    )
    yield (
        f"quit with {TRANSFERS} transfers: {made['quit_max']:g} s, at most "
        f"{MOST_QUIT_SECONDS:g} s: {_verdict(met=made['quit_met'])}"
    )


def kill(folder: Path, parts: int, after: int) -> Kill:
    """Kill the app once *after* parts of a file are taken, and let it finish at its next start."""
    (path,) = _files(folder, 1, parts * MIN_PART_BYTES)
    data = folder / "data"
    data.mkdir()
    settings = data / "settings.json"
    settings.write_text(json.dumps(_SLOW), "utf-8")
    with _serving() as service:
        with _app(folder, service, path) as app:
            until(lambda: len(_taken(data)) >= after, f"{after} parts", _PATIENCE)
            app.kill()
            app.wait()
        taken = _taken(data)
        if len(taken) == parts:
            raise RuntimeError("All parts were taken before the app was killed.")
        service.parts.clear()
        settings.unlink()
        with _app(folder, service):
            until(lambda: service.fakes.inputs.objects, "the whole file", _PATIENCE)
        return Kill(len(taken), sum(number in taken for _key, number in service.parts))


def quit_app(folder: Path) -> float:
    """Return how many seconds the app takes to end while its files are on their way."""
    paths = _files(folder, TRANSFERS, MIN_PART_BYTES)
    with (
        _serving() as service,
        socket.create_server(("127.0.0.1", 0)) as store,
        ExitStack() as held,
    ):
        store.settimeout(_PATIENCE)
        url = f"http://127.0.0.1:{store.getsockname()[1]}/files/inputs"
        service.fakes.inputs.base_url = url
        with _app(folder, service, *paths) as app:
            for _ in range(AT_ONCE):
                # Each file is one part, and so one connection.
                held.enter_context(store.accept()[0])
            begun = time.perf_counter()
            app.send_signal(signal.SIGTERM)
            code = app.wait(_PATIENCE)
            taken = time.perf_counter() - begun
    if code:
        raise RuntimeError(f"The app ended with {code}.")
    return taken


class _SignedInService(FakeService):
    """Takes what `SignedInKeyring` has for Ada's sign-in."""

    @override
    def api(self) -> Api:
        made = super().api()
        config = made.config.model_copy(
            update={"resource_server": RESOURCE_SERVER, "scope": SCOPE, "client_id": "bench"}
        )
        introspector = FakeIntrospector()
        return replace(
            made, config=config, introspect=lambda _token: introspector.principal("token-of-ada")
        )


@contextmanager
def _serving() -> Iterator[HttpService]:
    with serving(_SignedInService(plans=Plans(free_max_input_bytes=2**40))) as service:
        yield service


@contextmanager
def _app(folder: Path, service: HttpService, *paths: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the app with files to send; end it with the block if it still runs."""
    command = [sys.executable, "-m", "desktop", *map(str, paths)]
    app = subprocess.Popen(command, cwd=_ROOT, env=app_environ(folder, service.url))
    try:
        yield app
    finally:
        app.terminate()
        app.wait()


def _files(folder: Path, count: int, size: int) -> list[Path]:
    """Write files of *size* bytes each: a header and records, of which the last is cut short."""
    record = b"MT\t%d\t.\tA\tG\t.\t.\t.\n"
    paths = [folder / f"genome-{number}.vcf" for number in range(1, count + 1)]
    for path in paths:
        with path.open("wb") as file:
            file.write(VCF)
            # Each part has records of its own, so that no two are the same.
            for number in range(1, -(-size // _MIB) + 1):
                line = record % number
                file.write(line * (_MIB // len(line) + 1))
            file.truncate(size)
    return paths


def _taken(data: Path) -> set[int]:
    """Return the parts that are in the app's journal."""
    journal = data / JOURNAL
    if not journal.exists():
        return set()
    try:
        with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as database:
            return {number for (number,) in database.execute("SELECT number FROM part")}
    except sqlite3.OperationalError:
        # It is just being made.
        return set()


def _in_folder(work: Callable[[Path], _Result]) -> _Result:
    with tempfile.TemporaryDirectory(prefix="gas-bench-") as name:
        return work(Path(name))


def _verdict(*, met: bool) -> str:
    return "met" if met else "missed"
