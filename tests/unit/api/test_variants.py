"""The variants of a result by HTTP."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from annotator.summary import Summary
from backend import wire
from backend.domain.files import FileKeys, file_keys
from backend.domain.variant_order import _IMPACTS
from backend.domain.variant_zygosity import Zygosity
from tests.fakes.clock import FakeClock
from tests.fakes.service import FakeService
from tests.fakes.uploads import submit
from tests.variant_rows import STORED, a_row

ROWS = [
    a_row(record=1, symbol="TP53", impact="HIGH", gnomad_AF=0.5, **{"gt_S:1": "0/1"}),
    a_row(record=1, symbol="WRAP53", impact="LOW", picked=False, **{"gt_S:1": "0/1"}),
    a_row(record=2, symbol="BRCA1", impact="LOW", qual=float("inf")),
]
COUNTS: dict[str, Any] = {
    "assembly": "GRCh37", "bundle": "b", "engine": "vepyr 0.10.0", "variants_in": 2,
    "variants_out": 2, "annotated": 2, "partly_annotated": 0, "passed_through": 0, "compounds": 0,
    "reasons": {}, "consequences": {"stop_gained": 2}, "impacts": {"HIGH": 2}, "genes": {"A": 2},
    "genes_total": 1, "contigs": {"1": 2}, "alleles": 2, "snvs": 2, "insertions": 0,
    "deletions": 0, "others": 0, "transitions": 1, "transversions": 1, "indel_lengths": {"-1": 1},
    "frequencies": {}, "significances": {}, "sources": {"gnomad": 1},
}  # fmt: skip


@pytest.fixture
def job_id(service: FakeService, alice: TestClient) -> str:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    service.tables.stored[keys_of(service, job_id).table] = (STORED, list(ROWS))
    return job_id


def keys_of(service: FakeService, job_id: str) -> FileKeys:
    return file_keys(service.jobs.get(job_id).owner, job_id)


def ask(client: TestClient, job_id: str, path: str = "", **params: Any) -> Any:
    answer = client.get(f"/v1/jobs/{job_id}/variants{path}", params=params)
    return answer.json() | {"status": answer.status_code}


def test_a_page_of_variants(alice: TestClient, job_id: str) -> None:
    page = ask(alice, job_id, columns=["symbol", "gnomad_AF", "picked", "pos", "qual"])
    assert page == {
        "status": 200,
        "columns": ["symbol", "gnomad_AF", "picked", "pos", "qual"],
        "rows": [
            {"record": 1, "allele": 1, "values": ["TP53", 0.5, True, 1, None]},
            {"record": 2, "allele": 1, "values": ["BRCA1", None, True, 1, None]},
        ],
        "count": 2,
        "count_is_exact": True,
        "after": None,
    }


def test_filter_order_and_pages(alice: TestClient, job_id: str) -> None:
    asked: dict[str, Any] = {
        "impacts": ["LOW", "HIGH"], "every_consequence": True, "query": "symbol ~ p53",
        "sort": "symbol", "order": "desc", "limit": 1, "columns": "symbol",
    }  # fmt: skip
    first = ask(alice, job_id, **asked)
    second = ask(alice, job_id, **asked, after=first["after"])
    found = [row["values"] for page in (first, second) for row in page["rows"]]
    assert found == [["WRAP53"], ["TP53"]]
    assert (first["count"], second["after"]) == (2, None)


@pytest.mark.parametrize(
    ("params", "kind", "said"),
    [
        ({"query": "symbol >"}, "rejected", "At character 9 of the query"),
        ({"sort": "x"}, "rejected", "no column 'x'"),
        ({"regions": "x:"}, "rejected", "not a region"),
        ({"after": "x"}, "rejected", "begin with the first page"),
        ({"impacts": "BAD"}, "invalid-request", "impacts.0"),
        ({"max_frequency": "2"}, "invalid-request", "max_frequency"),
        ({"limit": "501"}, "invalid-request", "limit"),
        ({"gene": "TP53"}, "invalid-request", "gene"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(
    alice: TestClient, job_id: str, params: dict[str, str], kind: str, said: str
) -> None:
    problem = ask(alice, job_id, **params)
    assert problem["status"] == 422
    assert problem["type"] == f"urn:gas:problem:{kind}"
    assert said in problem["detail"]


def test_the_columns(alice: TestClient, job_id: str) -> None:
    found = wire.VariantColumns.model_validate(ask(alice, job_id, "/columns"))
    by_name = {column.name: column for column in found.columns}
    assert found.samples == ["S:1", "S2"]
    assert (found.frequency, found.significance) == ("gnomad_AF", "clinvar_CLNSIG")
    assert (by_name["zygosity_S2"].group, by_name["zygosity_S2"].sample) == ("sample", "S2")
    assert (by_name["gnomad_AF"].type, by_name["gnomad_AF"].shown) == ("number", True)
    assert by_name["strand"].type == "integer"


def test_one_variant_in_all_detail(alice: TestClient, job_id: str) -> None:
    details = wire.VariantDetails.model_validate(ask(alice, job_id, "/1/1"))
    assert [each["symbol"] for each in details.consequences] == ["TP53", "WRAP53"]
    assert details.values["gnomad_AF"] == 0.5
    assert [(each.sample, each.call, each.zygosity) for each in details.genotypes] == [
        ("S:1", "0/1", "het"),
        ("S2", None, "missing"),
    ]
    assert ask(alice, job_id, "/1/2")["status"] == 404
    assert ask(alice, job_id, "/0/1")["status"] == 422


def test_the_counts(service: FakeService, alice: TestClient, job_id: str) -> None:
    path = f"/v1/jobs/{job_id}/summary"
    assert alice.get(path).status_code == 409
    summary = wire.ResultSummary.model_validate(COUNTS).model_dump_json()
    service.outputs.objects[keys_of(service, job_id).summary] = summary.encode()
    assert alice.get(path).json() == COUNTS


def test_the_counts_are_those_that_the_annotation_writes() -> None:
    assert [each.name for each in fields(Summary)] == list(wire.ResultSummary.model_fields)
    assert list(COUNTS) == list(wire.ResultSummary.model_fields)


def test_words_are_the_same_on_the_wire() -> None:
    assert set(wire.Zygosity.__args__) == set(Zygosity)
    assert wire.Impact.__args__ == _IMPACTS


def test_an_export_is_a_file(alice: TestClient, job_id: str) -> None:
    asked = {"format": "tsv", "columns": ["symbol"], "filter": {"genes": ["TP53"]}}
    answer = alice.post(f"/v1/jobs/{job_id}/variants/export", json=asked)
    assert answer.status_code == 200
    assert answer.text == "symbol\nTP53\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="variants.tsv"'
    assert answer.headers["content-type"].startswith("text/tab-separated-values")
    assert answer.headers["cache-control"] == "no-store"


def test_an_export_that_cannot_be_is_refused(alice: TestClient, job_id: str) -> None:
    for asked, status in (
        ({"format": "pdf"}, 422),
        ({"format": "tsv", "filter": {"gene": "x"}}, 422),
        ({"format": "tsv", "columns": ["x"]}, 422),
    ):
        answer = alice.post(f"/v1/jobs/{job_id}/variants/export", json=asked)
        assert answer.status_code == status


PATHS = ("", "/columns", "/1/1")


@pytest.mark.parametrize("path", PATHS)
def test_when_the_time_is_over_nothing_is_shown(
    alice: TestClient, clock: FakeClock, job_id: str, path: str
) -> None:
    assert ask(alice, job_id, path)["status"] == 200
    clock.advance(timedelta(minutes=3))
    problem = ask(alice, job_id, path)
    assert problem["status"] == 409
    assert "Upgrade to Premium" in problem["detail"]
    export = alice.post(f"/v1/jobs/{job_id}/variants/export", json={"format": "tsv"})
    assert export.status_code == 409


def test_nothing_is_shown_of_an_unfinished_job(service: FakeService, alice: TestClient) -> None:
    job_id = submit(alice, service.inputs)
    for path in PATHS:
        assert ask(alice, job_id, path)["status"] == 409
    assert alice.get(f"/v1/jobs/{job_id}/summary").status_code == 409


def test_looking_and_exporting_are_recorded(
    service: FakeService, alice: TestClient, job_id: str
) -> None:
    for path in PATHS:
        ask(alice, job_id, path)
    alice.post(f"/v1/jobs/{job_id}/variants/export", json={"format": "tsv"})
    assert [(each.job_id, each.what) for each in service.access_log.noted] == [
        (job_id, "view"),
        (job_id, "export"),
    ]
