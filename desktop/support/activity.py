"""The app's own log, in memory: what it did lately, without anything that is secret."""

from __future__ import annotations

import logging
import re
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

KEPT = 2000
"""How many entries are kept; older ones are forgotten."""

PACKAGE = "desktop"

# Whatever is said by mistake, these never get into an entry.
_SECRETS = (
    (re.compile(r"(://)[^/\s]+@"), r"\1…@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 …"),
    (re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']+"), r"\1?…"),
    (re.compile(r"(?i)\b(token|secret|password|code|state|signature)=[^\s&]+"), r"\1=…"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "…@…"),
)
# What a folder of results may hold; code, as in the report of a bug, has `.log(` and `.html.`, too.
_ENDINGS = re.compile(
    r"\.(vcf|bcf|bed|bam|sam|cram|fast[aq]|f[aq]|gff3?|gtf|maf|ped|fam|bim|pgen|pvar|psam|tbi|csi"
    r"|bai|crai|[ct]sv|txt|xlsx?|ods|docx?|pdf|parquet|zip|pem|crt|cer|png|jpe?g|svg"
    r"|(report\.)?html(?!\.?\w*\()"
    r"|(annotation\.)?log(?!\.?\w*\()|gz)(\.(b?gz|bz2|xz|zip|tbi|csi|bai|crai|fai|part))*\b",
    re.IGNORECASE,
)
# Names have spaces, colons and quotation marks, too, so nobody knows where one begins.  What is
# before it is kept only up to what the app itself begins a line with, and to where a path, an
# address, or what is wholly in quotation marks begins.
_LEADS = re.compile(r"((item|job|transfer|upload) [\da-f]{4,}|[\w.]*(Error|Exception)):\s")
_PATH = r"\s(?=~?/|[a-z]:[\\/]|\\\\|https?://)"
_BEGINS = {
    mark: re.compile(rf"{_PATH}|(?<!\w){mark}" if mark else _PATH, re.IGNORECASE)
    for mark in ("", "'", '"')
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that the app did.

    Attributes:
        at: when, in UTC.
        level: as the standard library counts them.
        source: which part of the app, as "transfer.upload".
        text: what, on one line.
    """

    at: datetime
    level: int
    source: str
    text: str

    @property
    def line(self) -> str:
        """Return the entry as a line of a text file."""
        name = logging.getLevelName(self.level).lower()
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z  {name:7}  {self.source}  {self.text}"


class Activity(logging.Handler):
    """Keeps the latest records of the app's own loggers; other people's are not heard.

    Records come from any thread; whoever listens is called in that thread.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(logging.DEBUG)
        self._home = str(home)
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._guard = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self.count = 0

    def begin(self) -> None:
        """Hear what the app logs from now on."""
        logger = logging.getLogger(PACKAGE)
        logger.addHandler(self)
        logger.setLevel(logging.DEBUG)
        # Nothing goes to the terminal: who starts the app from there wants no log.
        logger.propagate = False

    def end(self) -> None:
        """Hear nothing any more."""
        logger = logging.getLogger(PACKAGE)
        logger.removeHandler(self)
        logger.propagate = True
        logger.setLevel(logging.NOTSET)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call *listener* after each new entry."""
        self._listeners.append(listener)

    def entries(self) -> list[Entry]:
        """Return what is kept, the oldest first."""
        with self._guard:
            return list(self._entries)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {described(record.exc_info[1])}"
        entry = Entry(
            datetime.fromtimestamp(record.created, UTC),
            record.levelno,
            record.name.removeprefix(f"{PACKAGE}."),
            redacted(text, self._home),
        )
        with self._guard:
            self._entries.append(entry)
            self.count += 1
        for listener in self._listeners:
            listener()


def redacted(text: str, home: str) -> str:
    """Return *text* on one line, without tokens, queries of addresses, mail addresses, files.

    Files are known by their endings: those of kinds that the app has nothing to do with stay, as
    does the name of a folder outside of *home* where no such file of it is named.
    """
    text = text.replace(home, "~") if len(home) > 1 else text
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return " ".join(_without_files(text).split())


def _without_files(text: str) -> str:
    """Return *text* with nothing of the names of files but their endings."""
    kept: list[str] = []
    at = 0
    for ending in _ENDINGS.finditer(text):
        kept += [text[at : _begin(text, at, ending)], "…", ending[0]]
        at = ending.end()
    return "".join([*kept, text[at:]])


def _begin(text: str, at: int, ending: re.Match[str]) -> int:
    """Return where after *at* the name with *ending* begins; too early rather than too late."""
    at = max(at, text.rfind("\n", at, ending.start()) + 1)
    if lead := _LEADS.match(text, at, ending.start()):
        at = lead.end()
    after = text[ending.end() : ending.end() + 1]
    begins = _BEGINS.get(after, _BEGINS[""]).search(text, at, ending.start())
    return begins.end() if begins else at


def described(error: BaseException) -> str:
    """Return type and place of *error*; its message may quote what is nobody else's."""
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return " < ".join([type(error).__qualname__, *reversed(list(places))])
