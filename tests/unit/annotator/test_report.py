"""The report: it is whole, it is safe, and its numbers are the summary's."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.guard import EXPLANATIONS, Reason
from annotator.reference.bundle import Source, demo_folder
from annotator.report import Origin, render
from annotator.report.words import printable, share
from backend.assets import asset
from tests.unit.annotator.annotated_text import Run

SUMMARY: dict[str, Any] = {
    "assembly": "GRCh37",
    "bundle": "ab" * 32,
    "engine": "vepyr 0.10.0",
    "variants_in": 1_205,
    "variants_out": 1_205,
    "annotated": 1_200,
    "partly_annotated": 7,
    "passed_through": 5,
    "reasons": {"star": 3, "symbolic": 2},
    "consequences": {"intron_variant": 1_100, "missense_variant": 81, "stop_gained": 19},
    "impacts": {"HIGH": 19, "MODERATE": 81, "LOW": 0, "MODIFIER": 1_100},
    "genes": {"MARCH1": 300, "SEPT2": 200},
    "genes_total": 513,
    "contigs": {"1": 401, "2": 402, "X": 400, "MT": 2},
    "alleles": 1_211,
    "snvs": 1_000,
    "insertions": 101,
    "deletions": 106,
    "others": 4,
    "transitions": 670,
    "transversions": 330,
    "indel_lengths": {"-50": 3, "-1": 103, "1": 98, "12": 3},
    "frequencies": {"not listed": 11, "< 0.01 %": 12, "> 50 %": 1_188},
    "significances": {"Benign": 90, "Pathogenic/Likely_pathogenic": 5, "Uncertain_significance": 6},
    "sources": {"clinvar": 101, "gnomad": 1_200},
    "biotypes": {"protein_coding": 1_150},
}
SOURCE = Source("MANE", "1.4", "BSD-3-Clause", "mane.gff3.gz", "0f" * 32)
ORIGIN = Origin("patient.vcf.gz", "lab", (SOURCE,), "gas annotate x", ("Line 7 has no REF.",))
VOID = {"meta", "rect", "path", "stop"}


class Page(HTMLParser):
    """A page with its tags and texts at hand; a tag that is closed twice or never is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, tag: str, name: str) -> list[str]:
        return [
            value for each, attribute, value in self.attributes if (each, attribute) == (tag, name)
        ]


def cells(html: str, card: str) -> list[list[str]]:
    """The rows of the first table of a card, as texts."""
    section = html.partition(f'id="{card}"')[2].partition("</section>")[0]
    body = section.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = body.split("</tr>")[:-1]
    tag = re.compile(r"<[^>]*>")
    return [
        [
            unescape(tag.sub("", cell)).replace("\u2009", " ")
            for cell in re.split(r"</t[hd]>", row)[:-1]
        ]
        for row in rows
    ]


def test_the_numbers_are_the_summarys() -> None:
    html = render(SUMMARY, ORIGIN)
    assert cells(html, "consequences") == [
        ["\nintron variant", "", "1,100", "91.7 %"],
        ["\nmissense variant", "", "81", "6.8 %"],
        ["\nstop gained", "", "19", "1.6 %"],
    ]
    assert cells(html, "impact") == [
        ["\nHigh", "19", "1.6 %"], ["\nModerate", "81", "6.8 %"], ["\nLow", "0", "0.0 %"],
        ["\nModifier", "1,100", "91.7 %"],
    ]  # fmt: skip
    assert cells(html, "chromosomes") == [
        ["\n1", "401", "33.3 %"], ["\n2", "402", "33.4 %"], ["\nX", "400", "33.2 %"],
        ["\nMT", "2", "0.2 %"],
    ]  # fmt: skip
    assert cells(html, "changes") == [
        ["\nTransitions", "670", "67.0 %"], ["\nTransversions", "330", "33.0 %"],
    ]  # fmt: skip
    assert cells(html, "indels") == [
        ["\n50 bases lost", "3", "1.4 %"], ["\n1 base lost", "103", "49.8 %"],
        ["\n1 base gained", "98", "47.3 %"], ["\n12 bases gained", "3", "1.4 %"],
    ]  # fmt: skip
    assert cells(html, "frequencies") == [
        ["\nnot listed", "11", "0.9 %"], ["\n< 0.01%", "12", "1.0 %"],
        ["\n> 50%", "1,188", "98.1 %"],
    ]  # fmt: skip
    assert cells(html, "clinvar") == [
        ["\nPathogenic/Likely pathogenic", "", "5", "5.0 %"],
        ["\nUncertain significance", "", "6", "5.9 %"], ["\nBenign", "", "90", "89.1 %"],
    ]  # fmt: skip
    assert cells(html, "genes") == [
        ["\nMARCH1", "", "300", "25.0 %"], ["\nSEPT2", "", "200", "16.7 %"],
    ]  # fmt: skip
    assert cells(html, "sources") == [
        ["\nclinvar", "", "101", "8.3 %"], ["\ngnomad", "", "1,200", "99.1 %"],
    ]  # fmt: skip
    assert cells(html, "biotypes") == [["\nprotein coding", "", "1,150", "100.0 %"]]
    assert cells(html, "records") == [
        ["\nAnnotated", "1,200", "99.6 %"], ["\nPassed through as they were", "5", "0.4 %"],
    ]  # fmt: skip


def test_the_key_figures_come_first() -> None:
    html = render(SUMMARY, ORIGIN)
    figures = re.findall(r"<dt>([^<]*)</dt><dd class=\"(\w*)\">([^<]*)</dd>", html)
    assert figures == [
        ("Records", "", "1,205"), ("Annotated", "", "99.6&thinsp;%"), ("High impact", "bad", "19"),
        ("ClinVar pathogenic", "bad", "5"), ("Not in gnomAD", "", "11"), ("Genes", "", "513"),
        ("Ti/Tv", "", "2.03"),
    ]  # fmt: skip


def test_the_words_say_what_became_of_every_record() -> None:
    text = " ".join("".join(Page(render(SUMMARY, ORIGIN)).texts).split())
    assert (
        "1,205 records were read and 1,205 written: 1,200 annotated and 5 passed through without "
        "annotation."
    ) in text
    assert "7 annotated records have another allele that is not." in text
    assert "1 annotated record has another" in render(SUMMARY | {"partly_annotated": 1}, ORIGIN)
    assert EXPLANATIONS[Reason.STAR] in text
    assert EXPLANATIONS[Reason.SYMBOLIC] in text


def test_the_provenance_is_told() -> None:
    text = " ".join("".join(Page(render(SUMMARY, ORIGIN)).texts).split())
    for told in ("patient.vcf.gz", "vepyr 0.10.0", "GRCh37", "lab", "ab" * 32, "gas annotate x",
                 "MANE", "1.4", "BSD-3-Clause", "0f" * 6, "Line 7 has no REF."):  # fmt: skip
        assert told in text


def test_what_a_bar_shows_is_its_share_of_the_longest() -> None:
    html = render(SUMMARY, ORIGIN)
    section = html.partition('id="consequences"')[2].partition("</section>")[0]
    widths = [float(each) for each in re.findall(r'rect class="accent" width="([\d.]+)%"', section)]
    assert widths == pytest.approx([100, 100 * 81 / 1_100, 100 * 19 / 1_100], rel=1e-3)


def test_the_demos_summary_makes_a_report(annotated: Run) -> None:
    summary = annotated(demo_folder() / "demo.vcf").outcome.summary.to_json()
    html = render(summary, Origin("demo.vcf", "demo"))
    shown = {row[0].strip(): row[-2] for row in cells(html, "consequences")}
    counts = {term.replace("_", " "): f"{n:,}" for term, n in summary["consequences"].items()}
    assert shown == dict(list(counts.items())[:14])
    Page(html)


@pytest.mark.parametrize("summary", [{}, {"variants_in": 0, "consequences": {}, "impacts": {}}])
def test_a_picture_without_data_says_so(summary: dict[str, Any]) -> None:
    html = render(summary, Origin("empty.vcf", "demo"))
    said = re.findall(r'<section class="card" id="(\w+)".*?<p class="empty">([^<]*)</p>', html)
    assert said == [
        ("consequences", "No record was annotated."),
        ("chromosomes", "The file has no records."),
        ("indels", "No insertion or deletion was annotated."),
        ("genes", "No annotated record touches a gene."),
        ("impact", "No record was annotated."),
        ("changes", "No change of a single base was annotated."),
        ("frequencies", "The reference bundle has no population frequencies."),
        ("clinvar", "No allele is in ClinVar, or the reference bundle does not have ClinVar."),
    ]
    assert "Nothing was found wrong with the file." in html
    Page(html)


@pytest.mark.parametrize("count", [3, 31])
def test_many_or_few_contigs_are_bars_with_names(count: int) -> None:
    contigs = {str(at): at + 1 for at in range(count)}
    html = render(SUMMARY | {"contigs": contigs}, ORIGIN)
    assert 'class="columns"' not in html.partition('id="chromosomes"')[2].partition("</section>")[0]
    assert len(cells(html, "chromosomes")) == min(count, 25)


def test_names_that_are_long_are_bars_with_names() -> None:
    contigs = {f"GL00019{at}.1": at for at in range(1, 9)}
    html = render(SUMMARY | {"contigs": contigs}, ORIGIN)
    assert cells(html, "chromosomes")[0] == ["\nGL000191.1", "", "1", "2.8 %"]


def test_the_same_summary_gives_the_same_bytes() -> None:
    assert render(SUMMARY, ORIGIN) == render(dict(SUMMARY), ORIGIN)


def test_nothing_outside_the_file_is_asked_for() -> None:
    page = Page(render(SUMMARY, ORIGIN))
    assert {tag for tag, _ in page.tags}.isdisjoint(
        {"script", "link", "img", "iframe", "a", "base"}
    )
    assert {name for _, name, _ in page.attributes}.isdisjoint({"src", "href", "srcset", "action"})
    style = "".join(page.texts)
    assert not re.search(r"https?:|//\w|@import|url\((?!#)", style)
    assert page.values("meta", "content")[0] == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_picture_has_a_name_and_every_table_a_caption() -> None:
    page = Page(render(SUMMARY, ORIGIN))
    images = [names for tag, names in page.tags if "role" in names and tag in {"svg", "div"}]
    assert images
    assert all("aria-label" in names for names in images)
    tables = [tag for tag, _ in page.tags if tag in {"table", "caption"}]
    assert tables == ["table", "caption"] * (len(tables) // 2)
    hidden = [names for tag, names in page.tags if tag == "td" and "aria-hidden" in names]
    assert hidden, "bars are read as numbers"


ANY = st.text(min_size=1, max_size=12)
HOSTILE = st.one_of(
    ANY,
    st.sampled_from([
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'", "${figures}",
        "</title>", "&lt;b&gt;", "<!--", "]]>", "a\x00b\u202e\ud800", "</svg></td><td>",
    ]),
)  # fmt: skip


def with_names(names: list[str]) -> tuple[dict[str, Any], Origin]:
    """A summary and its origin in which every text is one of eight *names*."""
    one, two, three, four, five, six, seven, eight = names
    summary = SUMMARY | {
        "assembly": one, "engine": two, "bundle": three, "reasons": {four: 1},
        "consequences": {five: 5}, "genes": {six: 6}, "contigs": {seven: 7, "X": 4},
        "significances": {eight: 8}, "sources": {one: 9}, "biotypes": {two: 1},
    }  # fmt: skip
    return summary, Origin(three, four, (Source(five, six, seven, "f", eight),), one, (two, three))


@given(st.lists(HOSTILE, min_size=8, max_size=8))
def test_no_name_adds_or_takes_a_tag(names: list[str]) -> None:
    harmless = Page(render(*with_names([f"{letter}name" for letter in "abcdefgh"])))
    page = Page(render(*with_names(names)))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in harmless.tags]
    assert [names for _, names in page.tags] == [names for _, names in harmless.tags]


@given(ANY)
def test_a_file_name_can_be_read_as_it_is(name: str) -> None:
    page = Page(render(SUMMARY, Origin(name, "lab")))
    shown = "".join(each if each.isprintable() else "\ufffd" for each in name)
    assert shown in "".join(page.texts)


@given(st.text())
def test_printable_text_is_safe_in_an_attribute(text: str) -> None:
    assert not set(printable(text)) & set("<>\"'\n\x00")


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, "&ndash;"), (0, 5, "0.0&thinsp;%"), (5, 5, "100.0&thinsp;%"),
        (1, 3, "33.3&thinsp;%"), (1, 5_000, "&lt; 0.1&thinsp;%"),
        (9_999, 10_000, "&gt; 99.9&thinsp;%"),
    ],
)  # fmt: skip
def test_a_share_is_all_or_nothing_only_if_it_is(part: int, whole: int, expected: str) -> None:
    assert share(part, whole) == expected


def luminance(colour: str) -> float:
    """Relative luminance as the Web Content Accessibility Guidelines 2.1 define it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_colours_can_be_told_apart_in_light_and_dark() -> None:
    template = asset("templates/report/report.html").read_text(encoding="utf-8")
    palettes = [dict(re.findall(r"--(\w+): (#\w{6})", each)) for each in
                re.findall(r":root \{([^}]*--bg[^}]*)\}", template)]  # fmt: skip
    assert len(palettes) == 2
    for palette in palettes:
        for ground in ("bg", "panel"):
            for text in ("text", "muted", "accent", "bad"):
                assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
            for fill in ("bar", "ok", "warn", "bad", "ice", "plain"):
                assert contrast(palette[fill], palette[ground]) >= 3, (fill, ground)
