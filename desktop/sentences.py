"""Sentences for people, whose template and values are kept apart until the language is known.

This module and whoever says something by it know no Qt: a log and the support bundle get English,
the window translates the template and puts the values in (`desktop.ui.error_words.in_words`).
`resources/i18n/update.py` collects what `said` and `later` are called with, so they are only called
with plain literals.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, in English; `str` gives it whole.

    Attributes:
        template: with a place such as ``{name}`` for each value; ``{size:,}`` puts a number in
            groups. Without values it is taken as it is, whatever braces it has.
        values: what belongs in the places, by name.
        otherwise: what is said, and says less, in a language that has no words for the template.
    """

    template: str
    values: tuple[tuple[str, Value], ...] = ()
    otherwise: str = ""

    def __str__(self) -> str:
        """Return the whole sentence in English."""
        if not self.values:
            return self.template
        values = {name: each if isinstance(each, int) else str(each) for name, each in self.values}
        return self.template.format(**values)


Value = str | int | Sentence
Words = Sentence | str
"""What is said; a text is shown as it is, unless the window has words for all of it."""


def later(text: str) -> str:
    """Mark *text* as one that is translated when it is shown."""
    return text


def said(template: str, **values: Value) -> Sentence:
    """Return the sentence of *template*, a plain literal, and *values*."""
    return Sentence(template, tuple(values.items()))


def quoted(words: str, otherwise: str = "") -> Sentence:
    """Return what somebody else said in English, such as the service."""
    return Sentence(words, otherwise=otherwise)


_REASONS = {
    errno.ENOENT: later("No such file or directory"),
    errno.EACCES: later("Permission denied"),
    errno.EPERM: later("Operation not permitted"),
    errno.EEXIST: later("File exists"),
    errno.EISDIR: later("Is a directory"),
    errno.ENOTDIR: later("Not a directory"),
    errno.ENOSPC: later("No space left on device"),
    errno.EDQUOT: later("Disk quota exceeded"),
    errno.EROFS: later("Read-only file system"),
    errno.EIO: later("Input/output error"),
    errno.EBUSY: later("Device or resource busy"),
    errno.EFBIG: later("File too large"),
    errno.ENAMETOOLONG: later("File name too long"),
    errno.EMFILE: later("Too many open files"),
    errno.ETIMEDOUT: later("Connection timed out"),
    errno.ENOTCONN: later("Transport endpoint is not connected"),
    errno.EHOSTDOWN: later("Host is down"),
    errno.ESTALE: later("Stale file handle"),
}


def reason_of(error: OSError) -> Sentence:
    """Return why the system did not do something, as it puts it."""
    if not error.errno:
        return said("unknown reason")
    known = _REASONS.get(error.errno)
    return Sentence(known if known is not None else os.strerror(error.errno))
