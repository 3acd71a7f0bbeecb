"""In which columns of a table a text is looked for."""

from __future__ import annotations

import pytest

from backend.domain.variant_columns import Columns, Kind, Stored
from backend.domain.variant_filter import VariantFilter
from tests.fakes.tables import FakeTables
from tests.variant_rows import STORED, a_row


@pytest.mark.parametrize("name", ["id", "dbsnp_ID", "GAS_dbsnp_ID", "clinvar_CLNDN"])
def test_a_text_is_found_in_identifiers_whoever_gave_them(name: str) -> None:
    has_it = any(column.name == name for column in STORED)
    stored = STORED if has_it else (*STORED, Stored(name, Kind.TEXT))
    tables = FakeTables()
    rows = [{**a_row(record=1), name: "rs1002"}, {**a_row(record=2), name: "rs1001&rs7"}]
    tables.stored["t"] = (stored, rows)
    columns = Columns.of(stored)
    condition = VariantFilter(text="RS1001").condition(columns)
    (found,) = tables.rows("t", condition, columns.all[:1])
    assert [row.record for row in found] == [2]
