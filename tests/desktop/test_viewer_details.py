"""One variant: its details, links, copies; selections as files; filters that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget

from backend.wire import VariantDetails, VariantExport, VariantFilter
from desktop.errors import ForbiddenError, ServerFaultError
from desktop.platform.opening import Opener
from desktop.sentences import quoted
from desktop.ui.sample import ME
from desktop.ui.viewer.export_actions import export_name
from desktop.ui.viewer.links import links, rs_number, transcript_link
from desktop.ui.viewer.pieces import BATCH, TranscriptBlock
from desktop.ui.viewer.sample import sample_details
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import Viewer, open_viewer

VALUES: dict[str, Any] = {"chrom": "20", "pos": 3_869_743, "ref": "C", "alt": "T", "id": "rs7"}


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


def texts(widget: QWidget) -> set[str]:
    return {label.text() for label in widget.findChildren(QLabel) if not label.isHidden()}


async def open_details(viewer: Viewer, row: int = 3) -> Any:
    page = await viewer.open()
    page.variants.table.selectRow(row)
    page.variants.table.opened.emit()
    await viewer.idle()
    return page.variants.panel


async def test_the_panel_tells_all_of_a_variant(viewer: Viewer, arun: Run) -> None:
    panel = await open_details(viewer)
    assert viewer.variants.detailed == [(4, 1)]
    assert panel.title.text() == "DEMO5 p.Ala2917fs"
    assert panel.place.text() == "1:63,988 G>GC · rs9000004"
    assert len(panel.findChildren(TranscriptBlock)) == 3
    shown = texts(panel)
    assert {"CONSEQUENCES (3)", "SOURCES", "GENOTYPES (3)", "High impact", "MANE"} <= shown
    assert "1/1   homozygous" in shown
    assert "criteria provided, multiple submitters, no conflicts" in shown


async def test_another_row_shows_its_own_details(viewer: Viewer, arun: Run) -> None:
    panel = await open_details(viewer)
    QTest.keyClick(viewer.page.variants.table, Qt.Key.Key_Down)
    await eventually(lambda: panel.place.text().startswith("1:64,985"))
    await viewer.idle()
    assert viewer.variants.detailed == [(4, 1), (5, 1)]


async def test_the_consequence_of_the_row_comes_first(viewer: Viewer, arun: Run) -> None:
    viewer.variants.last_first = True
    panel = await open_details(viewer)
    assert panel.title.text() == "DEMO5 p.Ala2917fs"
    assert "High impact" in texts(panel)
    assert "CONSEQUENCES (3)" in texts(panel)


async def test_hundreds_of_transcripts_come_in_batches(viewer: Viewer, arun: Run) -> None:
    viewer.variants.transcripts = 120
    panel = await open_details(viewer)
    assert len(panel.findChildren(TranscriptBlock)) == 6
    more = next(each for each in panel.findChildren(QPushButton) if each.text() == "114 more")
    more.click()
    assert len(panel.findChildren(TranscriptBlock)) == 6 + BATCH
    more.click()
    more.click()
    assert len(panel.findChildren(TranscriptBlock)) == 120
    assert more.isHidden()


async def test_details_that_do_not_come_can_be_asked_for_again(viewer: Viewer, arun: Run) -> None:
    viewer.variants.troubles["details"] = ServerFaultError()
    panel = await open_details(viewer)
    assert ServerFaultError.remedy in texts(panel)
    viewer.variants.troubles.clear()
    next(each for each in panel.findChildren(QPushButton) if each.text() == "Try again").click()
    await viewer.idle()
    assert "CONSEQUENCES (3)" in texts(panel)


async def test_links_lead_to_known_sites_only(viewer: Viewer, arun: Run) -> None:
    panel = await open_details(viewer)
    assert list(panel.links) == ["Ensembl", "ClinVar", "gnomAD", "dbSNP"]
    for link in panel.links.values():
        link.click()
    place = "r=1:63988-63988"
    assert viewer.opened == [
        f"https://grch37.ensembl.org/Homo_sapiens/Location/View?{place}",
        "https://www.ncbi.nlm.nih.gov/clinvar/?term=1%5Bchr%5D%20AND%2063988%5Bchrpos37%5D",
        "https://gnomad.broadinstitute.org/variant/1-63988-G-GC?dataset=gnomad_r2_1",
        "https://www.ncbi.nlm.nih.gov/snp/rs9000004",
    ]
    viewer.opened.clear()
    for url in ("https://evil.test/x", "http://www.ensembl.org/x", "javascript:alert(1)"):
        panel.link_clicked.emit(url)
    assert viewer.opened == []
    assert sum("Not possible" in text for text in viewer.window.toasts.texts) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"chrom": "20&evil=1"},
        {"chrom": "<img src=x>"},
        {"pos": None},
        {"chrom": None},
    ],
)
def test_what_is_no_place_makes_no_link(changes: dict[str, object]) -> None:
    assert [link.title for link in links("GRCh37", {**VALUES, **changes})] == ["dbSNP"]


def test_links_hold_nothing_but_checked_pieces() -> None:
    evil = {**VALUES, "alt": "T?x=<img>", "id": "rs7/../../x", "dbsnp_ID": "xrs8"}
    assert {link.title: link.url for link in links("GRCh38", evil)} == {
        "Ensembl": "https://www.ensembl.org/Homo_sapiens/Location/View?r=20:3869743-3869743",
        "ClinVar": (
            "https://www.ncbi.nlm.nih.gov/clinvar/?term=20%5Bchr%5D%20AND%203869743%5Bchrpos38%5D"
        ),
        "dbSNP": "https://www.ncbi.nlm.nih.gov/snp/rs7",
    }
    assert links("T2T", {**VALUES, "id": None}) == []
    assert transcript_link("GRCh37", "ENST0000031656&x") is None
    assert rs_number({"id": "12345"}) is None
    opener = Opener("https://gas.test", lambda url: True)
    assert all(opener.allows(link.url) for link in links("GRCh37", VALUES))
    assert opener.allows(transcript_link("GRCh38", "ENST00000316562.9") or "")


@pytest.mark.parametrize(
    ("place", "named"),
    [
        # What REF and ALT share is left out but for one base, and the position moves with it.
        (("7", 117_559_589, "TATCT", "TA"), "7-117559590-ATCT-A"),
        (("7", 5, "AAA", "AAAAA"), "7-5-A-AAA"),
        (("chr7", 5, "CTCC", "CCC"), "7-5-CT-C"),
        (("7", 5, "gac", "gtc"), "7-6-A-T"),
        (("X", 5, "G" + "A" * 1000, "GA" + "A" * 1000), "X-5-G-GA"),
    ],
)
def test_alleles_are_looked_up_as_gnomad_names_them(
    place: tuple[str, int, str, str], named: str
) -> None:
    values = dict(zip(("chrom", "pos", "ref", "alt"), place, strict=True))
    found = {link.title: link.url for link in links("GRCh38", {**VALUES, **values})}
    assert found["gnomAD"] == f"https://gnomad.broadinstitute.org/variant/{named}?dataset=gnomad_r4"


def test_what_is_no_change_is_not_looked_up() -> None:
    assert "gnomAD" not in {
        link.title for link in links("GRCh38", {**VALUES, "ref": "a", "alt": "A"})
    }


@pytest.mark.parametrize("contig", ["MT", "chrM", "M", "chrMT"])
@pytest.mark.parametrize("assembly", ["GRCh37", "GRCh38"])
def test_the_mitochondrion_is_looked_up_where_gnomad_has_it(contig: str, assembly: str) -> None:
    values = {**VALUES, "chrom": contig, "pos": 3243, "ref": "A", "alt": "G"}
    found = {link.title: link.url for link in links(assembly, values)}
    assert found["gnomAD"] == (
        "https://gnomad.broadinstitute.org/variant/M-3243-A-G?dataset=gnomad_r4"
    )


def test_places_on_another_mitochondrion_are_not_looked_up() -> None:
    yoruba = {**VALUES, "chrom": "chrM", "gas_status": "unknown_contig"}
    assert [link.title for link in links("GRCh37", yoruba)] == ["dbSNP"]


async def test_hgvs_is_copied_by_the_keyboard_and_the_menu(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    table, clipboard = page.variants.table, QGuiApplication.clipboard()
    table.selectRow(3)
    QTest.keySequence(table, "Ctrl+C")
    names = ["ENST00000000104.1:c.8750dup", "ENSP00000000104.1:p.Ala2917fs"]
    assert clipboard.text() == "\n".join(names)
    detail = next(child for child in viewer.window.children() if hasattr(child, "copy_row"))
    menu = {action.text(): action for action in detail.menu().actions()}
    menu["Copy HGVS p."].trigger()
    assert clipboard.text() == names[1]
    menu["Copy HGVS c."].trigger()
    assert clipboard.text() == names[0]
    menu["Copy row"].trigger()
    assert clipboard.text().split("\t")[:5] == [
        "1:63,988",
        "G>GC",
        "DEMO5",
        "frameshift",
        "p.Ala2917fs",
    ]
    menu["Only DEMO5"].trigger()
    assert page.variants.filters.wanted.genes == ["DEMO5"]
    await viewer.idle()


async def test_a_synonymous_name_is_copied_as_people_write_it(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    page.variants.table.selectRow(4)
    page.variants.table.copy_pressed.emit()
    assert QGuiApplication.clipboard().text().endswith(":p.Ser3646=")


async def test_row_22_markup_in_a_result_is_shown_as_it_is(viewer: Viewer, arun: Run) -> None:
    evil = '<img src="http://127.0.0.1:9/x">'
    panel = await open_details(viewer)
    plain = sample_details(4)
    first = {**plain.consequences[0], "symbol": evil, "feature": evil, "hgvsp": f"P:{evil}"}
    details = VariantDetails(
        record=4,
        allele=1,
        values={**plain.values, "clinvar_CLNSIG": evil, "clinvar_CLNDN": evil, "id": evil},
        consequences=[first],
        genotypes=[each.model_copy(update={"sample": evil}) for each in plain.genotypes],
    )
    panel.show_details(details)
    labels = panel.findChildren(QLabel)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    tips = [widget.toolTip() for widget in panel.findChildren(QWidget) if widget.toolTip()]
    assert any("&lt;img" in tip for tip in tips)
    assert not any("<img" in tip for tip in tips)
    viewer.window.grab()


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("form", ["tsv", "xlsx", "vcf"])
async def test_a_selection_is_saved_where_somebody_chooses(
    viewer: Viewer, arun: Run, tmp_path: Path, form: str
) -> None:
    page = await viewer.open()
    await viewer.use(impacts=["HIGH"])
    viewer.variants.gate.clear()
    page.export_clicked.emit(form)
    await eventually(lambda: viewer.window.findChild(QFileDialog))
    dialog = viewer.window.findChild(QFileDialog)
    assert dialog is not None
    target = tmp_path / "chosen.out"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    await eventually(page.strip.isVisible)
    assert not page.export.isEnabled()
    assert page.strip.name.text() == "chosen.out"
    viewer.variants.gate.set()
    await viewer.idle()
    ((asked, path),) = viewer.variants.exported
    wanted = VariantFilter(impacts=["HIGH"])
    assert asked == VariantExport.model_validate({"format": form, "filter": wanted})
    assert path.read_bytes() == b"x" * 1000
    assert page.strip.isHidden()
    assert page.export.isEnabled()
    assert "Saved chosen.out" in viewer.window.toasts.texts


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_an_export_can_be_called_off(viewer: Viewer, arun: Run, tmp_path: Path) -> None:
    page = await viewer.open()
    viewer.variants.gate.clear()
    page.export_clicked.emit("tsv")
    await eventually(lambda: viewer.window.findChild(QFileDialog))
    dialog = viewer.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "never.tsv"))
    dialog.close()
    await eventually(page.strip.isVisible)
    page.strip.cancel.click()
    await viewer.idle()
    assert page.strip.isHidden()
    assert not (tmp_path / "never.tsv").exists()
    assert viewer.errors == []


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_an_export_that_fails_says_why(viewer: Viewer, arun: Run, tmp_path: Path) -> None:
    page = await viewer.open()
    viewer.variants.troubles["export"] = ForbiddenError(quoted("The disk is full."))
    page.export_clicked.emit("tsv")
    await eventually(lambda: viewer.window.findChild(QFileDialog))
    dialog = viewer.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "full.tsv"))
    dialog.close()
    await viewer.idle()
    assert any("full.tsv: Not possible" in text for text in viewer.window.toasts.texts)


@pytest.mark.parametrize(
    ("name", "form", "filtered", "expected"),
    [
        ("a.vcf.gz", "tsv", True, "a.selected.tsv"),
        ("a.VCF", "xlsx", False, "a.variants.xlsx"),
        ("../a/b.bcf", "vcf", True, "b.selected.vcf.gz"),
        (".vcf", "tsv", False, "variants.variants.tsv"),
    ],
)
def test_an_export_is_named_after_the_file(
    *, name: str, form: Any, filtered: bool, expected: str
) -> None:
    assert export_name(name, form, filtered=filtered) == expected


async def test_a_filter_is_kept_used_again_and_removed(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    filters = page.variants.filters
    viewer.window.me_set.emit(ME)
    await viewer.use(impacts=["HIGH"], max_frequency=0.01)
    wanted = filters.wanted
    filters.saved.save_wanted.emit("Rare & harmful")
    await viewer.idle()
    assert viewer.filters.kept == {ME.id: {"Rare & harmful": wanted}}
    filters.use(VariantFilter())
    actions = filters.saved.menu(filters.saved_chip, filters.wanted).actions()
    assert actions[0].text() == "Rare && harmful"
    assert not actions[-1].isEnabled()
    actions[0].trigger()
    assert filters.wanted == wanted
    await viewer.idle()
    filters.saved.remove_wanted.emit("Rare & harmful")
    await viewer.idle()
    assert filters.saved.filters == {}
    viewer.session.signed_out.emit()
    assert filters.saved.filters == {}
