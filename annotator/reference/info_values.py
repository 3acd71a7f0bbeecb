"""Values as they may stand in INFO: VCF specification 4.3, section 1.2.

A space becomes an underscore, as ClinVar and Ensembl VEP write it; what else has a meaning in a VCF
line, and every byte that is not printable ASCII, becomes a percent sign and two digits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import layout

if TYPE_CHECKING:
    from collections.abc import Iterable

LIST = b"&"
"""Between the values of one allele, as in VEP's fields: a comma would begin the next allele's."""

ENCODED_COMMA = b"%2C"

_NOTHING = pa.scalar(b"", pa.binary())
_UNSAFE = re.compile(rb"[\x00-\x20;=,%\x7f-\xff]")
_UNSAFE_BUT_CODES = re.compile(rb"[\x00-\x20;=,\x7f-\xff]|%(?![0-9A-Fa-f]{2})")
_SUSPECT = np.zeros(256, dtype=np.bool_)
_SUSPECT[[*range(0x21), *b";=,%", *range(0x7F, 0x100)]] = True


def encode(text: str) -> bytes:
    """*text* as one value."""
    return _UNSAFE.sub(_code, text.encode())


def encode_values(values: pa.BinaryArray) -> pa.BinaryArray:
    """Values of a VCF as single values: what is percent-encoded already stays as it is."""
    starts, lengths, data = layout(values)
    used = data[starts[0] : starts[-1] + lengths[-1]] if len(starts) else data[:0]
    if not _SUSPECT[used].any():
        return values
    unique = values.dictionary_encode()
    encoded = [
        None if each is None else _UNSAFE_BUT_CODES.sub(_code, each)
        for each in unique.dictionary.to_pylist()
    ]
    return pa.array(encoded, pa.binary()).take(unique.indices)


def join_items(items: list[pa.BinaryArray]) -> pa.BinaryArray:
    """Arrays of single items, put together row by row with ``;``; null where all are null."""
    if len(items) == 1:
        return items[0]
    # Arrow's own way of skipping nulls loses the rows that have nothing else (24.0).
    ended = [
        pc.fill_null(pc.binary_join_element_wise(each, _NOTHING, b";"), _NOTHING) for each in items
    ]
    joined = pc.binary_slice(pc.binary_join_element_wise(*ended, b""), 0, -1)
    return pc.if_else(pc.equal(joined, _NOTHING), pa.scalar(None, pa.binary()), joined)


def merge_fragments(fragments: Iterable[bytes], separator: bytes) -> bytes:
    """One fragment with the keys of all, each with its distinct values in order of appearance."""
    merged: dict[bytes, dict[bytes, None] | None] = {}
    for each in dict.fromkeys(fragments):
        for item in each.split(b";"):
            key, is_valued, value = item.partition(b"=")
            if is_valued:
                values = merged.setdefault(key, {})
                if values is not None:
                    values.update(dict.fromkeys(value.split(separator)))
            else:
                merged.setdefault(key, None)
    return b";".join(
        key if values is None else key + b"=" + separator.join(values)
        for key, values in merged.items()
    )


def _code(found: re.Match[bytes]) -> bytes:
    """What is written for a byte that may not stand in a value."""
    return b"_" if found[0] == b" " else b"%%%02X" % found[0][0]
