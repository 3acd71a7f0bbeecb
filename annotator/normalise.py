"""Alleles in their one normal form: trimmed, and shifted to the left as far as they go.

Method: Tan, Abecasis and Kang, "Unified representation of genetic variants", 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.reference.sequence import Sequence

_STEP = 64


def normalise(
    sequence: Sequence, contig: str, position: int, ref: str, alt: str
) -> tuple[int, str, str]:
    """Position (1-based), REF and ALT of the same change in normal form.

    Args:
        sequence: the reference.
        contig: as the reference names it.
        position: of the first base of *ref*, 1-based.
        ref: bases of the reference at *position*, in upper case.
        alt: bases in upper case, other than *ref*.
    """
    position, ref, alt = _shift_left(sequence, contig, position, ref, alt)
    leading = 0
    while leading < min(len(ref), len(alt)) - 1 and ref[leading] == alt[leading]:
        leading += 1
    return position + leading, ref[leading:], alt[leading:]


def _shift_left(
    sequence: Sequence, contig: str, position: int, ref: str, alt: str
) -> tuple[int, str, str]:
    """Drop equal last bases, taking bases from the left when an allele runs out."""
    while ref[-1] == alt[-1]:
        if min(len(ref), len(alt)) == 1:
            before = sequence.bases(contig, max(1, position - _STEP), position - 1)
            if not before:
                break
            position -= len(before)
            ref, alt = before + ref, before + alt
        equal = 1
        while equal < min(len(ref), len(alt)) - 1 and ref[-equal - 1] == alt[-equal - 1]:
            equal += 1
        ref, alt = ref[:-equal], alt[:-equal]
    return position, ref, alt
