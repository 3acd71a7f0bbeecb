"""The result as a table: Parquet, a row for each alternate allele and consequence."""

from annotator.table.writer import write_table

__all__ = ["write_table"]
