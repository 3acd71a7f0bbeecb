"""Structured logs: one event a line, as JSON, with ids as fields.

A message is a fixed name; what varies is in the fields.  No caller passes a file name, a token, a
signed address, a mail address or a line of a VCF.  Control characters are escaped, so no value
can begin a line of its own.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

Field = str | int | float | bool | None

_FIELDS = "gas_fields"
_OUR_PACKAGES = ("annotator", "backend", "desktop", "lambdas")
_bound: ContextVar[dict[str, Field] | None] = ContextVar("bound", default=None)


class JsonLines(logging.Formatter):
    """Writes each record as one line of JSON.

    Args:
        process: what this process is called in the lines.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; of an exception its type and place, never its message."""
        fields: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "event": record.getMessage(),
            "logger": record.name,
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info is not None and record.exc_info[1] is not None:
            fields |= _described(record.exc_info[1])
        return json.dumps(fields, default=str)


def configure(process: str, stream: TextIO | None = None) -> None:
    """Send the log of this process to *stream* (stderr) as JSON lines.

    Other people's packages are heard from warnings upwards: what they say below may hold addresses.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OUR_PACKAGES:
        logging.getLogger(name).setLevel(logging.INFO)


def event(logger: logging.Logger, name: str, **fields: Field) -> None:
    """Log that *name* happened, to what is in *fields*."""
    _log(logger, logging.INFO, name, fields, None)


def failure(logger: logging.Logger, name: str, error: BaseException, **fields: Field) -> None:
    """Log a bug, once, at the door of the process: where *error* rose and of which type it is."""
    _log(logger, logging.ERROR, name, fields, error)


@contextmanager
def bound(**fields: Field) -> Iterator[None]:
    """Add *fields* to every event within, also in threads that are started with the context."""
    token = _bound.set({**(_bound.get() or {}), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def _log(
    logger: logging.Logger,
    level: int,
    name: str,
    fields: dict[str, Field],
    error: BaseException | None,
) -> None:
    extra = {_FIELDS: {**(_bound.get() or {}), **fields}}
    logger.log(level, "%s", name, extra=extra, exc_info=error)


def _described(error: BaseException) -> dict[str, object]:
    """Return type and place of *error*: its message may quote what a user wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__qualname__,
        "cause": type(error.__cause__).__qualname__ if error.__cause__ else None,
        "stack": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
