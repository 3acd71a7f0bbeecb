"""The log, the support bundle and reports of bugs: what helps, and nothing that is secret."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.choices import Choices
from desktop.settings import Settings
from desktop.support.activity import KEPT, Activity, redacted
from desktop.support.bugs import bug_report
from desktop.support.bundle import save_bundle, support_files

HOME = Path("/home/ada")
NOW = datetime(2026, 3, 14, 10, 43, 20, tzinfo=UTC)
_log = logging.getLogger("desktop.test")


@pytest.fixture
def activity() -> Iterator[Activity]:
    made = Activity(HOME)
    made.begin()
    yield made
    made.end()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer …"),
        (
            "PUT https://s3.example.org/in/a?X-Amz-Signature=12&X-Amz-Date=3 done",
            "PUT https://s3.example.org/in/a?… done",
        ),
        ("code=4711&state=xyz", "code=…&state=…"),
        ("mail to ada.l@lab.example.org now", "mail to …@… now"),
        ("/home/ada/.local/share", "~/.local/share"),
        ("sent /data/Meyer_Ilse_1961.vcf.gz", "sent ….vcf.gz"),
        ("sent Smith John 1961.vcf", "….vcf"),
        ("sent /data/Smith John/O'Brien, J. (1).vcf.gz at once", "sent ….vcf.gz at once"),
        ("item 2a90: Smith John.VCF: it is empty", "item 2a90: ….VCF: it is empty"),
        ("No such file: 'C:\\\\Smith John\\\\a b.bcf'", "No such file: '….bcf'"),
        ("a b.vcf, c d.selected.tsv", "….vcf….tsv"),
        ("sent /data/Doe_Jane.cram", "sent ….cram"),
        ("/data/Doe_Jane.bai and Doe.pgen", "….bai….pgen"),
        ("PUT https://s3.example.org/in/a%20b.vcf?X=1", "PUT ….vcf?…"),
        ("Smith John .annotated.parquet", "….parquet"),
        ("proxy http://u:secret@proxy:3128/ is silent", "proxy http://…@proxy:3128/ is silent"),
        ("http://u:s@cret@proxy.example.org:3128", "http://…@proxy.example.org:3128"),
        ("patient 'anna' 1970.vcf", "….vcf"),
        ("No such file: \"patient 'anna' 1970.vcf\"", 'No such file: "….vcf"'),
        ("anna: 1970.vcf", "….vcf"),
        ("transfer 2a90cc41: anna: 1970.vcf is empty", "transfer 2a90cc41: ….vcf is empty"),
        ("sent /data/anna /1970.vcf", "sent ….vcf"),
        ("anna.bam, berta.csv and clara.txt", "….bam….csv….txt"),
        ("ValueError: anna.fastq.gz", "ValueError: ….fastq.gz"),
        ("self.log.setPlainText(math.log(2))", "self.log.setPlainText(math.log(2))"),
        ("test_support.py:12 of 3.1.vcfx", "test_support.py:12 of 3.1.vcfx"),
        ("line one\nline two\r\x00", "line one line two \x00"),
    ],
)
def test_secrets_and_names_do_not_get_into_the_log(said: str, kept: str) -> None:
    assert redacted(said, str(HOME)) == kept


def test_only_the_app_s_own_records_are_kept(activity: Activity) -> None:
    _log.info("signed in")
    logging.getLogger("httpx2").warning("GET https://s3.example.org/?X-Amz-Signature=1")
    (entry,) = activity.entries()
    assert (entry.source, entry.text) == ("test", "signed in")


def test_the_log_does_not_grow_for_ever(activity: Activity) -> None:
    for number in range(KEPT + 10):
        _log.debug("event %d", number)
    entries = activity.entries()
    assert len(entries) == KEPT
    assert entries[0].text == "event 10"
    assert activity.count == KEPT + 10


def test_an_error_is_logged_by_type_and_place_only(activity: Activity) -> None:
    try:
        int("17\t12345\t.\tA\tG")
    except ValueError:
        _log.exception("bug")
    (entry,) = activity.entries()
    assert entry.text.startswith("bug: ValueError < test_support.py:")
    assert "12345" not in entry.text


def test_a_bundle_has_log_versions_and_settings_without_secrets(
    activity: Activity, tmp_path: Path
) -> None:
    _log.info("job 2a90cc41: completed")
    settings = Settings(
        "https://gas.example.org",
        HOME / "data",
        HOME / "Downloads",
        home=HOME,
        choices=Choices(proxy="http://ada:secret@proxy:3128", parallel_parts=8),
        problems=(f"{HOME}/settings.json: scheme cannot be used: no.",),
    )
    files = support_files(activity.entries(), settings, {"Qt": "6.11"})
    save_bundle(tmp_path / "bundle.zip", files)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as zipped:
        found = {name: zipped.read(name).decode() for name in zipped.namelist()}
    assert found == files
    assert set(found) == {"log.txt", "versions.json", "settings.json"}
    assert "job 2a90cc41: completed" in found["log.txt"]
    assert json.loads(found["versions.json"])["Qt"] == "6.11"
    said = json.loads(found["settings.json"])
    assert (said["parallel_parts"], said["proxy"]) == (8, "chosen")
    whole = "".join(found.values())
    assert "secret" not in whole
    assert str(HOME) not in whole


def test_the_report_of_a_crash_is_in_the_bundle_where_there_is_one() -> None:
    settings = Settings("https://gas.example.org", HOME / "data", HOME / "Downloads", home=HOME)
    assert "crash.txt" not in support_files([], settings, {})
    assert support_files([], settings, {}, "it crashed\n")["crash.txt"] == "it crashed\n"


def test_a_report_of_a_bug_says_what_and_where() -> None:
    try:
        (HOME / "missing").read_text("utf-8")
    except OSError as error:
        text = bug_report(error, NOW, HOME)
    assert text.startswith("2026-03-14 10:43:20Z\ngas-desktop ")
    assert "FileNotFoundError" in text
    assert "test_a_report_of_a_bug" in text
    assert str(HOME) not in text
