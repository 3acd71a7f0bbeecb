"""What is said to people, in the language in use."""

from __future__ import annotations

import logging
from string import Formatter
from typing import Any

from typing_extensions import override

from desktop.errors import DesktopError, QuotaReachedError, gist
from desktop.sentences import Sentence, Words, quoted, said
from desktop.ui.language import tr
from desktop.ui.service_words import recognized
from desktop.ui.wording import limit_text, number_text

_log = logging.getLogger(__name__)


class _Filler(Formatter):
    """Puts values into a template as the language in use writes them."""

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Sentence):
            return in_words(value)
        if format_spec == "," and isinstance(value, int):
            return number_text(value)
        return str(super().format_field(value, format_spec))


_FILLER = _Filler()


def in_words(words: Words) -> str:
    """Return *words* in the language in use, in English where it has none for them."""
    if isinstance(words, str):
        words = quoted(words)
    if not words.values:
        return _whole(words)
    return _FILLER.vformat(tr(words.template), (), dict(words.values))


def _whole(words: Sentence) -> str:
    """Return words without values: those of the app, or what somebody else said."""
    text = words.template
    translated = tr(text) if text else ""
    if translated != text:
        return translated
    if found := recognized(text):
        return in_words(found) if found.values else text
    otherwise = tr(words.otherwise) if words.otherwise else ""
    return text if otherwise == words.otherwise else otherwise


def error_words(error: DesktopError) -> tuple[str, str]:
    """Return title and sentence of *error*, for the window; that they were asked for is logged."""
    _log.warning("words asked for: %s", gist(error))
    return tr(error.title), in_words(error.words)


def said_of_limit(error: QuotaReachedError) -> Sentence:
    """Return what the plan takes instead of the file that *error* is about."""
    if error.limit is None:
        return error.words
    return said("Your plan takes files of up to {size}.", size=limit_text(error.limit))


def limit_words(error: QuotaReachedError) -> str:
    """Return what the plan takes, as `said_of_limit` says it, in the language in use."""
    return in_words(said_of_limit(error))
