"""What the service says, found among what the app has words for.

The service speaks English and knows no other language. What it says most often is marked here, so
it is translated; what is not found here stays as the service said it. A test compares with the
sources of the service, whose words these are.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from string import Formatter

from desktop.sentences import Sentence, Value, later

PLAIN = (
    later("The result is being restored from the archive; it will be back by itself."),
    later(
        "The free plan's time to download this result is over. Upgrade to Premium and it is "
        "restored from the archive."
    ),
    later("There is no log yet: it is written when the job ends."),
    later("The file was not uploaded, so it cannot be downloaded."),
    later("The result has no table, so it cannot be shown; annotate the file again."),
    later("The result has no summary; annotate the file again."),
    later("The result has no frequencies: its reference bundle has no gnomAD."),
    later("The result has no clinical significance: its reference bundle has no ClinVar."),
    later("Too many results are being read; try again soon."),
    later("Earlier requests of yours are still being worked on; wait for their end."),
    later("The sign-in cannot be checked with Globus now. Try again in a minute."),
    later("You have not let the app use this service. Sign out, sign in and agree to it."),
    later(
        "This account is being deleted, with all that was in it. When that is done, in some "
        "minutes, signing in makes a new one."
    ),
    later(
        "The account has a subscription already. Manage it on the billing page: there it is paid, "
        "changed and ended."
    ),
    later(
        "The account has had no subscription so far, so there is nothing to manage. Upgrade to "
        "Premium first."
    ),
    later("The file is empty; a VCF file begins with ##fileformat=VCFv4.2."),
    later("Line 1 is not ##fileformat=VCFv4.x; upload a VCF file, or add this line."),
    later("The file unpacks to more than 1 TB; split it by chromosome."),
    later("The header is longer than 64 MB; remove lines from it."),
    later("The contig lengths in the header are those of no assembly that is known here."),
    later("a quotation mark that is not closed"),
    later("the end"),
)
"""Without values: sentences, and pieces of those below."""

WITH_VALUES = (
    later("Line {number} is empty; remove it."),
    later("Line {number} has 1 column; VCF needs at least 8."),
    later("Line {number} has 1 column; VCF needs at least 8. Separate them by tabs."),
    later("Line {number} has {found} columns; VCF needs at least 8."),
    later("Line {number} has {found} columns; the header names {columns}. Correct one of them."),
    later("Line {number}: POS is {found}; it must be a whole number of at most {most:,}."),
    later(
        "Line {number}: POS is {found}; write it without zeros in front, which other programs "
        "take for another number."
    ),
    later(
        "Line {number} reaches beyond position {most:,}, where no human chromosome has bases; "
        "correct POS, END or SVLEN."
    ),
    later(
        "Line {number} has an empty CHROM, REF or ALT, or a zero byte; write a dot for a missing "
        "ALT."
    ),
    later("Line {number}: CHROM is {found}; contigs are named in plain ASCII."),
    later("Line {number} is longer than 64 MB; no VCF record is."),
    later(
        "The file ends at line {line} without the line that begins with #CHROM and names the "
        "columns; add it."
    ),
    later("The compressed file is damaged or cut short after line {line}; upload it again."),
    later(
        "REF differs from {assembly} in {differing:,} of {sampled:,} sampled records, so the file "
        "is on another assembly. {remedy}"
    ),
    later("The contig lengths in the header are those of {assembly}. {remedy}"),
    later("The header's ##reference names {assembly} ({found}). {remedy}"),
    later("No reference for {assembly} is installed. {remedy}"),
    later("Installed: {listed}. Upload a file on one of these, or have its reference installed."),
    later(
        "The file has {size:,} bytes; the free plan takes files of up to {limit:,} bytes. Upgrade "
        "to Premium to annotate files of any size."
    ),
    later(
        "{arrived:,} bytes arrived where {announced:,} were announced. The file seems to have "
        "changed; send it again."
    ),
    later("The result's table has no column {name}; annotate the file again."),
    later(
        "{found} is not a region; write 20, 20:100-2000, 20:100- or 20:100, with positions from 1 "
        "and the first not after the last."
    ),
    later("At character {at} of the query {what}"),
    later("there is {found}, which cannot be read."),
    later("there is no column {name}.{hint}"),
    later(" Did you mean {similar}?"),
    later("there is more than {most} deep in parentheses or “not”."),
    later("{found} follows, where “and” or “or” should."),
    later("{found} follows the column {name}; write =, !=, <, <=, >, >=, ~, !~, “in” or “is”."),
    later("{found} stands where the name of a column should."),
    later("{found} stands where a value should."),
    later("{found} stands where “{word}” should."),
    later("{name} holds numbers: ~ is for text."),
    later("{found} is not a number."),
    later("{name} is true or false: write {name} = true."),
    later(
        "On the free plan you can make {most} jobs an hour. Send this file later, or upgrade to "
        "Premium. Try again in {seconds} s."
    ),
    later("There are too many requests of this account at the moment. Try again in {seconds} s."),
)
"""With values; the first that fits counts."""

_LONGEST = 2000
"""The service says nothing longer, in characters; looking through more takes too long."""

_DEEPEST = 2
"""A sentence of the service has a clause in it, and that one a value."""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(template)), template) for template in WITH_VALUES)


def _pattern(template: str) -> str:
    """Return what matches every sentence of *template*, with a group for each place."""
    text, seen = "", set[str]()
    for literal, name, form, _ in Formatter().parse(template):
        text += re.escape(literal)
        if name in seen:
            text += f"(?P={name})"
        elif name is not None:
            seen.add(name)
            text += rf"(?P<{name}>[0-9][0-9,]*)" if form == "," else rf"(?P<{name}>.*?)"
    return text


@lru_cache(maxsize=1000)
def recognized(words: str) -> Sentence | None:
    """Return what the service said as a template and its values; None where nothing fits."""
    return _recognized(words, _DEEPEST) if len(words) <= _LONGEST else None


def _recognized(words: str, deep: int) -> Sentence | None:
    """Return *words* as a template with its values, in which so many more are looked for *deep*."""
    if words in PLAIN:
        return Sentence(words)
    for pattern, template in _patterns():
        if found := pattern.fullmatch(words):
            values = found.groupdict().items()
            return Sentence(template, tuple((n, _value(template, n, t, deep)) for n, t in values))
    return None


def _value(template: str, name: str, text: str, deep: int) -> Value:
    if f"{{{name}:,}}" in template:
        return int(text.replace(",", ""))
    return (_recognized(text, deep - 1) if deep else None) or text
