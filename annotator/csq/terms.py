"""What counts of consequences need of bcftools csq's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from annotator.consequence import LEAST, SEVERITY

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPELLED = {
    "3_prime_utr": "3_prime_UTR_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "coding_sequence": "coding_sequence_variant",
    "frameshift": "frameshift_variant",
    "inframe_altering": "protein_altering_variant",
    "intron": "intron_variant",
    "missense": "missense_variant",
    "non_coding": "non_coding_transcript_variant",
    "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant",
    "splice_region": "splice_region_variant",
    "start_retained": "start_retained_variant",
    "stop_retained": "stop_retained_variant",
    "synonymous": "synonymous_variant",
}
_NOTHING_SAID = SEVERITY["sequence_variant"]


def term_of(call: str) -> str:
    """The Sequence Ontology's term for one of csq's, such as ``missense`` or ``*stop_gained``."""
    plain = call.removeprefix("*")
    return _SPELLED.get(plain, plain)


def digest_calls(info: pa.BinaryArray) -> tuple[NDArray[np.uint8], pa.BinaryArray]:
    """Of each record's calls, the rank of the worst term and the genes, with ``&`` between.

    A record of which csq says nothing has the rank of ``sequence_variant``. What a record shares
    with another one, to which it points, is counted with that one.
    """
    values = info.dictionary_encode() if len(info) else pa.array([b""]).dictionary_encode()
    each = [_digest(value.decode("utf-8", "replace")) for value in values.dictionary.to_pylist()]
    codes = values.indices.to_numpy()[: len(info)]
    ranks = np.array([rank for rank, _ in each], dtype=np.uint8)
    genes = pa.array([names for _, names in each], pa.binary())
    return ranks[codes], genes.take(pa.array(codes))


def _digest(info: str) -> tuple[int, bytes]:
    """Rank and genes of one record."""
    rank, genes = _NOTHING_SAID, set()
    for entry in info.split(","):
        terms, bar, rest = entry.partition("|")
        if bar:
            ranks = (SEVERITY.get(term_of(term), LEAST) for term in terms.split("&"))
            rank = min(rank, *ranks)
            genes.add(rest.partition("|")[0])
    return rank, "&".join(sorted(genes - {""})).encode()
