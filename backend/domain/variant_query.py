"""The query language in which people say which variants they want.

::

    gnomad_AF < 0.01 and (impact = HIGH or hgvsp ~ "Ter")
    symbol in (BRCA1, BRCA2) and not clinvar_CLNSIG ~ benign
    clinvar_CLNSIG is not missing and zygosity_NA12878 = hom

A comparison is a column, a relation and a value: ``=`` and ``!=``, for numbers ``<``, ``<=``, ``>``
and ``>=``, for text ``~`` (contains) and ``!~``; ``in`` and ``not in`` take several values in
parentheses; ``is missing`` and ``is not missing`` ask whether there is a value.  ``not`` binds
more closely than ``and``, ``and`` more closely than ``or``.  Values with spaces or signs stand in
quotation marks, names of columns with them in backticks.  What is missing fits no comparison, also
not ``!=``.

A query is asked of each consequence of a variant by itself, and one that fits is enough: ``not
symbol = BRCA1`` is of variants with a consequence that is not BRCA1's, whatever the others are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from backend.domain.errors import RejectedError
from backend.domain.variant_columns import Column, Columns, Kind
from backend.domain.variant_conditions import (
    NUMBER,
    All,
    AnyOf,
    Compares,
    Condition,
    Contains,
    IsTrue,
    Missing,
    Not,
    OneOf,
    folded,
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>`[^`]+`)
    |(?P<relation><=|>=|!=|!~|[=<>~])
    |(?P<mark>[(),])
    |(?P<word>[^\s()<>=!~,"'`]+)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ORDERS = frozenset({"<", "<=", ">", ">="})
_DEEPEST = 50
_SHOWN = 40


class _Is(StrEnum):
    QUOTED = "quoted"
    NAME = "name"
    RELATION = "relation"
    MARK = "mark"
    WORD = "word"
    END = "end"


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a query; *at* is its 0-based place."""

    kind: _Is
    text: str
    at: int

    def says(self, *words: str) -> bool:
        """Whether it is one of these words or marks, in any case and without quotation marks."""
        return self.kind in {_Is.WORD, _Is.MARK} and self.text.lower() in words


def parse(text: str, columns: Columns) -> Condition:
    """Return the condition that *text* says of a table with these *columns*.

    Raises:
        RejectedError: it says none; the message names the character, counted from 1.
    """
    parser = _Parser(tuple(_tokens(text)), columns)
    condition = parser.either(0)
    parser.require_end()
    return condition


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            what = "a quotation mark that is not closed" if text[at] in "\"'`" else repr(text[at])
            raise _wrong(at, f"there is {what}, which cannot be read.")
        if found.lastgroup != "space":
            yield _token(_Is(found.lastgroup), found[0], at)
        at = found.end()
    yield _Token(_Is.END, "", len(text))


def _token(kind: _Is, text: str, at: int) -> _Token:
    if kind is _Is.QUOTED:
        return _Token(kind, _ESCAPED.sub(r"\1", text[1:-1]), at)
    return _Token(kind, text.strip("`") if kind is _Is.NAME else text, at)


class _Parser:
    """Reads tokens from left to right; each method reads what it is named after."""

    def __init__(self, tokens: tuple[_Token, ...], columns: Columns) -> None:
        self._tokens = tokens
        self._columns = columns
        self._next = 0

    def require_end(self) -> None:
        """Refuse whatever is left."""
        token = self._tokens[self._next]
        if token.kind is not _Is.END:
            raise _wrong(token.at, f"{_shown(token)} follows, where “and” or “or” should.")

    def either(self, depth: int) -> Condition:
        """One or more conditions with ``or`` between them."""
        found = [self._both(depth)]
        while self._accept("or"):
            found.append(self._both(depth))
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _both(self, depth: int) -> Condition:
        found = [self._single(depth)]
        while self._accept("and"):
            found.append(self._single(depth))
        return found[0] if len(found) == 1 else All(tuple(found))

    def _single(self, depth: int) -> Condition:
        token = self._tokens[self._next]
        if depth > _DEEPEST:
            raise _wrong(token.at, f"there is more than {_DEEPEST} deep in parentheses or “not”.")
        if self._accept("not"):
            return Not(self._single(depth + 1))
        if self._accept("("):
            inner = self.either(depth + 1)
            self._require(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        column = self._column()
        token = self._take()
        if token.says("is"):
            negated = self._accept("not")
            self._require("missing")
            return Not(Missing(column.name)) if negated else Missing(column.name)
        if token.says("in"):
            return self._among(column)
        if token.says("not"):
            self._require("in")
            return _present(column, Not(self._among(column)))
        if token.kind is not _Is.RELATION:
            raise _wrong(
                token.at,
                f"{_shown(token)} follows the column {column.name}; "
                "write =, !=, <, <=, >, >=, ~, !~, “in” or “is”.",
            )
        return _compared(column, token, self._value())

    def _among(self, column: Column) -> Condition:
        self._require("(")
        equal = _Token(_Is.RELATION, "=", self._tokens[self._next].at)
        found = [_compared(column, equal, self._value())]
        while self._accept(","):
            found.append(_compared(column, equal, self._value()))
        self._require(")")
        texts = [each.values for each in found if isinstance(each, OneOf)]
        if len(texts) == len(found):
            return OneOf(column.name, frozenset().union(*texts))
        return AnyOf(tuple(found))

    def _column(self) -> Column:
        token = self._take()
        if token.kind not in {_Is.WORD, _Is.NAME}:
            raise _wrong(token.at, f"{_shown(token)} stands where the name of a column should.")
        names = self._columns.names()
        found = self._columns.get(token.text)
        if found is None:
            same = [name for name in names if name.lower() == token.text.lower()]
            found = self._columns.get(same[0]) if len(same) == 1 else None
        if found is None:
            similar = get_close_matches(token.text, names, n=3)
            hint = f" Did you mean {' or '.join(similar)}?" if similar else ""
            raise _wrong(token.at, f"there is no column {token.text[:_SHOWN]!r}.{hint}")
        return found

    def _value(self) -> _Token:
        token = self._take()
        if token.kind not in {_Is.WORD, _Is.QUOTED}:
            raise _wrong(token.at, f"{_shown(token)} stands where a value should.")
        return token

    def _accept(self, word: str) -> bool:
        if self._tokens[self._next].says(word):
            self._next += 1
            return True
        return False

    def _require(self, word: str) -> None:
        token = self._take()
        if not token.says(word):
            raise _wrong(token.at, f"{_shown(token)} stands where “{word}” should.")

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        if token.kind is not _Is.END:
            self._next += 1
        return token


def _compared(column: Column, relation: _Token, value: _Token) -> Condition:
    """The condition of one comparison, if it makes sense for the column."""
    if relation.text in {"!=", "!~"}:
        positive = replace(relation, text=relation.text[1:])
        return _present(column, Not(_compared(column, positive, value)))
    if column.kind is Kind.BOOLEAN:
        return _boolean(column, relation, value)
    if column.kind is Kind.TEXT and relation.text not in _ORDERS:
        text = folded(value.text)
        return (
            OneOf(column.name, frozenset({text}))
            if relation.text == "="
            else Contains(column.name, text)
        )
    if relation.text == "~":
        raise _wrong(relation.at, f"{column.name} holds numbers: ~ is for text.")
    if not re.fullmatch(NUMBER, value.text):
        raise _wrong(value.at, f"{_shown(value)} is not a number.")
    return Compares(column.name, relation.text, float(value.text))


def _boolean(column: Column, relation: _Token, value: _Token) -> Condition:
    if relation.text != "=" or value.text.lower() not in {"true", "false"}:
        raise _wrong(relation.at, f"{column.name} is true or false: write {column.name} = true.")
    holds = IsTrue(column.name)
    return holds if value.text.lower() == "true" else _present(column, Not(holds))


def _present(column: Column, condition: Condition) -> Condition:
    """*condition*, where there is a value."""
    return All((Not(Missing(column.name)), condition))


def _shown(token: _Token) -> str:
    """What stands there, in words."""
    return "the end" if token.kind is _Is.END else repr(token.text[:_SHOWN])


def _wrong(at: int, what: str) -> RejectedError:
    return RejectedError(f"At character {at + 1} of the query {what}")
