"""`gas-desktop --selftest`: the app shows on a local stack that it is whole.

It opens the window, signs in at the stand-in's page without a browser, uploads the sample file,
sees it completed and ends.  Nothing of the person's is touched: what the app remembers is in a
temporary folder.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import re
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from uuid import uuid4

import httpx2

from backend.assets import asset
from backend.wire import JobStatus, JobView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from desktop.ui.views.main_window import MainWindow

LIMIT_SECONDS = 180.0
"""How long the whole test may take; after that every thread's place is printed and it ends."""

GRACE_SECONDS = 5.0
"""How long that may take; then the process ends all the same, whatever native code hangs in."""

STEP_SECONDS = 60.0
"""How long a step may take."""

LOCAL_PAGE = "LOCAL TEST LOGIN"
"""What only the stand-in's sign-in page says."""

Say = Callable[[str], None]

_LOOK_SECONDS = 0.05
_KEYRINGS = {
    "linux": "keyring.backends.SecretService",
    "darwin": "keyring.backends.macOS",
    "win32": "keyring.backends.Windows",
}
_FIRST_PERSON = re.compile(r'name="username" value="([^"]+)"')
_ENDED = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})


class SelfTestError(Exception):
    """The app did not do what it is for; the message says what."""


class SelfTest:
    """One run; its methods are what `desktop.app.run` calls.

    Args:
        sample: the file to upload.
        say: is told each step that is done.

    Attributes:
        failure: what went wrong; None once the test has passed.
    """

    def __init__(self, sample: Path, say: Say) -> None:
        self.failure: str | None = "The window was closed before the test had ended."
        self._sample, self._say = sample, say
        self._lines = _count_records(sample)
        self._work: asyncio.Task[None] | None = None
        self._trouble: list[str] = []

    def paint(self) -> None:
        """Say that the window is painted."""
        self._say("painted")

    def open_url(self, url: str) -> bool:
        """Go to *url* as a browser would, in a thread, and sign in as the first person there."""
        threading.Thread(target=self._browse, args=(url,), daemon=True).start()
        return True

    def begin(self, window: MainWindow) -> None:
        """Use *window*, and close it at the end; its loop must be running."""
        report_bugs(self._trouble.append)
        self._work = asyncio.get_running_loop().create_task(self._do(window))

    async def _do(self, window: MainWindow) -> None:
        try:
            await self._use(window)
        except SelfTestError as error:
            self.failure = _with_words(str(error), window)
        except Exception:  # noqa: BLE001 - whatever it is, the test has failed and must say so
            self.failure = traceback.format_exc()
        else:
            self.failure = None
        window.close()

    async def _use(self, window: MainWindow) -> None:
        import_module(_KEYRINGS[sys.platform])
        page = window.sign_in
        await self._until(page.sign_in.isVisible, "the sign-in was not offered")
        page.sign_in.click()
        await self._until(lambda: window.is_signed_in, "nobody was signed in")
        self._say("signed in")
        window.files_dropped.emit([self._sample])
        await self._until(lambda: self._job(window), f"{self._sample.name} was not uploaded")
        self._say("uploaded")
        await self._until(lambda: self._ended(window), f"{self._sample.name} was not annotated")
        self._say(self._judge(self._ended(window)))

    async def _until(self, truth: Callable[[], object], otherwise: str) -> None:
        try:
            async with asyncio.timeout(STEP_SECONDS):
                while not truth():
                    if self._trouble:
                        raise SelfTestError(self._trouble[0])
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise SelfTestError(f"After {STEP_SECONDS:.0f} s {otherwise}.") from None

    def _job(self, window: MainWindow) -> JobView | None:
        """Return the job of the sample, whose name nothing else has, once it is submitted."""
        named = (job for job in window.model.book if job.name == self._sample.name)
        return next((job for job in named if job.status is not JobStatus.AWAITING_UPLOAD), None)

    def _ended(self, window: MainWindow) -> JobView | None:
        job = self._job(window)
        return job if job is not None and job.status in _ENDED else None

    def _judge(self, job: JobView | None) -> str:
        """Say what came out.

        Raises:
            SelfTestError: it is not what should have.
        """
        if job is None or job.status is not JobStatus.COMPLETED or job.counts is None:
            reason = job.failure if job else None
            raise SelfTestError(f"The job is not completed: {reason or 'no reason was given'}")
        if job.counts.variants_out != self._lines:
            raise SelfTestError(
                f"{job.counts.variants_out} of {self._lines} records came back annotated."
            )
        return f"completed: {job.counts.variants_out} records"

    def _browse(self, url: str) -> None:
        try:
            _sign_in_as_first(url)
        except (SelfTestError, httpx2.HTTPError) as error:
            self._trouble.append(f"The sign-in page: {error}")


def run_selftest(server: str) -> int:
    """Do the main job on the local stack at *server*; say each step; return 0 if all is well."""
    from desktop.app import run
    from desktop.settings import Settings

    with tempfile.TemporaryDirectory(prefix="gas-selftest-") as folder, watchdog(Path(folder)):
        sample = Path(folder) / f"selftest-{uuid4().hex[:12]}.vcf"
        shutil.copyfile(asset("demo/demo.vcf"), sample)
        test = SelfTest(sample, _print)
        settings = Settings.read({}, Path(folder), server)
        run(settings, open_url=test.open_url, painted=test.paint, ready=test.begin)
    if test.failure is not None:
        _print(f"FAILED: {test.failure}")
    return 0 if test.failure is None else 1


def report_bugs(told: Callable[[str], object]) -> None:
    """Have every bug that would only be shown to a person *told*; the loop must be running."""
    shown = sys.excepthook

    def from_slot(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        told("".join(traceback.format_exception(error)))
        shown(kind, error, trace)

    def from_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        told("".join(traceback.format_exception(error) if error else [context["message"]]))

    sys.excepthook = from_slot
    asyncio.get_running_loop().set_exception_handler(from_loop)


def first_person(page: str) -> str | None:
    """Return whom the stand-in's page offers first; None if *page* is not the stand-in's."""
    found = _FIRST_PERSON.search(page)
    return unescape(found[1]) if found and LOCAL_PAGE in page else None


def _sign_in_as_first(url: str) -> None:
    """Choose the first person on the stand-in's page.

    Raises:
        SelfTestError: it is not the stand-in's page.
    """
    with httpx2.Client(follow_redirects=True, timeout=STEP_SECONDS) as browser:
        person = first_person(browser.get(url).raise_for_status().text)
        if person is None:
            raise SelfTestError("it is not that of a local stack; start one by `gas local up`.")
        browser.post(url, data={"username": person}).raise_for_status()


def _with_words(failure: str, window: MainWindow) -> str:
    """Add what the window says, which is often the reason."""
    said = [window.sign_in.problem.text(), *window.toasts.texts]
    words = "; ".join(text for text in said if text)
    return f"{failure} The window says: {words}" if words else failure


def _count_records(vcf: Path) -> int:
    with vcf.open("rb") as lines:
        return sum(not line.startswith(b"#") for line in lines)


@contextmanager
def watchdog(folder: Path, limit: float = LIMIT_SECONDS) -> Iterator[None]:
    """End the process with exit code 1 if the block takes too long, whatever it hangs in.

    Args:
        folder: is removed before, if Python still has its turn by then.
        limit: in seconds.
    """
    with Path(os.devnull).open("w") as nowhere:
        # A program without a console has no standard error.
        told = sys.stderr or nowhere
        faulthandler.dump_traceback_later(limit + GRACE_SECONDS, exit=True, file=told)
        timer = threading.Timer(limit, _give_up, (folder, told))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            faulthandler.cancel_dump_traceback_later()


def _give_up(folder: Path, told: TextIO) -> None:
    """Print every thread's place, remove *folder* and end the process."""
    faulthandler.dump_traceback(told)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _print(line: str) -> None:
    if sys.stdout is not None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
