from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.ordering import sort_records
from annotator.survey import take_survey

RECORDS = st.lists(st.tuples(st.sampled_from(["20", "MT", "X"]), st.integers(0, 30)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(RECORDS, st.integers(1, 200))
def test_sorting_in_runs_equals_sorting_at_once(
    tmp_path: Path, places: list[tuple[str, int]], run_bytes: int
) -> None:
    lines = [f"{c}\t{p}\t{i}\tA\tC".encode() for i, (c, p) in enumerate(places)]
    contigs = list(dict.fromkeys(c for c, _ in places))
    found = list(sort_records(lines, contigs, tmp_path, lambda: None, run_bytes))
    order = sorted(range(len(places)), key=lambda i: (contigs.index(places[i][0]), places[i][1]))
    assert found == [lines[i] for i in order]
    assert not list(tmp_path.iterdir())


@given(RECORDS)
def test_the_survey_knows_whether_a_file_is_sorted(places: list[tuple[str, int]]) -> None:
    lines = [f"{c}\t{p}\t.\tA\tC".encode() for c, p in places]
    contigs = list(dict.fromkeys(c for c, _ in places))
    survey = take_survey(lines, lambda count: None)
    assert survey.is_sorted == (places == sorted(places, key=lambda p: (contigs.index(p[0]), p[1])))
    assert survey.records == sum(survey.contigs.values()) == len(places)
