"""Rows of results' tables to test with, and filters that people could ask for."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from backend.aws.tables_copy import End
from backend.domain.errors import NotFoundError
from backend.domain.variant_columns import Columns, Kind, Stored
from backend.domain.variant_conditions import (
    All,
    AnyOf,
    Compares,
    Condition,
    Contains,
    FirstFitting,
    HasTerm,
    IsTrue,
    Missing,
    Not,
    OneOf,
    Region,
    Selection,
)

SCHEMA = pa.schema(
    [
        ("record", pa.int64()), ("chrom", pa.dictionary(pa.int32(), pa.string())),
        ("pos", pa.int32()), ("id", pa.string()), ("ref", pa.string()), ("alt", pa.string()),
        ("allele_number", pa.int32()), ("qual", pa.float64()), ("filter", pa.string()),
        ("picked", pa.bool_()), ("consequence", pa.string()), ("impact", pa.string()),
        ("symbol", pa.string()), ("gene", pa.string()), ("hgvsp", pa.string()),
        ("hgvsc", pa.string()),
        ("strand", pa.int8()), ("clinvar_CLNSIG", pa.string()), ("gnomad_AF", pa.float64()),
        ("lab_AF", pa.string()), ("cpg_ISLAND", pa.bool_()), ("gt_S:1", pa.string()),
        ("gt_S2", pa.string()),
    ]
)  # fmt: skip
KINDS = {
    "record": Kind.INTEGER, "pos": Kind.INTEGER, "allele_number": Kind.INTEGER,
    "qual": Kind.NUMBER, "picked": Kind.BOOLEAN, "strand": Kind.INTEGER,
    "gnomad_AF": Kind.NUMBER, "cpg_ISLAND": Kind.BOOLEAN,
}  # fmt: skip
STORED = tuple(Stored(name, KINDS.get(name, Kind.TEXT)) for name in SCHEMA.names)
COLUMNS = Columns.of(STORED)
TEXTS = tuple(column.name for column in COLUMNS.all if column.kind is Kind.TEXT)
NUMBERS = tuple(name for name, kind in KINDS.items() if kind is not Kind.BOOLEAN)
BOOLEANS = ("picked", "cpg_ISLAND")

Cells = Mapping[str, Any]

_CALLS = ("0/1", "1/1", "1|2", "./.", ".", "1", "0/0", "./1", "", "2")
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "pos": st.integers(1, 30),
    "id": st.sampled_from([None, "rs1", "RS1", "rs12"]),
    "ref": st.sampled_from(["A", "ACGT", "c"]),
    "alt": st.sampled_from(["T", "<DEL>", "*"]),
    "qual": st.sampled_from([None, 0.5, 30.0, float("inf"), -1.0]),
    "filter": st.sampled_from([None, "PASS", "q10"]),
    "picked": st.booleans(),
    "consequence": st.sampled_from(
        [None, "missense_variant&intron_variant", "stop_gained", "upstream_gene_variant"]
    ),
    "impact": st.sampled_from([None, "HIGH", "LOW", "MODIFIER", "MODERATE"]),
    "symbol": st.sampled_from([None, "BRCA1", "brca1", "TP53", "Ä"]),
    "gene": st.sampled_from([None, "ENSG1"]),
    "hgvsp": st.none() | st.text("pTer*é%_.", max_size=4),
    "hgvsc": st.sampled_from([None, "ENST2:c.5A>G", "ENST1:c.7del", "c.5A>G"]),
    "strand": st.sampled_from([None, 1, -1]),
    "clinvar_CLNSIG": st.sampled_from([None, "Pathogenic/Likely_pathogenic", "Benign"]),
    "gnomad_AF": st.sampled_from([None, 0.0, 1e-5, 0.01, 0.5, float("nan")]),
    "lab_AF": st.sampled_from([None, "1e-05", "0.5", ".", "+.5", "5.", "1&2", "nan", "1e999"]),
    "cpg_ISLAND": st.booleans(),
    "gt_S:1": st.none() | st.sampled_from(_CALLS),
    "gt_S2": st.none() | st.sampled_from(_CALLS),
}


@st.composite
def tables(draw: st.DrawFn) -> list[Cells]:
    """Rows of up to nine records, each with some alleles and consequences."""
    found: list[Cells] = []
    for record in range(1, draw(st.integers(0, 9)) + 1):
        chrom = draw(st.sampled_from(["1", "2", "chr10", "X", "GL1", "chrM", "MT"]))
        for allele in draw(st.sampled_from([[None], [1], [1, 2]])):
            for _ in range(draw(st.integers(1, 3))):
                values = {name: draw(values) for name, values in _VALUES.items()}
                found.append({"record": record, "chrom": chrom, "allele_number": allele} | values)
    return found


_text = st.sampled_from(
    ["brca1", "rs1", "pass", "het", "missing", "0/1", "t", "", "high", "e", "ä", "é", "chr10", "%"]
)
_number = st.sampled_from([0.0, 1e-5, 0.01, 0.5, 1.0, 2.0, 5.0, 30.0, -1.0])
_names = st.sampled_from(COLUMNS.names())
_leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(OneOf, st.sampled_from(TEXTS), st.frozensets(_text, max_size=3)),
    st.builds(Contains, st.sampled_from(TEXTS), _text),
    st.builds(
        HasTerm,
        st.sampled_from(("consequence", "clinvar_CLNSIG", "hgvsp")),
        st.frozensets(
            st.sampled_from(["missense variant", "pathogenic", "likely pathogenic", "p"]),
            max_size=2,
        ),
        st.sampled_from(["&", "/|,&"]),
    ),
    st.builds(
        Compares,
        st.sampled_from((*NUMBERS, "lab_AF")),
        st.sampled_from(["=", "<", "<=", ">", ">="]),
        _number,
    ),
    st.builds(IsTrue, st.sampled_from(BOOLEANS)),
    st.builds(Missing, _names),
    st.builds(
        Region,
        st.sampled_from(["1", "chr2", "CHR10", "X", "M", "chrmt"]),
        st.integers(1, 12),
        st.integers(12, 40),
    ),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
selections: st.SearchStrategy[Selection] = conditions | st.builds(FirstFitting, conditions)


def parquet(rows: Sequence[Cells], group: int = 3) -> bytes:
    """Return a table of *rows* as a file, in row groups of *group*."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), sink, row_group_size=group)
    return sink.getvalue()


def a_row(**values: Any) -> Cells:
    """Return a row of one variant, but for *values*."""
    plain: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    given = {"record": 1, "chrom": "1", "pos": 1, "ref": "A", "alt": "T", "allele_number": 1}
    return plain | given | {"picked": True, "cpg_ISLAND": False} | values


class HeldRanges:
    """The port `Ranges` of objects in memory.

    Attributes:
        objects: by key.
        reads: what was read: the key, and where from and to.
    """

    def __init__(self, **objects: bytes) -> None:
        self.objects = dict(objects)
        self.reads: list[tuple[str, int, int]] = []

    def end(self, key: str, most: int) -> End:
        size = len(self.objects.get(key, b""))
        # Whoever makes a read special means what is behind the end.
        return End(size, HeldRanges.read(self, key, max(size - most, 0), size))

    def read(self, key: str, start: int, end: int) -> bytes:
        self.reads.append((key, start, end))
        if key not in self.objects:
            raise NotFoundError("There is no such object.")
        return self.objects[key][start:end]
