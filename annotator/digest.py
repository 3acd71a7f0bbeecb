"""What counts of consequences need: the worst term of an allele and the genes that it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.consequence import BESIDE, FIELDS, LEAST, SEVERITY, worst

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TERMS = FIELDS.index("Consequence")
_SYMBOL = FIELDS.index("SYMBOL")
_PARTS = _SYMBOL + 2
"""Pieces of an entry that is split up to its symbol: those before, the symbol and the rest."""


def digest(csq: pa.BinaryArray) -> tuple[NDArray[np.uint8], pa.BinaryArray]:
    """Of each allele's entries, the rank of the worst term and the genes, with ``&`` between.

    The rank is that of ``consequence.SEVERITY``, one more than the last for unknown terms. A gene
    that an allele only lies beside is not among the genes.
    """
    lists = pc.split_pattern(csq, b",")
    owners = pc.list_parent_indices(lists).to_numpy()
    parts = pc.list_flatten(pc.split_pattern(pc.list_flatten(lists), b"|", max_splits=_PARTS - 1))
    places = np.arange(len(owners)) * _PARTS
    terms = parts.take(pa.array(places + _TERMS)).dictionary_encode()
    symbols = parts.take(pa.array(places + _SYMBOL)).dictionary_encode()
    known = [each.decode() for each in terms.dictionary.to_pylist()]
    codes = terms.indices.to_numpy()
    ranks = np.array([SEVERITY.get(worst(each), LEAST) for each in known], dtype=np.uint8)
    begins = np.flatnonzero(np.diff(owners, prepend=-1))
    inside = ~np.array([each in BESIDE for each in known], dtype=np.bool_)[codes]
    genes = _genes(owners, inside, symbols, len(csq))
    return np.minimum.reduceat(ranks[codes], begins), genes


def _genes(
    owners: NDArray[np.int64],
    inside: NDArray[np.bool_],
    symbols: pa.DictionaryArray,
    count: int,
) -> pa.BinaryArray:
    """The symbols of each allele's entries that are *inside* a gene, each once, by name."""
    names = symbols.dictionary.to_pylist()
    codes = symbols.indices.to_numpy()
    named = np.array([bool(name) for name in names], dtype=np.bool_)
    kept = inside & named[codes]
    pairs = np.unique(owners[kept].astype(np.int64) << 32 | codes[kept])
    alleles, genes = pairs >> 32, pairs & 0xFFFFFFFF
    single = np.full(count, -1, dtype=np.int64)
    single[alleles] = genes
    values = [*names, b""]
    for allele in np.flatnonzero(np.bincount(alleles, minlength=count) > 1).tolist():
        several = genes[np.searchsorted(alleles, allele) : np.searchsorted(alleles, allele + 1)]
        single[allele] = len(values)
        values.append(b"&".join(sorted(names[gene] for gene in several.tolist())))
    single[single < 0] = len(names)
    return pa.array(values, pa.binary()).take(pa.array(single))
