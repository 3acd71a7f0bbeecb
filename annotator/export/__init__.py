"""A filtered selection of the table as TSV or as an Excel workbook."""

from annotator.export.exporting import export
from annotator.export.selection import Region, Selection

__all__ = ["Region", "Selection", "export"]
