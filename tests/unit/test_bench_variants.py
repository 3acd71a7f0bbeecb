"""The benchmark of pages: its table is like real ones, and its verdicts are what was measured."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from backend.domain.variant_columns import Columns, Group, Kind, Stored
from backend.domain.variant_filter import VariantFilter
from tests.bench import variant_table
from tests.bench.variants import FIRST, PAGES, Taken, report, verdicts


def taken(cold: float) -> Taken:
    return Taken(
        cold={name: [cold, 0.1] for name in PAGES},
        warm={name: [0.05] for name in PAGES},
        counted={name: [cold] for name in PAGES},
        restarted=[cold],
        trips=[0.01],
        whole=[2.0],
    )


def test_a_report_says_whether_pages_were_in_time() -> None:
    made = report(taken(0.6), {"variants": 1}, {})
    found = {line.partition(":")[0]: line for line in verdicts(made)}
    assert found[FIRST] == "first page: p95 600 ms cold, 50 ms warm, missed"
    assert found["gene"] == "gene: p95 600 ms cold, 50 ms warm, met"
    assert found["sorted"] == "sorted: p95 600 ms cold, 50 ms warm"
    assert made["pages"][FIRST]["cold"]["p95_round_trips"] == 60.0  # type: ignore[index]
    assert made["pages"][FIRST]["cold_of_whole"] == 0.05  # type: ignore[index]


def test_a_filter_that_takes_long_is_missed() -> None:
    found = list(verdicts(report(taken(1.6), {}, {})))
    assert all(("missed" in line) != ("sorted" in line) for line in found)
    assert found[-1] == "first page after a restart: p95 1600 ms, missed"


def test_the_table_has_the_wanted_rows_and_known_columns(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    assert variant_table.write(file, 700, 3) == 2100
    table = pq.read_table(file)
    assert table["record"].to_pylist() == [n for n in range(1, 701) for _ in range(3)]
    assert table["picked"].to_pylist() == [True, False, False] * 700
    assert set(table["chrom"].to_pylist()) == {str(n) for n in range(1, 23)}
    columns = Columns.of([Stored(name, Kind.TEXT) for name in table.schema.names])
    sources = [column.name for column in columns.in_group(Group.SOURCE)]
    assert sources == ["clinvar_CLNSIG", "clinvar_CLNDN", "gnomad_AF", "gnomad_AF_nfe"]
    assert VariantFilter(zygosity=("SYN1:hom",)).condition(columns)
