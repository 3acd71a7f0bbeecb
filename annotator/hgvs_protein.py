"""Changes of a protein as HGVS writes them, with VEP's spelling (``Ter``, ``%3D`` for ``=``).

Source: HGVS nomenclature 21, protein recommendations; the most 3' description is taken.
"""

from __future__ import annotations

from annotator.genetic_code import THREE_LETTERS


def describe(ref: str, alt: str, *, frameshift: bool) -> str:
    """The change from one protein to another, both in one letter with ``*`` for the stop.

    *alt* is read on behind a new stop, which is not described. The proteins may lack a stop, as
    where polyadenylation completes it. Without any change, the answer is ``p.%3D``.
    """
    same = common_prefix(ref, alt)
    if ref == alt:
        return "p.%3D"
    if same == 0:
        return "p.Met1?"
    if same < len(ref) and ref[same] == "*":
        return _stop_lost(alt, same)
    if same < len(ref) and alt[same : same + 1] == "*":
        return f"p.{_residue(ref, same)}Ter"
    if frameshift:
        return _frameshift(ref, alt, same)
    return _in_frame(ref, alt, same)


def unchanged(residue: str, position: int) -> str:
    """A silent change at *position* (1-based)."""
    return f"p.{THREE_LETTERS[residue]}{position}%3D"


def _stop_lost(alt: str, at: int) -> str:
    """The stop became an amino acid; how far the protein goes on is not known."""
    new = THREE_LETTERS[alt[at]] if at < len(alt) else ""
    return f"p.Ter{at + 1}{new}extTer?"


def _frameshift(ref: str, alt: str, at: int) -> str:
    """The reading frame is lost from residue *at* (0-based) on."""
    if at >= len(ref) or at >= len(alt):
        return f"p.{_residue(ref, min(at, len(ref) - 1))}fs"
    distance = alt.index("*") - at + 1 if "*" in alt else "?"
    return f"p.{_residue(ref, at)}{THREE_LETTERS[alt[at]]}fsTer{distance}"


def _in_frame(ref: str, alt: str, start: int) -> str:
    """A substitution, deletion, insertion or duplication of whole residues."""
    tail = common_prefix(ref[start:][::-1], alt[start:][::-1])
    lost, gained = ref[start : len(ref) - tail], alt[start : len(alt) - tail]
    gained = gained[: gained.index("*") + 1] if "*" in gained else gained
    inserted = "".join(THREE_LETTERS[each] for each in gained)
    if not lost:
        before = start - len(gained)
        if before >= 0 and ref[before:start] == gained:
            return f"p.{_span(ref, before, start)}dup"
        return f"p.{_residue(ref, start - 1)}_{_residue(ref, start)}ins{inserted}"
    span = _span(ref, start, start + len(lost))
    if not gained:
        return f"p.{span}del"
    return f"p.{span}{inserted}" if len(lost) == len(gained) == 1 else f"p.{span}delins{inserted}"


def _span(protein: str, start: int, end: int) -> str:
    """Residues *start* to *end* (0-based, half-open) by their first and last."""
    first, last = _residue(protein, start), _residue(protein, end - 1)
    return first if end - start == 1 else f"{first}_{last}"


def _residue(protein: str, at: int) -> str:
    """A residue with its 1-based position."""
    return f"{THREE_LETTERS[protein[at]]}{at + 1}"


def common_prefix(one: str, other: str) -> int:
    """How many letters are equal at the beginning; by halving, as sequences are long."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
