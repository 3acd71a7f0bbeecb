"""The benchmark of the window: its arithmetic."""

from __future__ import annotations

from typing import Any

from tests.bench.desktop_window import TARGETS, report, verdicts


def table(**changes: Any) -> dict[str, Any]:
    return {
        "fill_ms_a_job": 0.03,
        "repaint_ms": [float(n) for n in range(1, 21)],
        "scroll_ms": [3.0],
        "sort_ms": [30.0, 240.0],
        "filter_ms": [20.0] * 19 + [90.0],
        "gap_ms": [1.0] * 99 + [80.0],
        "changes_a_second": 999.9,
        "changes_cpu": 0.058,
        "idle_cpu": 0.003,
        "rss_before_mb": 105.0,
        "rss_mb": 189.0,
        "rss_peak_mb": 201.0,
    } | changes


def made(**changes: Any) -> dict[str, Any]:
    return report([300.0, 400.0, 600.0], [10.0, 10.0, 10.0], table(**changes), {"cores": 2})


def test_figures_are_what_was_measured() -> None:
    figures = made()["figures"]
    assert (figures["first_paint_p50"], figures["first_paint_in_python_starts"]) == (400.0, 40.0)
    assert (figures["repaint_p95"], figures["filter_p95"]) == (19.0, 20.0)
    assert (figures["gap_p99"], figures["gap_max"]) == (1.0, 80.0)
    assert (figures["idle_cpu"], figures["rss_of_jobs"]) == (0.3, 84.0)
    assert figures["rss_peak"] == 201.0


def test_each_target_has_a_verdict() -> None:
    lines = list(verdicts(made(rss_mb=210.0)))
    assert len(lines) == len(TARGETS)
    assert lines[0] == "first_paint_p50: 400 ms, at most 500 ms: met"
    assert "repaint_p95: 19 ms, at most 12 ms: missed" in lines
    assert lines[-1] == "rss: 210 MB, at most 200 MB: missed"
