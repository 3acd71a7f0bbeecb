"""What people are told keeps its template and its values apart, for other languages to say it."""

from __future__ import annotations

import ast
import errno
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree as ET

import pytest

from backend.assets import asset
from desktop import errors
from desktop.auth import errors as auth_errors
from desktop.sentences import quoted, reason_of, said

ROOT = Path(__file__).parents[3]
ERRORS = {
    kind.__name__
    for kind in (*vars(errors).values(), *vars(auth_errors).values())
    if isinstance(kind, type) and issubclass(kind, errors.DesktopError)
}
# Whoever makes a Sentence without `said` is not found by lupdate.
MAKERS = {"desktop/sentences.py", "desktop/errors.py", "desktop/ui/service_words.py"}
KNOWN = {"{name} is gone.", "It is gone."}


def test_a_sentence_says_itself_in_english() -> None:
    whole = said("{name} has {size:,} bytes: {why}.", name="{a}.vcf", size=12_345, why=said("so"))
    assert str(whole) == "{a}.vcf has 12,345 bytes: so."
    assert str(said("Braces {stay} without values.")) == "Braces {stay} without values."
    assert str(quoted("The service says {this}.", "less")) == "The service says {this}."


def test_an_error_has_its_sentence_in_english_for_logs() -> None:
    error = errors.ForbiddenError(said("{name} is gone.", name="a.vcf"))
    assert (error.sentence, str(error)) == ("a.vcf is gone.", "a.vcf is gone.")
    assert errors.OfflineError().sentence == errors.OfflineError.remedy


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.ENOTEMPTY])
def test_the_system_s_reason_is_told_as_it_puts_it(number: int) -> None:
    reason = str(reason_of(OSError(number, "words of somebody else")))
    assert reason
    assert reason != "words of somebody else"
    assert str(reason_of(OSError())) == "unknown reason"


def test_everything_that_people_are_told_is_in_the_catalogue() -> None:
    texts = ET.parse(asset("i18n/gas_de.ts"))  # noqa: S314 - it is our own file
    # With another name lupdate has taken a word before the mark for a class, and nobody finds it.
    assert {context.findtext("name") for context in texts.iter("context")} == {""}
    catalogue = {message.findtext("source") or "" for message in texts.iter("message")}
    paths = sorted((ROOT / "desktop").rglob("*.py"))
    assert len(paths) > 100
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in paths
        for fault in faults(path.read_text("utf-8"), catalogue, str(path.relative_to(ROOT)))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        'raise ForbiddenError(f"{name} is gone.")',
        'raise ForbiddenError("It is gone.")',
        'raise ForbiddenError("{name} is gone.".format(name=name))',
        'raise ForbiddenError(name + " is gone.")',
        'raise ForbiddenError(tr("It is gone."))',
        'raise errors.QuotaReachedError(f"{name} is gone.", limit=None, upgrade_url=None)',
        'raise ForbiddenError(words=f"{name} is gone.")',
        'raise ForbiddenError(said(f"{name} is gone."))',
        'raise ForbiddenError(said("{name} is away.", name=name))',
        'raise ForbiddenError(said("{name} is gone.", file=name))',
        'raise ForbiddenError(said("{name} is gone."))',
        'raise ForbiddenError(quoted(f"{name} is gone."))',
        'raise ForbiddenError(quoted("It is gone."))',
        'words = "It is gone."\nraise ForbiddenError(Sentence(words))',
        'words = "It is gone."\nraise ForbiddenError(said(words))',
    ],
)
def test_what_cannot_be_translated_is_found(line: str) -> None:
    assert list(faults(f"from desktop.sentences import quoted, said\n{line}", KNOWN, "a.py"))


@pytest.mark.parametrize(
    "line",
    [
        "raise OfflineError",
        "raise OfflineError()",
        'raise ForbiddenError(said("It is gone."))',
        'raise ForbiddenError(said("{name} is gone.", name=f"{name} of {folder}"))',
        "raise ForbiddenError(quoted(problem.detail))",
        "raise ForbiddenError(quoted(str(error)))",
        "raise ForbiddenError(error.words) from error",
        "raise FileNotFoundError(name)",
    ],
)
def test_what_can_be_translated_is_let_through(line: str) -> None:
    assert not list(faults(f"from desktop.sentences import quoted, said\n{line}", KNOWN, "a.py"))


def faults(source: str, catalogue: set[str], name: str) -> Iterator[str]:
    """Yield line and reason of everything in *source* that could be told in English only."""
    tree = ast.parse(source)
    marks = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "desktop.sentences"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = name_of(node.func)
        given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "words")]
        if called in ERRORS and any(map(is_text, given)):
            yield f"{node.lineno}: {called} is given a text; give it said(…)"
        elif called == "said" and called in marks:
            yield from wrong_template(node, catalogue)
        elif called == "quoted" and called in marks and is_written(node.args[0]):
            yield f"{node.lineno}: what the app says itself is said(…), not quoted"
        elif called == "Sentence" and name not in MAKERS:
            yield f"{node.lineno}: a Sentence is made by said(…)"


def wrong_template(call: ast.Call, catalogue: set[str]) -> Iterator[str]:
    template = call.args[0] if len(call.args) == 1 else None
    if not isinstance(template, ast.Constant) or not isinstance(template.value, str):
        yield f"{call.lineno}: said(…) takes a plain literal, and values by name"
        return
    if template.value not in catalogue:
        yield f"{call.lineno}: {template.value!r} is not in the catalogue"
    places = {field for _, field, _, _ in Formatter().parse(template.value) if field is not None}
    if places != {word.arg for word in call.keywords}:
        yield f"{call.lineno}: {template.value!r} has other places than values"


def is_text(node: ast.expr) -> bool:
    """Whether *node* is a text: written down, filled in or translated."""
    if isinstance(node, ast.Call):
        return name_of(node.func) in {"format", "join", "str", "tr"}
    return is_written(node)


def is_written(node: ast.expr) -> bool:
    """Whether *node* is a text that stands in the source, whole or in pieces."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, ast.JoinedStr | ast.BinOp)


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
