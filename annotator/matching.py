"""Which of the installed bundles a file belongs to, or why to none.

Three witnesses are heard: the contig lengths in the header, the names of assemblies in it, and
the REF alleles of a sample of the records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.intake import text
from annotator.reference.assemblies import (
    RCRS_LENGTH,
    YORUBA_LENGTH,
    assembly_of_length,
    assembly_of_text,
    plain_name,
)
from annotator.reference.sequence import Sequence
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from annotator.intake import Header
    from annotator.reference.bundle import Bundle, Contig
    from annotator.survey import Survey

DETECT = "detect"
_FEWEST_WITNESSES = 10
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A bundle that fits.

    Attributes:
        names: the contigs by every name that the file may use for them.
        agreeing: sampled REF alleles that equal the bundle's sequence.
        sampled: sampled REF alleles that lie in what the bundle covers.
        notes: what a person should know about the choice.
    """

    bundle: Bundle
    names: dict[str, Contig]
    agreeing: int
    sampled: int
    notes: tuple[str, ...]


def candidates(header: Header, bundles: tuple[Bundle, ...], assembly: str) -> tuple[Bundle, ...]:
    """The bundles that the header and the person's choice leave; quick.

    Args:
        header: of the file.
        bundles: those installed.
        assembly: the person's choice, or ``detect``.

    Raises:
        RejectedError: they leave none; the message says what was found and what is installed.
    """
    if assembly != DETECT:
        chosen = tuple(each for each in bundles if each.assembly == assembly)
        if not chosen:
            raise RejectedError(f"No reference for {assembly} is installed. {_remedy(bundles)}")
        bundles = chosen
    left = tuple(each for each in bundles if not _contradicted(header, each))
    if not left:
        raise RejectedError(f"{_lengths_found(header)} {_remedy(bundles)}")
    if assembly != DETECT:
        return left
    named = _named(header)
    fitting = tuple(each for each in left if named is None or each.assembly == named[0])
    if named and not fitting:
        raise RejectedError(
            f"The header's ##reference names {named[0]} ({named[1]!r}). {_remedy(bundles)}"
        )
    return fitting


def choose(header: Header, survey: Survey, bundles: tuple[Bundle, ...]) -> Match:
    """The best of the candidates for the records.

    Raises:
        RejectedError: more than half of the records lie on contigs that none has, or their REF
            alleles are not those of any.
    """
    matches = [_match(header, survey, bundle) for bundle in bundles]
    best = max(matches, key=lambda match: _merit(match, survey))
    missing = survey.seen - _known(best, survey)
    if missing * 2 > survey.seen:
        raise RejectedError(
            f"{_share(missing, survey.seen)} on contigs that no installed reference has "
            f"({_contigs_found(best, survey)}). {_remedy(bundles)}"
        )
    if best.sampled >= _FEWEST_WITNESSES and best.agreeing * 2 < best.sampled:
        raise RejectedError(
            f"REF differs from {best.bundle.assembly} in {best.sampled - best.agreeing:,} of "
            f"{best.sampled:,} sampled records, so the file is on another assembly. "
            f"{_remedy(bundles)}"
        )
    return best


def _merit(match: Match, survey: Survey) -> tuple[int, int]:
    """Larger is better: agreement on bases first, then records on known contigs."""
    return 2 * match.agreeing - match.sampled, _known(match, survey)


def _known(match: Match, survey: Survey) -> int:
    """Records on contigs that the bundle has."""
    return sum(count for name, count in survey.contigs.items() if name in match.names)


def _match(header: Header, survey: Survey, bundle: Bundle) -> Match:
    """How well a bundle fits the records."""
    names = bundle.names()
    others = [name for name, length in header.lengths.items() if _differs(names, name, length)]
    notes = [_other_contig(each, header.lengths[each], names.pop(each).length) for each in others]
    with Sequence(bundle.fasta) as sequence:
        witnesses = [
            sequence.bases(names[name].name, position, position + len(ref) - 1) == ref
            for name, position, ref in survey.sample
            if name in names and _is_covered(names[name], position)
        ]
    return Match(bundle, names, sum(witnesses), len(witnesses), tuple(notes))


def _is_covered(contig: Contig, position: int) -> bool:
    """Whether the bundle has the base at *position*."""
    return any(start <= position <= end for start, end in contig.covered)


def _differs(names: dict[str, Contig], name: str, length: int) -> bool:
    """Whether the header gives a contig of the bundle another length."""
    return name in names and names[name].length != length


def _contradicted(header: Header, bundle: Bundle) -> bool:
    """Whether the header's lengths speak against a bundle.

    A different mitochondrion alone does not if chromosomes agree: UCSC's hg19 is GRCh37 but for
    it, and its records are then passed through.
    """
    names = bundle.names()
    compared = {name: length for name, length in header.lengths.items() if name in names}
    differing = [name for name, length in compared.items() if _differs(names, name, length)]
    nuclear = [name for name in differing if plain_name(name) != "MT"]
    return bool(nuclear) or (bool(differing) and len(differing) == len(compared))


def _named(header: Header) -> tuple[str, str] | None:
    """The assembly that the header names, with the text that does so."""
    for reference in header.references:
        assembly = assembly_of_text(reference)
        if assembly:
            return assembly, reference
    return None


def _lengths_found(header: Header) -> str:
    """What the header's contig lengths say."""
    assemblies = Counter(
        found
        for name, length in header.lengths.items()
        if (found := assembly_of_length(name, length))
    )
    if assemblies:
        return f"The contig lengths in the header are those of {assemblies.most_common(1)[0][0]}."
    for name, length in header.lengths.items():
        if plain_name(name) == "MT" and length != RCRS_LENGTH:
            return _other_contig(name, length, RCRS_LENGTH)
    return "The contig lengths in the header are those of no assembly that is known here."


def _other_contig(name: str, length: int, expected: int) -> str:
    """One contig of which the file means another sequence."""
    if length == YORUBA_LENGTH and plain_name(name) == "MT":
        return (
            f"{name} has {length:,} bases in the header: it is the Yoruba sequence NC_001807, "
            "not the revised Cambridge reference NC_012920."
        )
    return f"{name} has {length:,} bases in the header, but {expected:,} in the reference."


def _contigs_found(match: Match, survey: Survey) -> str:
    """The contigs with most records among those that the bundle has not."""
    unknown = Counter({k: n for k, n in survey.contigs.items() if k not in match.names})
    shown = [text(name.encode()) for name, _ in unknown.most_common(_SHOWN)]
    more = len(unknown) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _share(part: int, whole: int) -> str:
    """How many records lie somewhere, as the beginning of a sentence."""
    if part < whole:
        return f"{part:,} of {whole:,} records lie"
    return "The only record lies" if whole == 1 else f"All {whole:,} records lie"


def _remedy(bundles: tuple[Bundle, ...]) -> str:
    """What is installed, and what to do."""
    listed = "; ".join(each.describe() for each in bundles)
    return f"Installed: {listed}. Upload a file on one of these, or have its reference installed."
