"""What goes wrong is told in German, with its values as German writes them."""

from __future__ import annotations

import ast
import errno
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from backend.wire import VariantColumn
from desktop.errors import ForbiddenError, OfflineError, QuotaReachedError
from desktop.sentences import Words, quoted, reason_of, said
from desktop.transfer.check import check_file, too_large
from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.error_words import error_words, in_words, limit_words
from desktop.ui.models.transfer_row import TransferRow
from desktop.ui.service_words import PLAIN, WITH_VALUES
from desktop.ui.viewer.column_words import MEANINGS, TITLES, meaning_of, title_of

SERVICE = [Path(__file__).parents[2] / name for name in ("backend", "annotator")]
DENIED = reason_of(OSError(errno.EACCES, ""))
LESS = "The service was asked too often. Wait a minute, then try again."
LESS_IN_GERMAN = (
    "Der Dienst wurde zu oft gefragt. Warten Sie eine Minute und versuchen Sie es dann noch einmal."
)


@pytest.mark.parametrize(
    ("words", "german_words"),
    [
        (said("File changed"), "Datei geändert"),
        (said("{name} cannot be read: {reason}.", name="{x}", reason=DENIED),
         "{x} kann nicht gelesen werden: Keine Berechtigung."),
        (too_large("a.vcf", 12_345_678, 153_600).words,
         "a.vcf hat 12.345.678 Bytes; Ihr Tarif nimmt Dateien bis 153.600 Bytes."),
        # Lines have no groups of digits: whoever looks for one types what is told.
        (said("Line {number} is empty; remove it.", number=12_345),
         "Zeile 12345 ist leer; entfernen Sie sie."),
        (quoted("There is no log yet: it is written when the job ends."),
         "Es gibt noch kein Protokoll: Es wird geschrieben, wenn der Auftrag endet."),
        (quoted("Of this {nobody} knows.", otherwise=LESS), LESS_IN_GERMAN),
        (quoted("Of this {nobody} knows."), "Of this {nobody} knows."),
        (quoted("Of this {nobody} knows.", otherwise="Nor of this."), "Of this {nobody} knows."),
        # What an older app has noted of a transfer.
        ("The file store refuses the file.", "Der Dateispeicher nimmt die Datei nicht an."),
        ("", ""),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("german")
def test_words_are_german(words: Words, german_words: str) -> None:
    assert in_words(words) == german_words


@pytest.mark.usefixtures("qapp")
def test_in_english_the_service_has_the_word() -> None:
    assert in_words(quoted("Try again in 7 s.", otherwise=LESS)) == "Try again in 7 s."
    assert in_words(too_large("a.vcf", 12_345, 10_240).words) == (
        "a.vcf has 12,345 bytes; your plan takes files of up to 10,240 bytes."
    )


@pytest.mark.usefixtures("german")
def test_an_error_is_told_in_german() -> None:
    error = ForbiddenError(said("{name} is no page, so it was not opened.", name="a.html"))
    assert error_words(error) == (
        "Nicht möglich",
        "a.html ist keine Seite und wurde deshalb nicht geöffnet.",
    )
    assert error_words(OfflineError())[0] == "Offline"
    limited = QuotaReachedError(None, limit=150 * 1024, upgrade_url=None)
    assert limit_words(limited) == "Ihr Tarif nimmt Dateien bis 150 KB."


@pytest.mark.usefixtures("german")
def test_a_transfer_says_in_german_why_it_waits(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t2\n")
    check = check_file(path)
    assert check.fault is not None
    item = Item("1", path.name, Outgoing(path, check), State.HELD, check.fault)
    assert TransferRow(item).reason == "Zeile 3 hat 2 Spalten; VCF braucht mindestens 8."


@pytest.mark.parametrize(
    ("english", "german_words"),
    [
        ("Line 12 has 7 columns; VCF needs at least 8.",
         "Zeile 12 hat 7 Spalten; VCF braucht mindestens 8."),
        ("Line 9: POS is 'x'; it must be a whole number of at most 536,870,912.",
         "Zeile 9: POS ist 'x'; es muss eine ganze Zahl bis 536.870.912 sein."),
        ("At character 22 of the query there is no column 'impct'. Did you mean impact?",
         "Zeichen 22 der Abfrage: Es gibt keine Spalte 'impct'. Meinten Sie impact?"),
        ("At character 9 of the query the end stands where a value should.",
         "Zeichen 9 der Abfrage: Hier steht das Ende, wo ein Wert stehen sollte."),
        ("At character 3 of the query DB is true or false: write DB = true.",
         "Zeichen 3 der Abfrage: DB ist wahr oder falsch; schreiben Sie DB = true."),
        ("At character 3 of the query DB is true or false: write AF = true.",
         "Zeichen 3 der Abfrage: DB is true or false: write AF = true."),
        ("Line 7 has gone.", "Line 7 has gone."),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("german")
def test_what_the_service_says_is_known_by_its_form(english: str, german_words: str) -> None:
    assert in_words(english) == german_words


@pytest.mark.usefixtures("qapp")
def test_what_is_known_by_its_form_is_the_same_in_english() -> None:
    for words in (
        "At character 22 of the query there is no column 'impct'. Did you mean impact?",
        "Line 9: POS is 'x'; it must be a whole number of at most 536,870,912.",
    ):
        assert in_words(words) == words


@pytest.mark.usefixtures("german")
def test_columns_have_german_names_and_those_of_files_keep_theirs() -> None:
    column = VariantColumn(
        name="qual", type="number", title="Quality", meaning="QUAL of the record.", group="variant"
    )
    assert (title_of(column), meaning_of(column)) == ("Qualität", "QUAL des Eintrags.")
    for group in ("sample", "source"):
        said = {"title": "Gene", "meaning": "Symbol of the gene.", "group": group}
        other = column.model_copy(update=said)
        assert (title_of(other), meaning_of(other)) == ("Gene", "Symbol of the gene.")
    review = {"name": "clinvar_CLNREVSTAT", "title": "ClinVar review", "group": "source"}
    assert title_of(column.model_copy(update=review)) != "ClinVar review"


def test_the_service_still_says_what_has_its_words_here() -> None:
    spoken = {shape.removesuffix(" {}") for source in SERVICE for shape in shapes(source)}
    # What a line is said to be wrong in is compared in another test, word for word.
    forms = [blank(text) for text in WITH_VALUES if "VCF needs at least 8" not in text]
    whole = {form.removesuffix(" Try again in {} s.").removesuffix(" {}") for form in forms}
    assert {*PLAIN, *whole, *TITLES, *MEANINGS} - spoken == set()


def shapes(folder: Path) -> Iterator[str]:
    """Yield every text in the sources of *folder*, with {} for what is put into it."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    getattr(each, "value", "{}") if isinstance(each, ast.Constant) else "{}"
                    for each in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def blank(template: str) -> str:
    """Return *template* with {} for each of its places."""
    return "".join(
        literal + ("" if field is None else "{}")
        for literal, field, _, _ in Formatter().parse(template)
    )
