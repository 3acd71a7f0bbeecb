"""The report: one HTML file with the pictures and words of one annotation."""

from annotator.report.page import Origin, render

__all__ = ["Origin", "render"]
