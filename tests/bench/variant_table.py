"""A made-up table of a result, as large as wanted, with columns and row groups as real ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotator.consequence import IMPACTS
from annotator.table.columns import OF_RECORD
from annotator.table.writer import GROUP_ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CONTIGS = tuple(map(str, range(1, 23)))
_TERMS = tuple(IMPACTS)
_GENES = 20_000
_LISTED, _KNOWN = 0.9, 0.01
"""The shares of alleles that gnomAD and ClinVar list."""

_TEXTS = ("feature_type", "biotype", "exon", "intron", "cdna_position", "cds_position",
          "protein_position", "amino_acids", "codons", "flags", "canonical", "mane_select",
          "mane_plus_clinical", "ensp", "symbol_source")  # fmt: skip
_SIGNIFICANCES = ("Pathogenic", "Likely_pathogenic", "Uncertain_significance", "Benign",
                  "Pathogenic/Likely_pathogenic")  # fmt: skip


def write(file: Path, variants: int, transcripts: int) -> int:
    """Write a table of *variants* with *transcripts* consequences each; return its rows."""
    random = np.random.default_rng(5)
    step = max(GROUP_ROWS // transcripts, 1)
    rows = 0
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for start in range(0, variants, step):
            table = _rows(random, start, min(step, variants - start), variants, transcripts)
            writer.write_table(table, row_group_size=GROUP_ROWS)
            rows += table.num_rows
    return rows


def _schema() -> Any:
    columns = [
        *OF_RECORD,
        *((name, pa.string()) for name in ("consequence", "most_severe", "impact", "symbol")),
        *((name, pa.string()) for name in ("gene", "feature", "hgvsc", "hgvsp", *_TEXTS)),
        ("strand", pa.int8()),
        ("clinvar_CLNSIG", pa.string()),
        ("clinvar_CLNDN", pa.string()),
        ("gnomad_AF", pa.float64()),
        ("gnomad_AF_nfe", pa.float64()),
        ("gt_SYN1", pa.string()),
    ]
    return pa.schema(columns, metadata={"gas": "##GAS=<>", "gas_source": ""})


SCHEMA = _schema()


def _rows(random: np.random.Generator, start: int, count: int, total: int, transcripts: int) -> Any:
    made = dict(_columns(random, start, count, total, transcripts))
    arrays = [_as(made.get(name), SCHEMA.field(name).type, count * transcripts)
              for name in SCHEMA.names]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _as(values: Any, kind: Any, count: int) -> Any:
    array = pa.nulls(count, kind) if values is None else pa.array(values)
    return array if array.type == kind else array.cast(kind)


def _columns(
    random: np.random.Generator, start: int, count: int, total: int, transcripts: int
) -> Iterator[tuple[str, Any]]:
    number = np.repeat(np.arange(start, start + count), transcripts)
    place = np.tile(np.arange(transcripts), count)
    yield from _of_alleles(random, number, count, total)
    yield "picked", place == 0
    term = random.choice(len(_TERMS), len(number), p=_weights())
    gene = number * _GENES // total
    yield "consequence", _taken(_TERMS, term)
    yield "most_severe", _taken(_TERMS, term)
    yield "impact", _taken([IMPACTS[each] for each in _TERMS], term)
    yield "symbol", _numbered("GENE", gene)
    yield "gene", _numbered("ENSG00000", gene)
    yield "feature", _numbered("ENST00000", gene * 10 + place)
    yield "hgvsc", _numbered("ENST00000123456.4:c.", number * 10 + place)
    yield "hgvsp", _numbered("ENSP00000123456.4:p.Ala", number)
    for text in _TEXTS:
        yield text, _numbered(text[:3], random.integers(0, 300, len(number)))


def _of_alleles(
    random: np.random.Generator, number: NDArray[np.int64], count: int, total: int
) -> Iterator[tuple[str, Any]]:
    """The columns in which all rows of an allele are alike."""
    row = number - number[0]
    step = total // len(_CONTIGS) + 1
    yield "record", number + 1
    yield "chrom", _taken(_CONTIGS, number // step)
    yield "pos", (number % step * 3000 + 1).astype(np.int32)
    yield "ref", _taken("ACGT", random.integers(0, 4, count)[row])
    yield "ref_end", (number % step * 3000 + 1).astype(np.int32)
    yield "alt", _taken("ACGT", random.integers(0, 4, count)[row])
    yield "allele_number", np.ones(len(number), dtype=np.int32)
    yield "qual", np.round(random.uniform(30, 3000, count), 1)[row]
    yield "filter", _taken(("PASS", "q10"), (random.random(count) < 0.05)[row].astype(np.int64))
    frequency = (10 ** random.uniform(-6, 0, count))[row]
    is_listed = (random.random(count) < _LISTED)[row]
    yield "gnomad_AF", pa.array(frequency, mask=~is_listed)
    yield "gnomad_AF_nfe", pa.array(frequency / 2, mask=~is_listed)
    chosen = random.integers(0, len(_SIGNIFICANCES), count)[row]
    is_known = (random.random(count) < _KNOWN)[row]
    yield "clinvar_CLNSIG", _taken(_SIGNIFICANCES, chosen, is_known)
    yield "clinvar_CLNDN", _taken([f"Condition_{n}" for n in range(5)], chosen, is_known)
    yield "gt_SYN1", _taken(("0/1", "1/1", "0|1", "./."), random.integers(0, 4, count)[row])


def _weights() -> NDArray[np.float64]:
    """Severe terms are rare."""
    weights = np.geomspace(1, 1000, len(_TERMS))
    found: NDArray[np.float64] = weights / weights.sum()
    return found


def _taken(texts: Any, places: NDArray[np.int64], valid: Any = None) -> Any:
    mask = None if valid is None else ~valid
    return pa.array(list(texts), pa.string()).take(pa.array(places, mask=mask))


def _numbered(prefix: str, numbers: NDArray[np.int64]) -> Any:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")
