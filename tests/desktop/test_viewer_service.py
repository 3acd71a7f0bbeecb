"""The viewer against the real API over fakes, and what it asks of network and disk."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from backend.domain.files import file_keys
from backend.domain.variant_columns import Kind, Stored
from backend.wire import JobStatus, VariantExport, VariantFilter, VariantsWanted
from desktop.client.connection import Connection
from desktop.client.variants import VariantsClient
from desktop.errors import (
    ConflictError,
    ForbiddenError,
    OfflineError,
    QueryError,
    SignedOutEverywhereError,
)
from desktop.ports import Progress
from desktop.store.filters import StoredFilters
from desktop.ui.viewer.sample import COLUMNS, SUMMARY
from desktop.ui.viewer.sample_rows import sample_row
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, FakeSignIn, eventually
from tests.desktop.http_service import VCF, HttpService

RECORDS = 1234
KINDS = {"integer": Kind.INTEGER, "number": Kind.NUMBER}
STORED = (
    *(
        Stored(column.name, KINDS.get(column.type, Kind.TEXT))
        for column in COLUMNS.columns
        if not column.name.startswith("zygosity_")
    ),
    Stored("picked", Kind.BOOLEAN),
    Stored("consequence", Kind.TEXT),
    Stored("gene", Kind.TEXT),
)


def row(number: int) -> dict[str, Any]:
    found = sample_row(number)
    return found | {"picked": True, "consequence": found["most_severe"], "gene": None}


@pytest.fixture
def job_id(desk: Desk, service: HttpService, tmp_path: Path, arun: Run) -> str:
    """A completed job of Ada's, with a table and a summary."""
    return str(arun(completed(desk, service, tmp_path)))


async def completed(desk: Desk, service: HttpService, folder: Path) -> str:
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    desk.actions.session.begin()
    page = desk.window.annotations
    await eventually(lambda: page.states.currentWidget() is page.nothing_yet)
    path = folder / "sample.vcf"
    path.write_bytes(VCF)
    desk.drop(path)
    await eventually(lambda: status(desk) is JobStatus.PENDING)
    job = desk.model.job_at(0)
    assert job is not None
    service.start(job.id)
    fakes = service.fakes
    keys = file_keys(fakes.jobs.get(job.id).owner, job.id)
    rows = [row(number) for number in range(1, RECORDS + 1)]
    fakes.tables.stored[keys.table] = (STORED, rows)
    fakes.outputs.objects[keys.summary] = SUMMARY.model_dump_json().encode()
    service.complete(job.id)
    await eventually(lambda: status(desk) is JobStatus.COMPLETED)
    return job.id


def status(desk: Desk) -> JobStatus | None:
    job = desk.model.job_at(0)
    return job.status if job is not None else None


def client(desk: Desk) -> VariantsClient:
    return desk.services.variants


async def test_a_result_is_looked_at_against_the_real_service(
    desk: Desk, service: HttpService, job_id: str, arun: Run
) -> None:
    desk.window.annotations.table.choose(job_id)
    desk.window.annotations.table.opened.emit(job_id)
    page = desk.window.results
    await eventually(lambda: page.has_variants and page.model.row_at(0))
    assert page.variants.count.text() == f"{RECORDS:,} variants"
    page.variants.filters.change({"impacts": ["HIGH"], "zygosity": ["child:any"]})
    await eventually(lambda: " of 1,234 variants" in page.variants.count.text())
    found = {page.model.value(each, "impact") for each in shown(page.model)}
    assert found == {"HIGH"}
    page.variants.table.sort_wanted.emit(page.model.columns[5])
    await eventually(lambda: page.model.query.sort == "gnomad_AF" and not page.model.is_waiting)
    numbers = [page.model.value(each, "gnomad_AF") for each in shown(page.model)]
    present = [number for number in numbers if number is not None]
    assert present == sorted(present)  # type: ignore[type-var]
    page.variants.table.selectRow(0)
    page.variants.table.opened.emit()
    panel = page.variants.panel
    await eventually(lambda: panel.links)
    page.variants.filters.change({"query": "impact = HIGH or"})
    await eventually(page.variants.filters.problem.isVisible)
    assert page.variants.filters.problem.text().startswith("At character 17 of the query the end")
    assert page.variants.filters.query.edit.marked() == "r"


def shown(model: Any) -> list[Any]:
    return [each for number in range(model.rowCount()) if (each := model.row_at(number))]


async def test_pages_follow_each_other_to_the_end(desk: Desk, job_id: str, arun: Run) -> None:
    seen: list[int] = []
    after: str | None = None
    while True:
        wanted = VariantsWanted(columns=["pos"], limit=500, after=after)
        page = await client(desk).page(job_id, wanted)
        seen += [each.record for each in page.rows]
        if (after := page.after) is None:
            break
    assert seen == list(range(1, RECORDS + 1))


async def test_a_query_that_is_wrong_says_where(desk: Desk, job_id: str, arun: Run) -> None:
    with pytest.raises(QueryError) as caught:
        await client(desk).page(job_id, VariantsWanted(query="impct = HIGH"))
    assert caught.value.position == 1
    with pytest.raises(ForbiddenError) as refused:
        await client(desk).page(job_id, VariantsWanted(regions=["nowhere:x"]))
    assert not isinstance(refused.value, QueryError)


async def test_a_selection_takes_the_place_of_a_file(
    desk: Desk, job_id: str, tmp_path: Path, arun: Run
) -> None:
    target, progress = tmp_path / "out" / "a.tsv", Progress()
    target.parent.mkdir()
    target.write_bytes(b"old")
    wanted = VariantExport(format="tsv", filter=VariantFilter(impacts=["HIGH"]))
    await client(desk).export(job_id, wanted, target, progress)
    lines = target.read_text().splitlines()
    high = sum(row(number)["impact"] == "HIGH" for number in range(1, RECORDS + 1))
    assert len([line for line in lines if not line.startswith("#")]) in {high, high + 1}
    assert progress.done == target.stat().st_size
    assert [path.name for path in target.parent.iterdir()] == ["a.tsv"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_a_selection_that_is_refused_leaves_no_trace(
    desk: Desk, job_id: str, tmp_path: Path, arun: Run
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    wanted = VariantExport(format="tsv", filter=VariantFilter(query="x"))
    with pytest.raises(ForbiddenError):
        await client(desk).export(job_id, wanted, folder / "a.tsv", Progress())
    assert list(folder.iterdir()) == []
    with pytest.raises(ForbiddenError, match=r"a\.tsv cannot be saved"):
        await client(desk).export(
            job_id, VariantExport(format="tsv"), folder / "no" / "a.tsv", Progress()
        )


async def test_an_export_renews_the_sign_in_once(
    desk: Desk, job_id: str, tmp_path: Path, arun: Run
) -> None:
    desk.sign_in.token = "no-such-token"
    before = desk.sign_in.renewals

    async def renew(*, renew: bool = False) -> str:
        desk.sign_in.renewals += renew
        return "Bearer token-of-ada" if renew or desk.sign_in.renewals > before else "Bearer bad"

    desk.sign_in.authorization_header = renew  # type: ignore[method-assign]
    await client(desk).export(job_id, VariantExport(format="tsv"), tmp_path / "a.tsv", Progress())
    assert desk.sign_in.renewals == before + 1


async def test_what_is_over_is_told_apart_from_what_is_wrong(
    desk: Desk, service: HttpService, job_id: str, arun: Run
) -> None:
    keys = file_keys(service.fakes.jobs.get(job_id).owner, job_id)
    del service.fakes.tables.stored[keys.table]
    with pytest.raises(ConflictError, match="annotate the file again"):
        await client(desk).columns(job_id)


async def test_a_connection_that_breaks_off_leaves_no_half_file(tmp_path: Path, arun: Run) -> None:
    async def broken() -> Any:
        yield b"half"
        raise httpx2.ReadError("gone")

    class Signed:
        account = ""

        async def authorization_header(self, *, renew: bool = False) -> str:
            return "Bearer x"

    transport = httpx2.MockTransport(lambda _request: httpx2.Response(200, content=broken()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gas.test") as http:
        variants = VariantsClient(Connection(http, Signed()))
        with pytest.raises(OfflineError):
            await variants.export("0" * 32, VariantExport(format="tsv"), tmp_path / "a", Progress())
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a test's own folder


@pytest.mark.parametrize("early", [True, False])
async def test_an_export_that_is_called_off_leaves_no_half_file(
    tmp_path: Path, arun: Run, *, early: bool
) -> None:
    begun = asyncio.Event()

    async def endless() -> Any:
        yield b"half"
        begun.set()
        await asyncio.Event().wait()

    transport = httpx2.MockTransport(lambda _request: httpx2.Response(200, content=endless()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gas.test") as http:
        variants = VariantsClient(Connection(http, FakeSignIn("token")))
        work = variants.export("0" * 32, VariantExport(format="tsv"), tmp_path / "a", Progress())
        task = asyncio.ensure_future(work)
        await (asyncio.sleep(0) if early else begun.wait())
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a test's own folder


async def test_an_export_is_not_renewed_after_a_sign_out_everywhere(
    desk: Desk, service: HttpService, job_id: str, tmp_path: Path, arun: Run
) -> None:
    # Not the window's: it hears of it, too, and forgets its tokens.
    sign_in = FakeSignIn(desk.sign_in.token)
    service.fakes.signing_out.everywhere(service.fakes.jobs.get(job_id).owner)
    async with httpx2.AsyncClient(base_url=service.url) as http:
        variants = VariantsClient(Connection(http, sign_in))
        with pytest.raises(SignedOutEverywhereError):
            await variants.export(job_id, VariantExport(format="tsv"), tmp_path / "a", Progress())
    assert sign_in.renewals == 0
    assert not (tmp_path / "a").exists()


async def test_filters_are_kept_by_account(tmp_path: Path, arun: Run) -> None:
    path = tmp_path / "data" / "filters.sqlite"
    filters = StoredFilters(path)
    rare = VariantFilter(max_frequency=0.01, zygosity=["child:het"], query='hgvsp ~ "Ter"')
    await filters.save("ada", "rare", rare)
    await filters.save("ada", "Any", VariantFilter(pass_only=True))
    await filters.save("bob", "rare", VariantFilter())
    again = StoredFilters(path)
    assert list(await again.load("ada")) == ["Any", "rare"]
    assert (await again.load("ada"))["rare"] == rare
    await again.remove("ada", "rare")
    assert list(await again.load("ada")) == ["Any"]
    assert list(await again.load("bob")) == ["rare"]


async def test_chosen_columns_are_kept_by_account(tmp_path: Path, arun: Run) -> None:
    path = tmp_path / "data" / "filters.sqlite"
    kept = StoredFilters(path)
    await kept.save_columns("ada", {"sample NA12878": False, "qual": True})
    await kept.save_columns("bob", {"qual": True})
    await kept.save_columns("ada", {"qual": False})
    again = StoredFilters(path)
    assert await again.load_columns("ada") == {"sample NA12878": False, "qual": False}
    await again.forget_columns("ada")
    assert await again.load_columns("ada") == {}
    assert await again.load_columns("bob") == {"qual": True}


async def test_filters_of_an_older_app_get_columns_beside_them(tmp_path: Path, arun: Run) -> None:
    path, older = tmp_path / "filters.sqlite", StoredFilters(tmp_path / "filters.sqlite")
    await older.save("ada", "rare", VariantFilter(max_frequency=0.01))
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TABLE chosen_column")
    kept = StoredFilters(path)
    assert await kept.load_columns("ada") == {}
    await kept.save_columns("ada", {"qual": True})
    assert await kept.load_columns("ada") == {"qual": True}
    assert list(await kept.load("ada")) == ["rare"]


async def test_columns_that_cannot_be_understood_are_left_out(tmp_path: Path, arun: Run) -> None:
    path, kept = tmp_path / "filters.sqlite", StoredFilters(tmp_path / "filters.sqlite")
    await kept.save_columns("ada", {"qual": True})
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO chosen_column VALUES ('ada', 'filter', 'at the left')")
        file.execute("INSERT INTO chosen_column VALUES ('ada', 'id', 2)")
    assert await kept.load_columns("ada") == {"qual": True}


async def test_a_damaged_file_of_filters_is_set_aside(tmp_path: Path, arun: Run) -> None:
    path = tmp_path / "filters.sqlite"
    path.write_bytes(b"no database at all " * 100)
    filters = StoredFilters(path)
    assert await filters.load("ada") == {}
    names = sorted(found.name for found in tmp_path.iterdir())  # noqa: ASYNC240
    assert names == ["filters.sqlite", "filters.sqlite.damaged"]


async def test_filters_that_cannot_be_kept_are_told(tmp_path: Path, arun: Run) -> None:
    (tmp_path / "file").touch()
    filters = StoredFilters(tmp_path / "file" / "filters.sqlite")
    with pytest.raises(ForbiddenError, match="saved filters"):
        await filters.load("ada")
