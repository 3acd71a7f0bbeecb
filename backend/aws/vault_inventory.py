"""The list of what is in a vault, which may be too long for the memory.

Source: "Get Job Output (GET output)", Amazon S3 Glacier Developer Guide.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from backend.domain.errors import UnavailableError

# Nothing that stands before the list of archives is named so.
_LIST = re.compile(r'"ArchiveList"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def entries(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield each archive of an inventory in JSON, a chunk of it in memory at a time.

    Raises:
        UnavailableError: the inventory ended midway.
    """
    texts = codecs.iterdecode(chunks, "utf-8")
    text = _list(texts)
    while True:
        found, rest = _entries(text)
        yield from found
        if rest.startswith("]"):
            return
        more = next(texts, None)
        if more is None:
            raise UnavailableError("The vault's inventory ended midway.")
        text = rest + more


def _list(texts: Iterator[str]) -> str:
    """Return what follows the beginning of the list, as far as it was read."""
    text = ""
    for more in texts:
        text += more
        if begin := _LIST.search(text):
            return text[begin.end() :]
    raise UnavailableError("The vault's inventory has no list of archives.")


def _entries(text: str) -> tuple[list[dict[str, Any]], str]:
    """Return the archives that stand whole in *text*, and what is left of it."""
    decoder, found, at = json.JSONDecoder(), [], _after_blanks(text, 0)
    while text.startswith("{", at):
        try:
            entry, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            break
        found.append(entry)
        at = _after_blanks(text, at)
    return found, text[at:]


def _after_blanks(text: str, at: int) -> int:
    blanks = _BETWEEN.match(text, at)
    assert blanks is not None  # noqa: S101 - it matches nothing, too
    return blanks.end()
